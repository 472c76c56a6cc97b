"""The least object of every type that is valid, by where it stands."""

from __future__ import annotations

from copy import deepcopy

from couler_jupyter.ir import Json
from tests.engines.argo.coverage.shape import Kind, Pair, Types

Object = dict[str, Json]

_BOX: Object = {"image": "busybox:1", "command": ["echo"]}
_MADE: Object = {"name": "made", "path": "/made/file"}
_MADE_VALUE: Object = {"name": "made", "valueFrom": {"path": "/made/value"}}
_WORK: Object = {
    "name": "work",
    "container": _BOX,
    "inputs": {
        "parameters": [{"name": "x", "value": "1"}],
        "artifacts": [{"name": "taken", "path": "/taken", "optional": True}],
    },
    "outputs": {"parameters": [_MADE_VALUE], "artifacts": [_MADE]},
}
_SECRET: Object = {"name": "keys", "key": "one"}
_TERM: Object = {
    "matchExpressions": [{"key": "zone", "operator": "In", "values": ["a"]}]
}
_NEAR: Object = {"topologyKey": "kubernetes.io/hostname"}

_OF_TYPE: dict[str, Object] = {
    "Workflow": {"metadata": {"generateName": "main-"}, "spec": {}},
    "WorkflowTemplate": {"metadata": {"name": "main"}, "spec": {}},
    "ClusterWorkflowTemplate": {"metadata": {"name": "main"}, "spec": {}},
    "CronWorkflow": {"metadata": {"name": "main"}, "spec": {}},
    "WorkflowEventBinding": {"metadata": {"name": "main"}, "spec": {}},
    "WorkflowSpec": {
        "entrypoint": "main",
        "templates": [_WORK, {"name": "main", "container": _BOX}],
    },
    "CronWorkflowSpec": {"schedules": ["0 4 * * *"], "workflowSpec": {}},
    "Template": {"name": "main", "container": _BOX},
    "DAGTemplate": {"tasks": [{"name": "first", "template": "work"}]},
    "DAGTask": {"name": "second", "template": "work"},
    "WorkflowStep": {"name": "second", "template": "work"},
    "LifecycleHook": {"template": "work", "expression": "true"},
    "TemplateRef": {"name": "shared", "template": "work"},
    "WorkflowTemplateRef": {"name": "shared"},
    "Submit": {"workflowTemplateRef": {"name": "shared"}},
    "Event": {"selector": "true"},
    "WorkflowEventBindingSpec": {"event": {"selector": "true"}},
    "Parameter": {"name": "x", "value": "5"},
    "ScriptTemplate": {"image": "busybox:1", "command": ["sh"], "source": "echo hi"},
    "UserContainer": {"name": "beside", **_BOX},
    "ContainerNode": {"name": "main", **_BOX},
    "ContainerSetTemplate": {"containers": [{"name": "before", **_BOX}]},
    "ContainerSetRetryStrategy": {"retries": "2"},
    "ResourceTemplate": {
        "action": "create",
        "manifest": "apiVersion: v1\nkind: ConfigMap\n",
    },
    "HTTP": {"url": "https://example.org/"},
    "Data": {
        "source": {
            "artifactPaths": {"name": "files", "s3": {"bucket": "b", "key": "k"}}
        },
        "transformation": [{"expression": "filter(data, {true})"}],
    },
    "DataSource": {
        "artifactPaths": {"name": "files", "s3": {"bucket": "b", "key": "k"}}
    },
    "ArtifactPaths": {"name": "files", "s3": {"bucket": "b", "key": "k"}},
    "SuspendTemplate": {},
    "Sequence": {"count": "3"},
    "TransformationStep": {"expression": "filter(data, {true})"},
    "RetryStrategy": {"limit": "3"},
    "Backoff": {"duration": "10s"},
    "Memoize": {
        "key": "x",
        "maxAge": "1h",
        "cache": {"configMap": {"name": "kept"}},
    },
    "Cache": {"configMap": {"name": "kept"}},
    "Prometheus": {"name": "made_total", "help": "how many", "counter": {"value": "1"}},
    "Metrics": {
        "prometheus": [
            {"name": "made_total", "help": "how many", "counter": {"value": "1"}}
        ]
    },
    "Synchronization": {"mutexes": [{"name": "one-at-a-time"}]},
    "Mutex": {"name": "one-at-a-time"},
    "SemaphoreRef": {"configMapKeyRef": {"name": "locks", "key": "wide"}},
    "S3Artifact": {"bucket": "data", "key": "file"},
    "GCSArtifact": {"bucket": "data", "key": "file"},
    "OSSArtifact": {"bucket": "data", "key": "file", "endpoint": "oss.example.org"},
    "HDFSArtifact": {
        "addresses": ["name.example.org:8020"],
        "path": "/made/file",
        "hdfsUser": "ml",
    },
    "PluginArtifact": {"name": "store", "key": "file", "configuration": "{}"},
    "ExecutorPlugin": {"spec": {"sidecar": {"container": {"name": "p", **_BOX}}}},
    "ExecutorPluginSpec": {"sidecar": {"container": {"name": "p", **_BOX}}},
    "ExecutorPluginSidecar": {"container": {"name": "p", **_BOX}},
    "k8s.SecretKeySelector": _SECRET,
    "k8s.ConfigMapKeySelector": _SECRET,
    "k8s.Container": _BOX,
    "k8s.EnvVar": {"name": "X"},
    "k8s.EnvFromSource": {"secretRef": {"name": "keys"}},
    "k8s.LocalObjectReference": {"name": "keys"},
    "k8s.LabelSelector": {"matchLabels": {"app": "x"}},
    "k8s.LabelSelectorRequirement": {"key": "x", "operator": "In", "values": ["a"]},
    "k8s.NodeSelectorTerm": _TERM,
    "k8s.NodeSelectorRequirement": {"key": "x", "operator": "In", "values": ["a"]},
    "k8s.NodeSelector": {"nodeSelectorTerms": [_TERM]},
    "k8s.PreferredSchedulingTerm": {"weight": 1, "preference": _TERM},
    "k8s.PodAffinityTerm": _NEAR,
    "k8s.WeightedPodAffinityTerm": {"weight": 1, "podAffinityTerm": _NEAR},
    "k8s.PersistentVolumeClaim": {
        "metadata": {"name": "scratch"},
        "spec": {
            "accessModes": ["ReadWriteOnce"],
            "resources": {"requests": {"storage": "1Gi"}},
        },
    },
    "k8s.PersistentVolumeClaimSpec": {
        "accessModes": ["ReadWriteOnce"],
        "resources": {"requests": {"storage": "1Gi"}},
    },
    "k8s.ResourceRequirements": {"requests": {"cpu": "1"}},
    "k8s.ObjectMeta": {"name": "main"},
    "k8s.Volume": {"name": "scratch", "emptyDir": {}},
    "k8s.VolumeMount": {"name": "scratch", "mountPath": "/made"},
    "k8s.VolumeDevice": {"name": "scratch", "devicePath": "/dev/made"},
    "k8s.Toleration": {"key": "x"},
    "k8s.HTTPGetAction": {"port": 8080},
    "k8s.ContainerRestartRuleOnExitCodes": {"operator": "In", "values": [3]},
    "k8s.PodResourceClaim": {"name": "gpu"},
}
_AT: dict[str, Object] = {
    "Arguments.artifacts": {"name": "taken", "raw": {"data": "x"}},
    "Inputs.artifacts": {"name": "taken", "path": "/taken", "raw": {"data": "x"}},
    "Outputs.artifacts": _MADE,
    "Outputs.parameters": _MADE_VALUE,
    "ManifestFrom.artifact": {
        "name": "taken",
        "path": "/taken",
        "raw": {"data": "kind: ConfigMap"},
    },
    "k8s.EnvVar.valueFrom": {"secretKeyRef": _SECRET},
    "k8s.EphemeralVolumeSource.volumeClaimTemplate": {"spec": {}},
}
_SPELLED: dict[str, Json] = {
    "key": "x",
    "path": "/made/file",
    "url": "https://store.example.org/file",
    "repo": "https://example.org/data.git",
    "endpoint": "https://store.example.org",
    "fieldPath": "status.hostIP",
    "resource": "limits.cpu",
    "apiVersion": "v1",
    "type": "RuntimeDefault",
    "ip": "10.0.0.1",
    "resourceName": "cpu",
    "restartPolicy": "NotRequired",
    "action": "Restart",
    "signerName": "example.org/signer",
    "keyType": "ED25519",
    "realtime": False,
    "buckets": [1.0],
    "value": "5",
}


def minimal(type_name: str, at: Pair, types: Types) -> Object:
    """Return the least valid object of a type at a field."""
    if (known := _AT.get(str(at), _OF_TYPE.get(type_name))) is not None:
        return _filled(deepcopy(known), type_name, types)
    return {
        field: _least(Pair(type_name, field), types)
        for field, given in types[type_name].items()
        if given.required
    }


def _filled(found: Object, type_name: str, types: Types) -> Object:
    """Fill in required objects that were left empty."""
    for field, given in found.items():
        if given == {} and types[type_name][field].required:
            inner = types[type_name][field].shape.type
            found[field] = minimal(inner, Pair(type_name, field), types)
    return found


def _least(pair: Pair, types: Types) -> Json:
    shape = types[pair.owner][pair.field].shape
    if shape.kind is Kind.OBJECT:
        return minimal(shape.type, pair, types)
    if pair.field in _SPELLED:
        return _SPELLED[pair.field]
    if shape.kind is Kind.LIST:
        inner = shape.of.type if shape.of is not None else ""
        return [minimal(inner, pair, types)] if inner else ["some"]
    return {Kind.TEXT: "some", Kind.TRUTH: True}.get(shape.kind, 3)
