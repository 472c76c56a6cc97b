"""What kinds of fields a manifest has, where the same can be written in several ways."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from couler_jupyter.ir import Json

# fmt: off
DURATIONS = frozenset((
    "duration", "maxDuration", "maxAge", "cap", "timeout", "activeDeadlineSeconds",
))
"""Fields that are seconds, or a text such as `1m30s`."""
TEXTS = frozenset((
    "limit", "factor", "count", "start", "end", "value", "default",
))
"""Fields whose numbers and truth values are text to Argo."""
QUANTITIES = frozenset((
    "limits", "requests",
))
"""Fields that hold quantities by their names."""
EMPTY = frozenset((
    "arguments", "inputs", "outputs", "metadata", "parameters", "artifacts", "labels",
    "annotations", "resources", "env", "envFrom", "command", "args", "volumeMounts",
    "volumes", "tolerations", "nodeSelector", "dependencies", "volumeClaimTemplates",
    "imagePullSecrets", "initContainers", "sidecars", "hooks", "limits", "requests",
    "items",
))
"""Fields that mean nothing when they hold nothing."""
FALSE = frozenset((
    "optional", "readOnly", "insecure", "useSDKCreds", "mirrorVolumeMounts", "daemon",
    "recurseMode", "force", "setOwnerReference", "singleBranch", "disableSubmodules",
    "hostNetwork",
))
"""Fields that mean nothing when they are false."""
KEPT_SO = frozenset((
    "podGC", "artifactGC", "archiveLogs", "podDisruptionBudget", "podMetadata",
    "workflowMetadata", "metrics", "artifactRepositoryRef",
    "automountServiceAccountToken", "executor", "dnsPolicy", "dnsConfig", "hostAliases",
    "volumeClaimGC", "memoize",
    "podPriorityClassName", "synchronization",
))
"""Fields of a spec or a template that only say how a run is kept or watched."""
KEPT_SO_INSIDE = frozenset((
    "ports", "securityContext", "terminationMessagePath", "terminationMessagePolicy",
))
"""The same of a container."""
# fmt: on
DEFAULTS: Mapping[str, Json] = MappingProxyType(
    {
        "failFast": True,
        "concurrencyPolicy": "Allow",
        "start": "0",
        "timezone": "UTC",
        "operator": "Equal",
    }
)
"""Fields that mean nothing with this value."""
