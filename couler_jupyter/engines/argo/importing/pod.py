"""Where the pod of a template runs."""

from __future__ import annotations

import json

from couler_jupyter.engines.argo.importing.place import (
    read_labels,
    read_sidecars,
)
from couler_jupyter.engines.argo.reading.tags import Lookup
from couler_jupyter.engines.kube.reading.containers import read_tolerations
from couler_jupyter.engines.kube.reading.fields import Object, pairs_at, text_at
from couler_jupyter.ir import Constant, Json, Pod


def read_pod(node: Object, lookup: Lookup) -> Pod:
    """Return where the pod of a template runs."""
    patch = read_patch(node)
    secrets = patch.pop("imagePullSecrets", None)
    named = isinstance(secrets, list) and all(_is_name(one) for one in secrets)
    if secrets is not None and not named:
        patch["imagePullSecrets"] = secrets
    host = patch.get("hostNetwork") is True
    if host:
        del patch["hostNetwork"]
    return Pod(
        service_account=text_at(node, "serviceAccountName"),
        image_pull_secrets=tuple(one["name"] for one in secrets or ()) if named else (),
        node_selector=pairs_at(node, "nodeSelector"),
        tolerations=tuple(read_tolerations(node)),
        affinity=constant_at(node, "affinity"),
        priority_class=text_at(node, "priorityClassName"),
        scheduler=text_at(node, "schedulerName"),
        labels=read_labels(node, "labels"),
        annotations=read_labels(node, "annotations"),
        host_network=host,
        security=constant_at(node, "securityContext"),
        patch=Constant.of(patch) if patch else None,
        init=tuple(read_sidecars(node, "initContainers", lookup)),
        sidecars=tuple(read_sidecars(node, "sidecars", lookup)),
    )


def read_patch(node: Object) -> dict[str, Json]:
    """Return what is merged into the pod, where it is written as JSON; else nothing."""
    text = text_at(node, "podSpecPatch")
    if "{{" in text:
        return {}
    try:
        found = json.loads(text or "{}")
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def constant_at(node: Object, key: str) -> Constant | None:
    """Return what stands in a field as a constant, or None."""
    found: Json = node.get(key)
    return None if found is None else Constant.of(found)


def _is_name(one: Json) -> bool:
    return isinstance(one, dict) and one.keys() == {"name"}
