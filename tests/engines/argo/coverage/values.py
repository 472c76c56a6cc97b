"""A plausible value for every field of the Argo API, valid where the field stands."""

from __future__ import annotations

import re
from typing import assert_never

from couler_jupyter.ir import Json
from tests.engines.argo.coverage.minimal import minimal
from tests.engines.argo.coverage.shape import Kind, Pair, Shape, Types

_BY_PAIR: dict[str, Json] = {
    "Artifact.from": "{{tasks.first.outputs.artifacts.made}}",
    "Artifact.fromExpression": "tasks.first.outputs.artifacts.made",
    "Artifact.mode": 0o640,
    "ArtifactPaths.from": "{{inputs.artifacts.taken}}",
    "ArtifactPaths.fromExpression": "inputs.artifacts.taken",
    "ArtifactPaths.mode": 0o640,
    "ArtifactGC.strategy": "OnWorkflowDeletion",
    "AzureArtifact.endpoint": "https://store.example.org",
    "Backoff.factor": 2,
    "ContainerNode.dependencies": ["before"],
    "CronWorkflowSpec.concurrencyPolicy": "Forbid",
    "CronWorkflowSpec.schedules": ["30 2 * * *", "0 12 * * 1-5"],
    "CronWorkflowSpec.timezone": "Europe/Berlin",
    "CronWorkflowSpec.when": "{{= cronworkflow.failed == 0 }}",
    "DAGTask.dependencies": ["first"],
    "DAGTask.depends": "first.Succeeded || first.Skipped",
    "DAGTemplate.target": "first",
    "Event.selector": 'payload.message == "go"',
    "Gauge.operation": "Set",
    "GitArtifact.fetch": ["refs/meta/*"],
    "HDFSArtifact.addresses": ["name.example.org:8020"],
    "HDFSArtifact.dataTransferProtection": "integrity",
    "HTTP.method": "POST",
    "HTTP.successCondition": "response.statusCode == 200",
    "HTTPBodySource.bytes": "Z28=",
    "Histogram.buckets": [0.5, 1.0, 10.0],
    "LabelValueFrom.expression": 'workflow.parameters["x"]',
    "LifecycleHook.expression": 'workflow.status == "Running"',
    "Outputs.exitCode": "0",
    "Parameter.default": "5",
    "Parameter.enum": ["5", "7"],
    "PodGC.deleteDelayDuration": "30s",
    "PodGC.strategy": "OnPodSuccess",
    "Prometheus.name": "made_total",
    "MetricLabel.key": "made_of",
    "ResourceTemplate.action": "apply",
    "ResourceTemplate.failureCondition": "status.failed > 3",
    "ResourceTemplate.flags": ["--validate=false"],
    "ResourceTemplate.manifest": "apiVersion: v1\nkind: ConfigMap\n"
    "metadata:\n  generateName: made-\n",
    "ResourceTemplate.mergeStrategy": "merge",
    "ResourceTemplate.successCondition": "status.succeeded > 0",
    "RetryStrategy.expression": 'lastRetry.exitCode != "2"',
    "RetryStrategy.limit": "3",
    "RetryStrategy.retryPolicy": "OnError",
    "S3Artifact.addressingStyle": "virtual-hosted",
    "Sequence.count": "3",
    "Sequence.end": "4",
    "Sequence.format": "part-%02d",
    "Sequence.start": "1",
    "StopStrategy.expression": "cronworkflow.failed >= 3",
    "SuspendTemplate.duration": "20s",
    "TransformationStep.expression": 'filter(data, {# endsWith ".csv"})',
    "UserContainer.restartPolicy": "Always",
    "ValueFrom.event": "payload.message",
    "ValueFrom.expression": "tasks.first.outputs.parameters.made",
    "ValueFrom.jqFilter": ".status.phase",
    "ValueFrom.jsonPath": "{.status.phase}",
    "ValueFrom.parameter": "{{tasks.first.outputs.parameters.made}}",
    "VolumeClaimGC.strategy": "OnWorkflowSuccess",
    "WorkflowLevelArtifactGC.strategy": "OnWorkflowCompletion",
    "WorkflowSpec.dnsPolicy": "ClusterFirst",
    "WorkflowSpec.entrypoint": "main",
    "WorkflowSpec.onExit": "work",
    "WorkflowSpec.shutdown": "Stop",
    "k8s.ContainerPort.protocol": "UDP",
    "k8s.ContainerResizePolicy.resourceName": "cpu",
    "k8s.ContainerResizePolicy.restartPolicy": "NotRequired",
    "k8s.ContainerRestartRule.action": "Restart",
    "k8s.ContainerRestartRuleOnExitCodes.operator": "In",
    "k8s.EmptyDirVolumeSource.medium": "Memory",
    "k8s.HTTPGetAction.scheme": "HTTPS",
    "k8s.HostPathVolumeSource.type": "Directory",
    "k8s.LabelSelectorRequirement.operator": "In",
    "k8s.Lifecycle.stopSignal": "SIGTERM",
    "k8s.NodeSelectorRequirement.operator": "In",
    "k8s.ObjectFieldSelector.fieldPath": "status.hostIP",
    "k8s.ObjectFieldSelector.apiVersion": "v1",
    "k8s.OwnerReference.apiVersion": "v1",
    "k8s.PersistentVolumeClaim.apiVersion": "v1",
    "k8s.PersistentVolumeClaim.kind": "PersistentVolumeClaim",
    "k8s.PersistentVolumeClaimSpec.accessModes": ["ReadWriteOnce"],
    "k8s.PersistentVolumeClaimSpec.volumeMode": "Filesystem",
    "k8s.PodCertificateProjection.keyType": "ED25519",
    "k8s.PodCertificateProjection.signerName": "example.org/signer",
    "k8s.PodDisruptionBudgetSpec.unhealthyPodEvictionPolicy": "AlwaysAllow",
    "k8s.PodSecurityContext.fsGroupChangePolicy": "OnRootMismatch",
    "k8s.PodSecurityContext.seLinuxChangePolicy": "Recursive",
    "k8s.PodSecurityContext.supplementalGroupsPolicy": "Strict",
    "k8s.ResourceFieldSelector.resource": "limits.cpu",
    "k8s.SeccompProfile.type": "RuntimeDefault",
    "k8s.AppArmorProfile.type": "RuntimeDefault",
    "k8s.SecurityContext.procMount": "Default",
    "k8s.ClusterTrustBundleProjection.signerName": "example.org/signer",
    "k8s.Toleration.effect": "NoExecute",
    "k8s.Toleration.operator": "Exists",
    "k8s.VolumeMount.name": "scratch",
    "k8s.VolumeMount.mountPropagation": "None",
    "k8s.VolumeMount.recursiveReadOnly": "IfPossible",
}
_BY_FIELD: dict[str, Json] = {
    "activeDeadlineSeconds": 60,
    "cap": "1m",
    "duration": "10s",
    "endpoint": "store.example.org",
    "image": "busybox:1",
    "imagePullPolicy": "IfNotPresent",
    "maxAge": "1h",
    "maxDuration": "5m",
    "mountPath": "/made",
    "path": "/made/file",
    "pendingTimeout": "5m",
    "podSpecPatch": '{"hostNetwork": true}',
    "pullPolicy": "Always",
    "restartPolicy": "Always",
    "roleARN": "arn:aws:iam::123456789012:role/reader",
    "source": "echo hi",
    "template": "work",
    "terminationMessagePath": "/made/end",
    "terminationMessagePolicy": "FallbackToLogsOnError",
    "timeout": "90s",
    "url": "https://store.example.org/file",
    "repo": "https://example.org/data.git",
    "when": "{{workflow.name}} == main",
    "withItems": ["a", "b"],
    "withParam": '["a", "b"]',
    "workingDir": "/made",
}


