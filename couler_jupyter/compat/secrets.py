"""Secrets of old scripts: values stay in this process, workflows get names and keys.

The open SDK writes values into YAML and prints that when the script ends. Here a value
is used for one thing only: `ArgoSubmitter` makes the secret in the cluster with it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from couler_jupyter import dsl
from couler_jupyter.compat.current import adding, remembered
from couler_jupyter.dsl.origin import misused
from couler_jupyter.dsl.scope import Scope

_NOT_A_NAME = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True, init=False)
class Secret:
    """A secret of a namespace; its values are shown nowhere.

    Attributes:
        namespace: where it is.
        name: what the cluster calls it.
        keys: its keys.
        dry_run: whether it is there already, and is not to be made.
    """

    namespace: str
    name: str
    keys: tuple[str, ...]
    dry_run: bool
    _values: Mapping[str, str] = field(repr=False, compare=False)

    def __init__(
        self,
        namespace: str,
        data: Mapping[str, str],
        name: str | None = None,
        dry_run: bool = False,
    ) -> None:
        if not _are_pairs(data):
            raise misused("a secret needs keys and values, as {'password': '...'}")
        set_field = object.__setattr__
        set_field(self, "namespace", namespace)
        set_field(self, "name", name or _named_after(data))
        set_field(self, "keys", tuple(map(str, data)))
        set_field(self, "dry_run", dry_run)
        set_field(self, "_values", {str(key): str(data[key]) for key in data})

    def to_yaml(self) -> None:
        """Refuse: values of secrets are written nowhere.

        Raises:
            BuildFailed: always.
        """
        raise misused(
            f"secret {self.name!r} is not written as YAML: that holds its values; let "
            "couler.run(submitter=ArgoSubmitter(...)) make it, or make it with kubectl"
        )

    def is_same(self, other: Secret) -> bool:
        """Return whether another secret is this one, with the same values."""
        return self == other and self._values == other._values

    def values(self) -> Mapping[str, str]:
        """Return the values, for whoever makes the secret; empty if it is there."""
        return {} if self.dry_run else self._values


@dataclass(slots=True)
class Secrets:
    """The secrets that a script knows, by name."""

    known: dict[str, Secret | dsl.Secret] = field(
        default_factory=dict[str, "Secret | dsl.Secret"]
    )

    def to_make(self) -> list[Secret]:
        """Return those that the script gave values for, and that are to be made."""
        return [
            one
            for one in self.known.values()
            if isinstance(one, Secret) and not one.dry_run
        ]


def create_secret(
    secret_data: Mapping[str, str],
    namespace: str = "default",
    name: str | None = None,
    dry_run: bool = False,
) -> str:
    """Name a secret for steps to use; submitting to Argo makes it in the cluster.

    Args:
        secret_data: keys and values. The values stay in this process.
        namespace: where it is.
        name: what the cluster calls it; by default a name made of its keys.
        dry_run: whether it is there already.

    Returns:
        Its name, for the argument `secret` of steps.

    Raises:
        BuildFailed: there are no keys, or another secret has this name.
    """
    with adding() as scope:
        known = remembered(scope, Secrets).known
        made = Secret(namespace, secret_data, name, dry_run)
        if name is None:
            made = _numbered(made, secret_data, known)
        there = known.setdefault(made.name, made)
        if not (isinstance(there, Secret) and there.is_same(made)):
            raise misused(f"there is another secret {made.name!r} already")
        return made.name


def obtain_secret(
    secret_keys: Sequence[str],
    namespace: str = "default",
    name: str | None = None,
    dry_run: bool = False,
) -> str:
    """Name a secret that the cluster has already, and the keys of it that steps use.

    Raises:
        BuildFailed: it has no name, or values are given.
    """
    del namespace, dry_run  # it is looked for where the run is, and never made
    with adding() as scope:
        secret = dsl.obtain_secret(secret_keys, name or "")
        remembered(scope, Secrets).known[secret.name] = secret
        return secret.name


def get_secret(name: str) -> Secret | dsl.Secret | None:
    """Return a secret by its name; None if the script knows none."""
    with adding() as scope:
        return remembered(scope, Secrets).known.get(name)


def secret_named(given: object, scope: Scope) -> dsl.Secret | None:
    """Return the secret that a step is given: by name, or itself.

    Raises:
        BuildFailed: the script knows no secret of that name.
    """
    if given is None or isinstance(given, dsl.Secret):
        return given
    found = given
    if isinstance(given, str):
        found = remembered(scope, Secrets).known.get(given)
    if isinstance(found, Secret):
        return dsl.Secret(found.name, found.keys)
    if isinstance(found, dsl.Secret):
        return found
    raise misused(
        f"secret={given!r} is no secret of this script; give what couler.create_secret or "
        "couler.obtain_secret returns"
    )


def _are_pairs(data: object) -> bool:
    return isinstance(data, Mapping) and bool(data)


def _named_after(data: Mapping[str, str]) -> str:
    """Return a name made of the keys: one made of values would tell them."""
    words = _NOT_A_NAME.sub("-", "-".join(map(str, data)).lower()).strip("-")
    return f"couler-{words or 'secret'}"[:60].rstrip("-")


def _numbered(
    made: Secret, data: Mapping[str, str], known: Mapping[str, object]
) -> Secret:
    """Return the secret of these values, the same if it was made before."""
    base, number, name = made.name, 2, made.name
    while (there := known.get(name)) is not None:
        if isinstance(there, Secret) and there._values == made._values:
            return there
        name, number = f"{base}-{number}", number + 1
    return Secret(made.namespace, data, name, made.dry_run)
