"""Programs: scripts, containers beside them and containers in a set."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict

from couler_jupyter.engines.argo.words.fields.kubernetes import Kubernetes


class Box(TypedDict, total=False):
    """What all programs have."""

    args: Sequence[str]
    command: Sequence[str]
    env: Sequence[Kubernetes]
    envFrom: Sequence[Kubernetes]
    image: str
    imagePullPolicy: str
    lifecycle: Kubernetes
    livenessProbe: Kubernetes
    ports: Sequence[Kubernetes]
    readinessProbe: Kubernetes
    resizePolicy: Sequence[Kubernetes]
    resources: Kubernetes
    restartPolicy: str
    restartPolicyRules: Sequence[Kubernetes]
    securityContext: Kubernetes
    startupProbe: Kubernetes
    stdin: bool
    stdinOnce: bool
    terminationMessagePath: str
    terminationMessagePolicy: str
    tty: bool
    volumeDevices: Sequence[Kubernetes]
    volumeMounts: Sequence[Kubernetes]
    workingDir: str


class ScriptTemplate(Box, total=False):
    """Source text and its interpreter."""

    name: str
    source: str


class UserContainer(Box, total=False):
    """A container that runs before or beside the main one."""

    mirrorVolumeMounts: bool
    name: str


class ContainerNode(Box, total=False):
    """A container of a set."""

    dependencies: Sequence[str]
    name: str


class ContainerSetTemplate(TypedDict, total=False):
    """Containers of one pod that run in an order."""

    containers: Sequence[ContainerNode]
    retryStrategy: ContainerSetRetryStrategy
    volumeMounts: Sequence[Kubernetes]


class ContainerSetRetryStrategy(TypedDict, total=False):
    """How often the containers of a set are tried."""

    duration: str
    retries: str | int
