"""Options that say where a step runs: what Kubernetes calls its pod."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypedDict, cast

from couler_jupyter.dsl.duration import whole_seconds
from couler_jupyter.dsl.origin import misused
from couler_jupyter.dsl.values import constant
from couler_jupyter.ir import Labels, Pod, Sidecar, Toleration

_POD = Pod()


class PodOptions(TypedDict, total=False):
    """Where a step runs; the names are those of Kubernetes."""

    pod: Pod
    service_account: str
    image_pull_secrets: str | Sequence[str]
    node_selector: Mapping[str, str]
    tolerations: Sequence[Toleration | Mapping[str, Any]]
    affinity: Mapping[str, Any]
    priority_class: str
    scheduler: str
    labels: Mapping[str, str]
    annotations: Mapping[str, str]
    host_network: bool
    security: Mapping[str, Any]
    pod_patch: Mapping[str, Any]
    init: Sidecar | Sequence[Sidecar]
    sidecars: Sidecar | Sequence[Sidecar]


def pod_of(given: Mapping[str, Any]) -> Pod:
    """Return the place that options ask for; what they do not say is `pod`'s.

    Raises:
        BuildFailed: an option has a value that makes no sense.
    """
    base = given.get("pod", _POD)
    if not isinstance(base, Pod):
        raise misused(f"pod={base!r} is no couler.Pod")
    changed = {
        _FIELDS.get(name, name): _READERS[name](given[name])
        for name in _READERS
        if name in given
    }
    return replace(base, **changed) if changed else base


def labels(given: object, what: str = "labels") -> Labels:
    """Return names and values, sorted by name.

    Raises:
        BuildFailed: it is no mapping.
    """
    if not isinstance(given, Mapping):
        raise misused(f"{what}={given!r} is no mapping of names to values")
    return tuple(sorted((str(name), str(value)) for name, value in given.items()))


def texts(given: object, what: str) -> tuple[str, ...]:
    """Return one text, or several, as a tuple.

    Raises:
        BuildFailed: it is neither.
    """
    if isinstance(given, str):
        return (given,)
    if isinstance(given, Sequence) and all(isinstance(one, str) for one in given):
        return tuple(cast("Sequence[str]", given))
    raise misused(f"{what}={given!r} is no text and no list of texts")


def _tolerations(given: object) -> tuple[Toleration, ...]:
    if isinstance(given, Toleration | Mapping):
        given = [given]
    return tuple(_toleration(one) for one in cast("Sequence[object]", given))


def _toleration(given: object) -> Toleration:
    if isinstance(given, Toleration):
        return given
    words = {"tolerationSeconds": "seconds"}
    if isinstance(given, Mapping):
        named = {
            words.get(str(name), str(name)): value for name, value in given.items()
        }
        if "seconds" in named:
            named["seconds"] = whole_seconds(named["seconds"], "seconds")
        try:
            return Toleration(**named)
        except TypeError:
            pass
    raise misused(f"{given!r} is no toleration; write couler.Toleration(key=...)")


def _sidecars(given: object) -> tuple[Sidecar, ...]:
    many = (
        (given,)
        if isinstance(given, Sidecar)
        else tuple(cast("Sequence[object]", given))
    )
    for one in many:
        if not isinstance(one, Sidecar):
            raise misused(f"{one!r} is no sidecar; write couler.sidecar(NAME, IMAGE)")
    return cast("tuple[Sidecar, ...]", many)


_FIELDS = {"pod_patch": "patch"}
_READERS: dict[str, Callable[[Any], Any]] = {
    "service_account": str,
    "image_pull_secrets": lambda given: texts(given, "image_pull_secrets"),
    "node_selector": lambda given: labels(given, "node_selector"),
    "tolerations": _tolerations,
    "affinity": constant,
    "priority_class": str,
    "scheduler": str,
    "labels": labels,
    "annotations": lambda given: labels(given, "annotations"),
    "host_network": bool,
    "security": constant,
    "pod_patch": constant,
    "init": _sidecars,
    "sidecars": _sidecars,
}
