"""What a manifest says around its templates, as fields of a workflow."""

from __future__ import annotations

from collections.abc import Iterator
from types import MappingProxyType
from typing import Any

from couler_jupyter.engines.argo.importing.lookup import Known
from couler_jupyter.engines.argo.importing.place import read_labels
from couler_jupyter.engines.argo.importing.pod import constant_at, read_patch
from couler_jupyter.engines.argo.importing.ports import read_inputs
from couler_jupyter.engines.argo.scalars import seconds_of
from couler_jupyter.engines.argo.whole.runners import is_runner
from couler_jupyter.engines.kube.reading.containers import read_tolerations
from couler_jupyter.engines.kube.reading.fields import (
    NoWord,
    Object,
    flag_at,
    list_at,
    object_at,
    objects_at,
    pairs_at,
    text_at,
    texts_at,
    whole_at,
)
from couler_jupyter.engines.kube.reading.volumes import read_volumes
from couler_jupyter.ir import (
    Constant,
    InputArtifact,
    InputParameter,
    Overlap,
    Pod,
    Schedule,
    TimeToLive,
)

DESCRIPTION = "workflows.argoproj.io/description"
_SPEC_OF = MappingProxyType(
    {
        "CronWorkflow": ("spec", "workflowSpec"),
        "WorkflowEventBinding": ("spec", "submit"),
    }
)


def spec_path(kind: str) -> tuple[str, ...]:
    """Return where the spec of the workflow stands in a manifest of this kind."""
    return _SPEC_OF.get(kind, ("spec",))


def spec_of(manifest: Object) -> Object:
    """Return the spec of the workflow in a manifest.

    Raises:
        NoWord: something else stands there.
    """
    found: Object = manifest
    for key in spec_path(text_at(manifest, "kind")):
        found = object_at(found, key)
    return found


def at_end_of(spec: Object) -> str:
    """Return the template that runs at the end; empty for none.

    It is that of `onExit`, or of a hook that says the same.
    """
    if "onExit" in spec:
        return text_at(spec, "onExit")
    hook = object_at(object_at(spec, "hooks"), "exit")
    return text_at(hook, "template") if set(hook) == {"template"} else ""


def read_whole(manifest: Object) -> dict[str, Any]:
    """Return fields of a workflow by what a manifest says around its templates.

    Raises:
        NoWord: something stands there that cannot be read at all.
    """
    spec = spec_of(manifest)
    ports = read_inputs(object_at(spec, "arguments"), Known())
    annotations = dict(_labels(manifest, "annotations"))
    description = annotations.pop(DESCRIPTION, "")
    deadline = seconds_of(spec.get("activeDeadlineSeconds"))
    parameters = (one for one in ports if isinstance(one, InputParameter))
    return {
        "parameters": tuple(one for one in parameters if not is_runner(one)),
        "artifacts": tuple(one for one in ports if isinstance(one, InputArtifact)),
        "parallelism": whole_at(spec, "parallelism"),
        "timeout": deadline if deadline else None,
        "priority": whole_at(spec, "priority"),
        "labels": _labels(manifest, "labels"),
        "annotations": tuple(sorted(annotations.items())),
        "schedule": _schedule(manifest),
        "ttl": _ttl(spec),
        "pod": _pod(spec),
        "volumes": tuple(read_volumes(spec)),
        "description": description,
    }


def _labels(manifest: Object, key: str) -> tuple[tuple[str, str], ...]:
    return pairs_at(object_at(manifest, "metadata"), key)


def _ttl(spec: Object) -> TimeToLive | None:
    body = object_at(spec, "ttlStrategy")
    if not body:
        return None
    return TimeToLive(
        after_end=whole_at(body, "secondsAfterCompletion"),
        after_success=whole_at(body, "secondsAfterSuccess"),
        after_failure=whole_at(body, "secondsAfterFailure"),
    )


def _schedule(manifest: Object) -> Schedule | None:
    if manifest.get("kind") != "CronWorkflow":
        return None
    spec = object_at(manifest, "spec")
    crons = texts_at(spec, "schedules") or tuple(_one(spec))
    word = text_at(spec, "concurrencyPolicy")
    if word and word not in set(Overlap):
        raise NoWord(f"{word!r} is no policy of runs at once")
    return Schedule(
        crons=tuple(" ".join(cron.split()) for cron in crons),
        timezone=text_at(spec, "timezone") or "UTC",
        overlap=Overlap(word or "Allow"),
        suspended=flag_at(spec, "suspend"),
        deadline=whole_at(spec, "startingDeadlineSeconds"),
        keep_succeeded=whole_at(spec, "successfulJobsHistoryLimit"),
        keep_failed=whole_at(spec, "failedJobsHistoryLimit"),
    )


def _one(spec: Object) -> Iterator[str]:
    if cron := text_at(spec, "schedule"):
        yield cron


def _pod(spec: Object) -> Pod:
    meta = {"metadata": object_at(spec, "podMetadata")}
    return Pod(
        service_account=text_at(spec, "serviceAccountName"),
        image_pull_secrets=tuple(
            text_at(one, "name") for one in objects_at(spec, "imagePullSecrets")
        ),
        node_selector=pairs_at(spec, "nodeSelector"),
        tolerations=tuple(read_tolerations(spec)),
        affinity=constant_at(spec, "affinity"),
        priority_class=text_at(spec, "podPriorityClassName"),
        scheduler=text_at(spec, "schedulerName"),
        labels=read_labels(meta, "labels"),
        annotations=read_labels(meta, "annotations"),
        host_network=flag_at(spec, "hostNetwork"),
        security=constant_at(spec, "securityContext"),
        patch=Constant.of(patch) if (patch := read_patch(spec)) else None,
    )


def template_nodes(spec: Object) -> dict[str, Object]:
    """Return the templates of a spec by their names.

    Raises:
        NoWord: one has no name, or two have the same.
    """
    found: dict[str, Object] = {}
    for one in list_at(spec, "templates"):
        name = one.get("name") if isinstance(one, dict) else None
        if not isinstance(name, str) or not name or name in found:
            raise NoWord("a template has no name of its own")
        found[name] = one
    return found
