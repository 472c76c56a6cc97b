"""All that stands in the spec of a workflow, as Argo writes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypedDict

from couler_jupyter.engines.argo.words.fields.artifacts import (
    ArtifactRepositoryRef,
    Metadata,
    WorkflowLevelArtifactGC,
)
from couler_jupyter.engines.argo.words.fields.graph import LifecycleHook
from couler_jupyter.engines.argo.words.fields.kubernetes import Kubernetes
from couler_jupyter.engines.argo.words.fields.metrics import Metrics
from couler_jupyter.engines.argo.words.fields.parameters import Arguments
from couler_jupyter.engines.argo.words.fields.reliability import (
    RetryStrategy,
    Synchronization,
)
from couler_jupyter.engines.argo.words.fields.template import ExecutorConfig, Template


class WorkflowSpec(TypedDict, total=False):
    """The spec of a workflow."""

    activeDeadlineSeconds: int
    affinity: Kubernetes
    archiveLogs: bool
    arguments: Arguments
    artifactGC: WorkflowLevelArtifactGC
    artifactRepositoryRef: ArtifactRepositoryRef
    automountServiceAccountToken: bool
    dnsConfig: Kubernetes
    dnsPolicy: str
    entrypoint: str
    executor: ExecutorConfig
    executorPlugins: Sequence[ExecutorPlugin]
    hooks: Mapping[str, LifecycleHook]
    hostAliases: Sequence[Kubernetes]
    hostNetwork: bool
    imagePullSecrets: Sequence[Kubernetes]
    metrics: Metrics
    nodeSelector: Mapping[str, str]
    onExit: str
    parallelism: int
    podDisruptionBudget: Kubernetes
    podGC: PodGC
    podMetadata: Metadata
    podPriorityClassName: str
    podResources: Kubernetes
    podSpecPatch: str
    priority: int
    resourceClaims: Sequence[Kubernetes]
    retryStrategy: RetryStrategy
    schedulerName: str
    securityContext: Kubernetes
    serviceAccountName: str
    shutdown: str
    suspend: bool
    synchronization: Synchronization
    templateDefaults: Template
    templates: Sequence[Template]
    tolerations: Sequence[Kubernetes]
    ttlStrategy: TTLStrategy
    volumeClaimGC: VolumeClaimGC
    volumeClaimTemplates: Sequence[Kubernetes]
    volumes: Sequence[Kubernetes]
    workflowMetadata: WorkflowMetadata
    workflowTemplateRef: WorkflowTemplateRef


class WorkflowTemplateRef(TypedDict, total=False):
    """The template object that a workflow is made of."""

    clusterScope: bool
    name: str


class WorkflowMetadata(TypedDict, total=False):
    """Labels and annotations that a run gets."""

    annotations: Mapping[str, str]
    labels: Mapping[str, str]
    labelsFrom: Mapping[str, LabelValueFrom]


class LabelValueFrom(TypedDict, total=False):
    """An expression that gives the value of a label."""

    expression: str


class PodGC(TypedDict, total=False):
    """When pods go, and which."""

    deleteDelayDuration: str
    labelSelector: Kubernetes
    strategy: str


class TTLStrategy(TypedDict, total=False):
    """How long the record of a run is kept."""

    secondsAfterCompletion: int
    secondsAfterFailure: int
    secondsAfterSuccess: int


class VolumeClaimGC(TypedDict, total=False):
    """When the volumes go that were made for a run."""

    strategy: str


class ExecutorPlugin(TypedDict, total=False):
    """A plugin that this workflow brings along."""

    spec: ExecutorPluginSpec


class ExecutorPluginSpec(TypedDict, total=False):
    """What the plugin is."""

    sidecar: ExecutorPluginSidecar


class ExecutorPluginSidecar(TypedDict, total=False):
    """The container that the plugin is."""

    automountServiceAccountToken: bool
    container: Kubernetes
