"""What a template runs beside programs, as Argo writes it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict

from couler_jupyter.engines.argo.words.fields.artifacts import Artifact, ArtifactPaths
from couler_jupyter.engines.argo.words.fields.kubernetes import Kubernetes


class HTTP(TypedDict, total=False):
    """A request that the agent makes."""

    body: str
    bodyFrom: HTTPBodySource
    headers: Sequence[HTTPHeader]
    insecureSkipVerify: bool
    method: str
    successCondition: str
    timeoutSeconds: int
    url: str


class HTTPHeader(TypedDict, total=False):
    """A header of the request."""

    name: str
    value: str
    valueFrom: HTTPHeaderSource


class HTTPHeaderSource(TypedDict, total=False):
    """Where the value of a header is taken from."""

    secretKeyRef: Kubernetes


class HTTPBodySource(TypedDict, total=False):
    """The body as bytes, in base64."""

    bytes: str


class Data(TypedDict, total=False):
    """Lists files and works on the list."""

    source: DataSource
    transformation: Sequence[TransformationStep]


class DataSource(TypedDict, total=False):
    """What is listed."""

    artifactPaths: ArtifactPaths


class TransformationStep(TypedDict, total=False):
    """An expression that works on the list."""

    expression: str


class ResourceTemplate(TypedDict, total=False):
    """A Kubernetes object, and when it is done."""

    action: str
    failureCondition: str
    flags: Sequence[str]
    manifest: str
    manifestFrom: ManifestFrom
    mergeStrategy: str
    setOwnerReference: bool
    successCondition: str


class ManifestFrom(TypedDict, total=False):
    """Where the object is taken from."""

    artifact: Artifact


class SuspendTemplate(TypedDict, total=False):
    """How long it waits."""

    duration: str
