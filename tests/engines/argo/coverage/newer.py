"""What Argo 4.1.2 has and the models of Hera 7.1, made of 4.0.5, do not.

Sources: the list of new features in Argo's documentation (docs/new-features.md of
v4.1.0), its generated reference of the new types (ExecutorPlugin, ExecutorPluginSpec,
ExecutorPluginSidecar), and the Kubernetes 1.35 API reference (core/v1), since Argo 4.1
went from Kubernetes 1.33 to 1.35. `resourceClaims` is in neither list: a published
comparison of the CRDs of v4.0.8 and v4.1.1 names it.
"""

from __future__ import annotations

from tests.engines.argo.coverage.shape import Field, Kind, Shape, Types

_TEXT = Field(Shape(Kind.TEXT))
_NEEDED = Field(Shape(Kind.TEXT), required=True)
_TRUTH = Field(Shape(Kind.TRUTH))
_WHOLE = Field(Shape(Kind.WHOLE))


def _one(name: str, *, required: bool = False) -> Field:
    return Field(Shape(Kind.OBJECT, type=name), required)


def _many(name: str) -> Field:
    return Field(Shape(Kind.LIST, Shape(Kind.OBJECT, type=name)))


_IN_POD = {
    "podResources": _one("k8s.ResourceRequirements"),
    "resourceClaims": _many("k8s.PodResourceClaim"),
}
_RULES = {"restartPolicyRules": _many("k8s.ContainerRestartRule")}

NEWER: Types = {
    "WorkflowSpec": {**_IN_POD, "executorPlugins": _many("ExecutorPlugin")},
    "Template": {**_IN_POD, "pendingTimeout": _TEXT},
    "ExecutorPlugin": {"spec": _one("ExecutorPluginSpec", required=True)},
    "ExecutorPluginSpec": {"sidecar": _one("ExecutorPluginSidecar", required=True)},
    "ExecutorPluginSidecar": {
        "automountServiceAccountToken": _TRUTH,
        "container": _one("k8s.Container", required=True),
    },
    "HTTPArtifact": {"saveStreamViaFile": _TRUTH},
    "S3Artifact": {"addressingStyle": _TEXT},
    "ScriptTemplate": _RULES,
    "UserContainer": _RULES,
    "ContainerNode": _RULES,
    "k8s.Container": _RULES,
    "k8s.ContainerRestartRule": {
        "action": _NEEDED,
        "exitCodes": _one("k8s.ContainerRestartRuleOnExitCodes"),
    },
    "k8s.ContainerRestartRuleOnExitCodes": {
        "operator": _NEEDED,
        "values": Field(Shape(Kind.LIST, Shape(Kind.WHOLE))),
    },
    "k8s.EnvVarSource": {"fileKeyRef": _one("k8s.FileKeySelector")},
    "k8s.FileKeySelector": {
        "key": _NEEDED,
        "optional": _TRUTH,
        "path": _NEEDED,
        "volumeName": _NEEDED,
    },
    "k8s.PodResourceClaim": {
        "name": _NEEDED,
        "resourceClaimName": _TEXT,
        "resourceClaimTemplateName": _TEXT,
    },
    "k8s.VolumeProjection": {"podCertificate": _one("k8s.PodCertificateProjection")},
    "k8s.PodCertificateProjection": {
        "certificateChainPath": _TEXT,
        "credentialBundlePath": _TEXT,
        "keyPath": _TEXT,
        "keyType": _NEEDED,
        "maxExpirationSeconds": _WHOLE,
        "signerName": _NEEDED,
        "userAnnotations": Field(Shape(Kind.MAP, Shape(Kind.TEXT))),
    },
}
