"""Where all steps of a workflow run: tolerations, pull secrets, DNS."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from couler_jupyter import ir
from couler_jupyter.compat.current import adding, root_of
from couler_jupyter.dsl.config import configure
from couler_jupyter.dsl.origin import misused
from couler_jupyter.dsl.scope import Scope

_POD = ir.Pod()


@dataclass(frozen=True, slots=True)
class Toleration:
    """A taint of nodes that steps put up with."""

    key: str
    effect: str
    operator: str


@dataclass(frozen=True, slots=True)
class ImagePullSecret:
    """A secret with which images are fetched."""

    name: str


@dataclass(frozen=True, slots=True)
class DnsConfigOption:
    """An option of the resolver."""

    name: str
    value: str | None = None


@dataclass(frozen=True, slots=True)
class DnsConfig:
    """How names of hosts are looked up."""

    nameservers: Sequence[str] | None = None
    options: Sequence[DnsConfigOption] | None = None
    searches: Sequence[str] | None = None


def add_toleration(toleration: Toleration | ir.Toleration) -> None:
    """Have all steps put up with a taint."""
    if isinstance(toleration, Toleration):
        toleration = ir.Toleration(
            key=toleration.key, effect=toleration.effect, operator=toleration.operator
        )
    with adding() as scope:
        had = _pod(scope).tolerations
        _say(scope, tolerations=tuple(dict.fromkeys((*had, toleration))))


def add_image_pull_secret(image_pull_secret: ImagePullSecret | object) -> None:
    """Have the images of all steps be fetched with a secret.

    Raises:
        BuildFailed: it is no such secret.
    """
    if not isinstance(image_pull_secret, ImagePullSecret):
        raise misused(
            f"{image_pull_secret!r} is no pull secret; write couler.ImagePullSecret(NAME)"
        )
    with adding() as scope:
        had = _pod(scope).image_pull_secrets
        names = dict.fromkeys((*had, image_pull_secret.name))
        _say(scope, image_pull_secrets=tuple(names))


def set_dns(dns_policy: str, dns_config: DnsConfig) -> None:
    """Say how the steps look up names of hosts; only Argo has words for it."""
    with adding() as scope:
        words = (("spec.dnsPolicy", dns_policy), ("spec.dnsConfig", _dns(dns_config)))
        had = root_of(scope).config.get("extras", ())
        kept = [one for one in had if one.path not in dict(words)]
        new = [
            ir.Extra(engine="argo", path=path, value=ir.Constant.of(value))
            for path, value in words
            if value
        ]
        root_of(scope).config["extras"] = (*kept, *new)


def _dns(given: DnsConfig | None) -> dict[str, Any]:
    if given is None:
        return {}
    options = [
        {"name": one.name} | ({} if one.value is None else {"value": str(one.value)})
        for one in given.options or ()
    ]
    whole = {
        "nameservers": list(given.nameservers or ()),
        "options": options,
        "searches": list(given.searches or ()),
    }
    return {name: value for name, value in whole.items() if value}


def _pod(scope: Scope) -> ir.Pod:
    pod: ir.Pod = root_of(scope).config.get("pod", _POD)
    return pod


def _say(scope: Scope, **options: object) -> None:
    configure(root_of(scope), options, "config_workflow")