def value_of(pair: Pair, types: Types) -> Json:
    """Return a value for a field."""
    known = _BY_PAIR.get(str(pair), _BY_FIELD.get(pair.field))
    shape = types[pair.owner][pair.field].shape
    if known is not None and shape.kind is not Kind.OBJECT:
        return known
    return _of_shape(shape, pair, types)


def _of_shape(shape: Shape, pair: Pair, types: Types) -> Json:
    inner = None if shape.of is None else _of_shape(shape.of, pair, types)
    match shape.kind:
        case Kind.TEXT:
            return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", pair.field).lower()
        case Kind.QUANTITY:
            return "2Gi"
        case Kind.WHOLE | Kind.TEXT_OR_WHOLE:
            return 3
        case Kind.NUMBER:
            return 0.5
        case Kind.TRUTH:
            return True
        case Kind.ANY:
            return {"some": ["thing", 1]}
        case Kind.LIST:
            return [inner]
        case Kind.MAP:
            return {"some": inner}
        case Kind.OBJECT:
            return minimal(shape.type, pair, types) or _something(shape.type, types)
        case _ as never:
            assert_never(never)


_PLAIN = {Kind.TEXT, Kind.WHOLE, Kind.TEXT_OR_WHOLE, Kind.TRUTH, Kind.QUANTITY}


def _something(type_name: str, types: Types) -> Json:
    """Return an object that says something, of a type that needs no field."""
    fields = types[type_name]
    plain = [name for name, one in fields.items() if one.shape.kind in _PLAIN]
    for name in (*plain, *fields):
        return {name: value_of(Pair(type_name, name), types)}
    return {}
