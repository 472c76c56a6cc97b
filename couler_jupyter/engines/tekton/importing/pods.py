"""Where the pods of a run run."""

from __future__ import annotations

from collections.abc import Iterator

from couler_jupyter.engines.kube.reading.containers import read_tolerations
from couler_jupyter.engines.kube.reading.fields import (
    NoWord,
    Object,
    flag_at,
    object_at,
    objects_at,
    only,
    pairs_at,
    text_at,
)
from couler_jupyter.ir import Constant, Json, Pod

_TEMPLATE = frozenset(
    {
        *("nodeSelector", "tolerations", "affinity", "securityContext"),
        *("schedulerName", "priorityClassName", "imagePullSecrets", "hostNetwork"),
    }
)


def pod_of(run: Object) -> tuple[Pod, list[tuple[str, Json]]]:
    """Return where all pods of a run run, and what of that has no word, by its path."""
    whole = object_at(run, "taskRunTemplate")
    template = object_at(whole, "podTemplate")
    kept = [
        (f"run.spec.taskRunTemplate.{key}", value)
        for key, value in whole.items()
        if key not in ("serviceAccountName", "podTemplate")
    ]
    kept += [
        (f"run.spec.taskRunTemplate.podTemplate.{key}", value)
        for key, value in template.items()
        if key not in _TEMPLATE
    ]
    pod = Pod(
        service_account=text_at(whole, "serviceAccountName"),
        image_pull_secrets=tuple(_secrets(template)),
        node_selector=pairs_at(template, "nodeSelector"),
        tolerations=tuple(read_tolerations(template)),
        affinity=_constant(template, "affinity"),
        priority_class=text_at(template, "priorityClassName"),
        scheduler=text_at(template, "schedulerName"),
        host_network=flag_at(template, "hostNetwork"),
        security=_constant(template, "securityContext"),
    )
    return pod, kept


def _secrets(template: Object) -> Iterator[str]:
    for one in objects_at(template, "imagePullSecrets"):
        only(one, frozenset({"name"}))
        yield text_at(one, "name")


def _constant(node: Object, key: str) -> Constant | None:
    found: Json = node.get(key)
    if found is not None and not isinstance(found, dict):
        raise NoWord(f"{key} is no object")
    return None if found is None else Constant.of(found)
