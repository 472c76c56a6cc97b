"""Where a type stands in a manifest, and what a field needs around it to be valid."""

from __future__ import annotations

from couler_jupyter.ir import Json
from tests.engines.argo.coverage.hera_models import KINDS
from tests.engines.argo.coverage.shape import Pair, Types

_FIRST: dict[str, Json] = {
    "dag": {"tasks": [{"name": "first", "template": "work"}]},
}
_RESOURCE: dict[str, Json] = {
    "resource": {"action": "get", "manifest": "apiVersion: v1\nkind: ConfigMap\n"}
}
_TAKEN: dict[str, Json] = {
    "inputs": {"artifacts": [{"name": "taken", "path": "/t", "raw": {"data": "x"}}]}
}
_KERBEROS: dict[str, Json] = {"krbServicePrincipalName": "hdfs/_HOST"}
_VOLUMES: dict[str, Json] = {"volumes": [{"name": "scratch", "emptyDir": {}}]}
_AFTER_FIRST: dict[str, dict[str, Json]] = {"DAGTask": {"dependencies": ["first"]}}
_X: dict[str, Json] = {"arguments": {"parameters": [{"name": "x", "value": "5"}]}}

NEEDS: dict[str, dict[str, Json]] = {
    "Artifact.recurseMode": {"mode": 0o640},
    "Parameter.enum": {"value": "5"},
    "HDFSArtifact.krbCCacheSecret": _KERBEROS,
    "HDFSArtifact.krbKeytabSecret": {
        **_KERBEROS,
        "krbUsername": "ml",
        "krbRealm": "EXAMPLE.ORG",
    },
    "ResourceTemplate.mergeStrategy": {"action": "patch"},
    "Sequence.start": {"end": "4"},
    "ValueFrom.default": {"path": "/made/value"},
    "k8s.Container.stdinOnce": {"stdin": True},
    "k8s.Toleration.tolerationSeconds": {"effect": "NoExecute"},
}
"""Other fields of the same object without which one means nothing or is refused."""

AROUND: dict[str, dict[str, dict[str, Json]]] = {
    "Artifact.from": _AFTER_FIRST,
    "Artifact.fromExpression": _AFTER_FIRST,
    "ArtifactPaths.from": {"Template": _TAKEN},
    "ArtifactPaths.fromExpression": {"Template": _TAKEN},
    "LabelValueFrom.expression": {"WorkflowSpec": _X},
    "ManifestFrom.artifact": {"Template": _TAKEN},
    "ResourceTemplate.manifestFrom": {"Template": _TAKEN},
    "Template.parallelism": {"Template": _FIRST},
    "ValueFrom.expression": {"Template": _FIRST},
    "ValueFrom.jqFilter": {"Template": _RESOURCE},
    "ValueFrom.jsonPath": {"Template": _RESOURCE},
    "ValueFrom.parameter": {"Template": _FIRST},
    "ValueFrom.supplied": {"Template": {"suspend": {}}},
}
"""Fields of objects further out, by the type of those."""

EVERYWHERE: dict[str, dict[str, dict[str, Json]]] = {
    "volumeMounts": {"WorkflowSpec": _VOLUMES},
}
"""The same, by the name of a field that the way to the manifest goes through."""

_INPUT_ARTIFACT = Pair("Inputs", "artifacts")
_OUTPUT_ARTIFACT = Pair("Outputs", "artifacts")
_ARGUMENT_ARTIFACT = Pair("Arguments", "artifacts")
_VALUE_FROM = Pair("Parameter", "valueFrom")

_ABOVE: dict[str, Pair] = {
    "Arguments": Pair("DAGTask", "arguments"),
    "Artifact": _INPUT_ARTIFACT,
    "Artifact.archive": _OUTPUT_ARTIFACT,
    "Artifact.archiveLogs": _OUTPUT_ARTIFACT,
    "Artifact.artifactGC": _OUTPUT_ARTIFACT,
    "Artifact.deleted": _OUTPUT_ARTIFACT,
    "Artifact.from": _ARGUMENT_ARTIFACT,
    "Artifact.fromExpression": _ARGUMENT_ARTIFACT,
    "Artifact.globalName": _OUTPUT_ARTIFACT,
    "ArchiveStrategy": Pair("Artifact", "archive"),
    "ArtifactGC": Pair("Artifact", "artifactGC"),
    "Artifact of ArchiveStrategy": _OUTPUT_ARTIFACT,
    "Artifact of ArtifactGC": _OUTPUT_ARTIFACT,
    "ArtifactPaths": Pair("DataSource", "artifactPaths"),
    "ContinueOn": Pair("DAGTask", "continueOn"),
    "Inputs": Pair("Template", "inputs"),
    "LifecycleHook": Pair("DAGTask", "hooks"),
    "Metadata": Pair("Template", "metadata"),
    "Metrics": Pair("Template", "metrics"),
    "Parameter": Pair("Inputs", "parameters"),
    "Parameter.globalName": Pair("Outputs", "parameters"),
    "Parameter of ValueFrom": Pair("Outputs", "parameters"),
    "Parameter of ValueFrom.configMapKeyRef": Pair("Inputs", "parameters"),
    "Parameter of ValueFrom.event": _ARGUMENT_ARTIFACT._replace(field="parameters"),
    "Arguments of ValueFrom.event": Pair("Submit", "arguments"),
    "Parameter of k8s.ConfigMapKeySelector": Pair("Inputs", "parameters"),
    "RetryStrategy": Pair("Template", "retryStrategy"),
    "Sequence": Pair("DAGTask", "withSequence"),
    "Synchronization": Pair("Template", "synchronization"),
    "Template": Pair("WorkflowSpec", "templates"),
    "TemplateRef": Pair("DAGTask", "templateRef"),
    "ValueFrom": _VALUE_FROM,
    "WorkflowMetadata": Pair("WorkflowSpec", "workflowMetadata"),
    "WorkflowSpec": Pair("Workflow", "spec"),
    "WorkflowStep": Pair("Template", "steps"),
    "k8s.Affinity": Pair("Template", "affinity"),
    "k8s.ConfigMapKeySelector": Pair("ValueFrom", "configMapKeyRef"),
    "k8s.Container": Pair("Template", "container"),
    "k8s.ContainerRestartRule": Pair("UserContainer", "restartPolicyRules"),
    "UserContainer of k8s.ContainerRestartRule": Pair("Template", "initContainers"),
    "k8s.LabelSelector": Pair("PodGC", "labelSelector"),
    "k8s.ObjectMeta": Pair("Workflow", "metadata"),
    "k8s.PersistentVolumeClaim": Pair("WorkflowSpec", "volumeClaimTemplates"),
    "k8s.PersistentVolumeClaimSpec": Pair("k8s.PersistentVolumeClaim", "spec"),
    "k8s.Probe": Pair("k8s.Container", "readinessProbe"),
    "k8s.ResourceRequirements": Pair("k8s.Container", "resources"),
    "k8s.SecretKeySelector": Pair("k8s.EnvVarSource", "secretKeyRef"),
    "k8s.Toleration": Pair("Template", "tolerations"),
    "k8s.Volume": Pair("WorkflowSpec", "volumes"),
    "k8s.VolumeMount": Pair("k8s.Container", "volumeMounts"),
}

