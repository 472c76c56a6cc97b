"""Secrets by reference: a workflow knows their names and keys, never their values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from couler_jupyter.dsl.origin import misused
from couler_jupyter.ir import SecretRef, nearest


@dataclass(frozen=True, slots=True)
class Secret:
    """A secret that the engine keeps; `secret["token"]` is one key of it.

    Attributes:
        name: what the engine calls it.
        keys: the keys it has; empty where they are not known.
    """

    name: str
    keys: tuple[str, ...] = ()

    def __getitem__(self, key: str) -> SecretRef:
        """Return one key by reference.

        Raises:
            BuildFailed: the secret has no such key.
        """
        if self.keys and key not in self.keys:
            raise misused(
                f"secret {self.name!r} has no key {key!r}{nearest(key, self.keys)}"
            )
        return SecretRef(self.name, key)


def create_secret(
    name: str = "", keys: Sequence[str] = (), *, secret_data: object = None
) -> Secret:
    """Return the secret `name`, to be kept by the engine with these keys.

    A workflow holds no values: put them where the engine keeps its secrets.

    Raises:
        BuildFailed: values are given, or no name.
    """
    for given in (secret_data, name, keys):
        if isinstance(given, Mapping):
            raise misused(_values_given(given))
    if not name:
        raise misused(
            "a secret needs a name; write create_secret('name', ['key', ...])"
        )
    return Secret(name, (keys,) if isinstance(keys, str) else tuple(keys))


def obtain_secret(secret_keys: Sequence[str], name: str) -> Secret:
    """Return the secret `name` that the engine has already, for these keys of it.

    Raises:
        BuildFailed: values are given, or no name.
    """
    return create_secret(name, secret_keys)


def secret_ref(given: object, what: str) -> SecretRef:
    """Return what was given for one key of a secret.

    Raises:
        BuildFailed: it is a value, or a secret without saying which key.
    """
    if isinstance(given, SecretRef):
        return given
    if isinstance(given, Secret):
        if len(given.keys) == 1:
            return given[given.keys[0]]
        raise misused(f"{what} is one key of a secret; write secret['key']")
    raise misused(
        f"{what} is a secret, and a workflow never holds its value; give its name and "
        "key as couler.create_secret('name', ['key'])['key']"
    )


def _values_given(values: Mapping[object, object]) -> str:
    keys = ", ".join(repr(str(key)) for key in values)
    return (
        "the values of a secret never go into a workflow; put them where the engine "
        "keeps its secrets (here: the variable COULER_SECRET_NAME_KEY; on Kubernetes: "
        "kubectl create secret generic NAME --from-literal=KEY=VALUE) and write "
        f"create_secret('name', [{keys}])"
    )
