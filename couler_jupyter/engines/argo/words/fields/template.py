"""All that stands in one template, as Argo writes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypedDict

from couler_jupyter.engines.argo.words.fields.artifacts import (
    ArtifactLocation,
    Metadata,
)
from couler_jupyter.engines.argo.words.fields.containers import (
    ContainerSetTemplate,
    ScriptTemplate,
    UserContainer,
)
from couler_jupyter.engines.argo.words.fields.graph import DAGTemplate, WorkflowStep
from couler_jupyter.engines.argo.words.fields.kubernetes import Kubernetes
from couler_jupyter.engines.argo.words.fields.leaves import (
    HTTP,
    Data,
    ResourceTemplate,
    SuspendTemplate,
)
from couler_jupyter.engines.argo.words.fields.metrics import Metrics
from couler_jupyter.engines.argo.words.fields.parameters import Inputs, Outputs
from couler_jupyter.engines.argo.words.fields.reliability import (
    Memoize,
    RetryStrategy,
    Synchronization,
)
from couler_jupyter.ir import Json


class Template(TypedDict, total=False):
    """A template."""

    activeDeadlineSeconds: str | int
    affinity: Kubernetes
    annotations: Mapping[str, str]
    archiveLocation: ArtifactLocation
    automountServiceAccountToken: bool
    container: Kubernetes
    containerSet: ContainerSetTemplate
    daemon: bool
    dag: DAGTemplate
    data: Data
    executor: ExecutorConfig
    failFast: bool
    hostAliases: Sequence[Kubernetes]
    http: HTTP
    initContainers: Sequence[UserContainer]
    inputs: Inputs
    memoize: Memoize
    metadata: Metadata
    metrics: Metrics
    name: str
    nodeSelector: Mapping[str, str]
    outputs: Outputs
    parallelism: int
    pendingTimeout: str
    plugin: Mapping[str, Json]
    podResources: Kubernetes
    podSpecPatch: str
    priorityClassName: str
    resource: ResourceTemplate
    resourceClaims: Sequence[Kubernetes]
    retryStrategy: RetryStrategy
    schedulerName: str
    script: ScriptTemplate
    securityContext: Kubernetes
    serviceAccountName: str
    sidecars: Sequence[UserContainer]
    steps: Sequence[Sequence[WorkflowStep]]
    suspend: SuspendTemplate
    synchronization: Synchronization
    timeout: str
    tolerations: Sequence[Kubernetes]
    volumes: Sequence[Kubernetes]


class ExecutorConfig(TypedDict, total=False):
    """As whom the container beside the main one runs."""

    serviceAccountName: str