_ONE_OF: dict[str, tuple[tuple[str, ...], ...]] = {
    "Template": (
        (
            *("container", "script", "dag", "steps", "resource", "suspend", "http"),
            *("containerSet", "data", "plugin"),
        ),
    ),
    "DAGTask": (
        ("template", "templateRef", "inline"),
        ("dependencies", "depends"),
        ("withItems", "withParam", "withSequence"),
    ),
    "WorkflowStep": (
        ("template", "templateRef", "inline"),
        ("withItems", "withParam", "withSequence"),
    ),
    "LifecycleHook": (("template", "templateRef"),),
    "WorkflowSpec": (("templates", "workflowTemplateRef"),),
    "Parameter": (("value", "valueFrom"),),
    "ValueFrom": (
        (
            *("path", "jsonPath", "jqFilter", "parameter", "expression", "event"),
            *("configMapKeyRef", "supplied"),
        ),
    ),
    "Artifact": (
        (
            *("s3", "gcs", "oss", "azure", "hdfs", "git", "http", "artifactory", "raw"),
            *("plugin", "from", "fromExpression"),
        ),
    ),
    "ResourceTemplate": (("manifest", "manifestFrom"),),
    "Sequence": (("count", "end"),),
    "SemaphoreRef": (("configMapKeyRef", "database"),),
    "Prometheus": (("counter", "gauge", "histogram"),),
    "HTTP": (("body", "bodyFrom"),),
    "k8s.EnvVar": (("value", "valueFrom"),),
    "k8s.EnvVarSource": (
        (
            "secretKeyRef",
            "configMapKeyRef",
            "fieldRef",
            "resourceFieldRef",
            "fileKeyRef",
        ),
    ),
    "k8s.EnvFromSource": (("secretRef", "configMapRef"),),
    "k8s.ObjectMeta": (("name", "generateName"),),
    "k8s.PodResourceClaim": (("resourceClaimName", "resourceClaimTemplateName"),),
    "k8s.PodDisruptionBudgetSpec": (("minAvailable", "maxUnavailable"),),
    "k8s.VolumeMount": (("subPath", "subPathExpr"),),
}
_ONE_OF["ArtifactPaths"] = _ONE_OF["Artifact"]


def exclusive(owner: str, field: str) -> set[str]:
    """Return the fields that may not stand beside this one."""
    if owner == "k8s.Volume" and field != "name":
        return {"emptyDir"} - {field}
    groups = _ONE_OF.get(owner, ())
    return {o for group in groups if field in group for o in group if o != field}


def route(pair: Pair, types: Types) -> tuple[Pair, ...]:
    """Return the fields the object stands in, from the inside out, to one of the kinds."""
    nearest = _nearest(types)
    way: list[Pair] = []
    name, passed = pair.owner, [str(pair), pair.owner]
    while name not in KINDS:
        known = [_ABOVE.get(f"{name} of {one}") for one in passed]
        above = next((one for one in known if one is not None), None)
        if above is None and name == pair.owner:
            above = _ABOVE.get(str(pair))
        above = above or _ABOVE.get(name) or nearest[name]
        if above in way:
            raise AssertionError(f"{pair} goes round in circles: {way}")
        way.append(above)
        passed.append(name)
        name = above.owner
    return tuple(way)


def _nearest(types: Types) -> dict[str, Pair]:
    """Return one field that holds each type, the nearest to a kind."""
    found: dict[str, Pair] = {}
    waiting: list[str] = list(KINDS)
    while waiting:
        owner = waiting.pop(0)
        for field, given in types[owner].items():
            inner = given.shape.object_type
            if inner and inner not in found and inner not in KINDS:
                found[inner] = Pair(owner, field)
                waiting.append(inner)
    return found
