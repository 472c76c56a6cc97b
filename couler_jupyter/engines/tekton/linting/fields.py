"""The fields that objects of Tekton have, `tekton.dev/v1`.

Source: https://tekton.dev/docs/pipelines/pipeline-api/
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from types import MappingProxyType

from couler_jupyter.engines.finding import Rule
from couler_jupyter.engines.kube.fields import Fields
from couler_jupyter.engines.kube.places import Path

UNKNOWN_FIELD = Rule(
    "TEKTON007", "unknown-field", "every field is one that its object has"
)

_PARAM = frozenset({"name", "type", "description", "properties", "default", "enum"})
_GIVEN = frozenset({"name", "value"})
_WORKSPACE = frozenset({"name", "description", "mountPath", "readOnly", "optional"})
_USED = frozenset({"name", "workspace", "subPath"})
_BOUND = frozenset(
    {"name", "subPath", "volumeClaimTemplate", "persistentVolumeClaim", "emptyDir"}
    | {"configMap", "secret", "projected", "csi"}
)
_REF = frozenset(
    {"name", "kind", "apiVersion", "resolver", "params", "bundle"},
)
_BOX = frozenset(
    {"name", "image", "command", "args", "workingDir", "envFrom", "env"}
    | {"computeResources", "volumeMounts", "volumeDevices", "imagePullPolicy"}
    | {"securityContext"}
)
_STEP = _BOX | {
    *("displayName", "script", "timeout", "workspaces", "onError", "stdoutConfig"),
    *("stderrConfig", "ref", "params", "results", "when"),
}
_SIDECAR = _BOX | {
    *("script", "workspaces", "ports", "livenessProbe", "readinessProbe"),
    *("startupProbe", "lifecycle", "terminationMessagePath", "restartPolicy"),
    *("terminationMessagePolicy", "stdin", "stdinOnce", "tty"),
}
_POD_TEMPLATE = frozenset(
    {"nodeSelector", "env", "tolerations", "affinity", "securityContext", "volumes"}
    | {"runtimeClassName", "automountServiceAccountToken", "dnsPolicy", "dnsConfig"}
    | {"enableServiceLinks", "priorityClassName", "schedulerName", "hostAliases"}
    | {"imagePullSecrets", "hostNetwork", "topologySpreadConstraints", "hostUsers"}
)

KNOWN: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "Pipeline": frozenset(
            {"displayName", "description", "tasks", "params", "workspaces", "results"}
            | {"finally"}
        ),
        "PipelineRun": frozenset(
            {"pipelineRef", "pipelineSpec", "params", "status", "timeouts"}
            | {"taskRunTemplate", "workspaces", "taskRunSpecs", "managedBy"}
        ),
        "Task": frozenset(
            {"params", "displayName", "description", "steps", "volumes", "sidecars"}
            | {"stepTemplate", "workspaces", "results"}
        ),
        "TaskRun": frozenset(
            {"debug", "params", "serviceAccountName", "taskRef", "taskSpec", "status"}
            | {"statusMessage", "retries", "timeout", "podTemplate", "workspaces"}
            | {"stepSpecs", "sidecarSpecs", "computeResources", "managedBy"}
        ),
        "task": frozenset(
            {"name", "displayName", "description", "taskRef", "taskSpec", "when"}
            | {"retries", "runAfter", "params", "matrix", "workspaces", "timeout"}
            | {"pipelineRef", "pipelineSpec", "onError"}
        ),
        "when": frozenset({"input", "operator", "values", "cel"}),
        "matrix": frozenset({"params", "include"}),
        "include": frozenset({"name", "params"}),
        "timeouts": frozenset({"pipeline", "tasks", "finally"}),
        "taskRunTemplate": frozenset({"podTemplate", "serviceAccountName"}),
        "taskRunSpecs": frozenset(
            {"pipelineTaskName", "serviceAccountName", "podTemplate", "stepSpecs"}
            | {"sidecarSpecs", "metadata", "computeResources", "timeout"}
        ),
        "podTemplate": _POD_TEMPLATE,
        "ref": _REF,
        "steps": _STEP,
        "stepTemplate": _BOX,
        "sidecars": _SIDECAR,
        "declared params": _PARAM,
        "given params": _GIVEN,
        "declared workspaces": _WORKSPACE,
        "used workspaces": _USED,
        "bound workspaces": _BOUND,
        "declared results": frozenset(
            {"name", "type", "description", "properties", "value"}
        ),
    }
)
"""Fields by kind of object, and by what an object inside one is."""

_INSIDE: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "Pipeline": {
            "tasks": "task",
            "finally": "task",
            "params": "declared params",
            "workspaces": "declared workspaces",
            "results": "declared results",
        },
        "PipelineRun": {
            "pipelineSpec": "Pipeline",
            "pipelineRef": "ref",
            "params": "given params",
            "timeouts": "timeouts",
            "taskRunTemplate": "taskRunTemplate",
            "taskRunSpecs": "taskRunSpecs",
            "workspaces": "bound workspaces",
        },
        "Task": {
            "params": "declared params",
            "steps": "steps",
            "stepTemplate": "stepTemplate",
            "sidecars": "sidecars",
            "workspaces": "declared workspaces",
            "results": "declared results",
        },
        "TaskRun": {
            "taskSpec": "Task",
            "taskRef": "ref",
            "params": "given params",
            "podTemplate": "podTemplate",
            "workspaces": "bound workspaces",
        },
        "task": {
            "taskSpec": "Task",
            "taskRef": "ref",
            "pipelineRef": "ref",
            "pipelineSpec": "Pipeline",
            "params": "given params",
            "matrix": "matrix",
            "when": "when",
            "workspaces": "used workspaces",
        },
        "matrix": {"params": "given params", "include": "include"},
        "include": {"params": "given params"},
        "taskRunTemplate": {"podTemplate": "podTemplate"},
        "taskRunSpecs": {"podTemplate": "podTemplate"},
        "steps": {"ref": "ref", "when": "when", "params": "given params"},
    }
)
_CUSTOM = frozenset({"apiVersion", "kind", "spec"})


def unknown_fields(
    node: Fields, kind: str, path: Path = ()
) -> Iterator[tuple[Path, str, Collection[str]]]:
    """Yield the fields that an object does not have: where, which, what there is.

    Args:
        node: the object.
        kind: what it is, as in `KNOWN`.
        path: where it stands.
    """
    if kind == "Task" and _CUSTOM & node.keys():
        return  # of a task that somebody else runs
    known = KNOWN[kind] | ({"metadata"} if path else set())
    inside = _INSIDE.get(kind, {})
    for key, value in node.items():
        here = (*path, key)
        if key not in known:
            yield here, key, known
        elif key in inside:
            if isinstance(value, dict):
                yield from unknown_fields(value, inside[key], here)
            elif isinstance(value, list):
                for at, one in enumerate(value):
                    if isinstance(one, dict):
                        yield from unknown_fields(one, inside[key], (*here, at))
