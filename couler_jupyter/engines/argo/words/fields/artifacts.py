"""Artifacts, how they are packed, and when they may go, as Argo writes it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypedDict

from couler_jupyter.engines.argo.words.fields.stores import (
    ArtifactoryArtifact,
    AzureArtifact,
    GCSArtifact,
    GitArtifact,
    HDFSArtifact,
    HTTPArtifact,
    OSSArtifact,
    PluginArtifact,
    RawArtifact,
    S3Artifact,
)


class ArtifactLocation(TypedDict, total=False):
    """Where an artifact is kept: one of these."""

    archiveLogs: bool
    artifactory: ArtifactoryArtifact
    azure: AzureArtifact
    gcs: GCSArtifact
    git: GitArtifact
    hdfs: HDFSArtifact
    http: HTTPArtifact
    oss: OSSArtifact
    plugin: PluginArtifact
    raw: RawArtifact
    s3: S3Artifact


_From = TypedDict("_From", {"from": str}, total=False)


class Artifact(_From, ArtifactLocation, total=False):
    """A file or folder that goes in or comes out."""

    archive: ArchiveStrategy
    artifactGC: ArtifactGC
    fromExpression: str
    globalName: str
    mode: int
    name: str
    optional: bool
    path: str
    recurseMode: bool
    subPath: str


class ArtifactPaths(Artifact, total=False):
    """The files of a folder that `data` lists."""


class ArchiveStrategy(TypedDict, total=False):
    """How it is packed: one of these."""

    none: NoneStrategy
    tar: TarStrategy
    zip: ZipStrategy


class TarStrategy(TypedDict, total=False):
    """A tar file, zipped."""

    compressionLevel: int


class NoneStrategy(TypedDict, total=False):
    """As it is."""


class ZipStrategy(TypedDict, total=False):
    """A zip file."""


class ArtifactGC(TypedDict, total=False):
    """When an artifact may go, and as whom it is taken away."""

    podMetadata: Metadata
    serviceAccountName: str
    strategy: str


class WorkflowLevelArtifactGC(TypedDict, total=False):
    """When artifacts of a workflow may go that do not say so."""

    forceFinalizerRemoval: bool
    podMetadata: Metadata
    podSpecPatch: str
    serviceAccountName: str
    strategy: str


class ArtifactRepositoryRef(TypedDict, total=False):
    """The config map that says where artifacts are kept."""

    configMap: str
    key: str


class Metadata(TypedDict, total=False):
    """Labels and annotations."""

    annotations: Mapping[str, str]
    labels: Mapping[str, str]
