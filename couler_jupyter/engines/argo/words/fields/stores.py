"""Where artifacts are kept, as Argo writes it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict

from couler_jupyter.engines.argo.words.fields.kubernetes import Kubernetes


class S3Artifact(TypedDict, total=False):
    """An object in S3, or in anything that speaks its protocol."""

    accessKeySecret: Kubernetes
    addressingStyle: str
    bucket: str
    caSecret: Kubernetes
    createBucketIfNotPresent: CreateS3BucketOptions
    encryptionOptions: S3EncryptionOptions
    endpoint: str
    insecure: bool
    key: str
    region: str
    roleARN: str
    secretKeySecret: Kubernetes
    sessionTokenSecret: Kubernetes
    useSDKCreds: bool


class S3EncryptionOptions(TypedDict, total=False):
    """How an object is encrypted in S3."""

    enableEncryption: bool
    kmsEncryptionContext: str
    kmsKeyId: str
    serverSideCustomerKeySecret: Kubernetes


class CreateS3BucketOptions(TypedDict, total=False):
    """How a bucket is made that is not there."""

    objectLocking: bool


class GCSArtifact(TypedDict, total=False):
    """An object in Google Cloud Storage."""

    bucket: str
    key: str
    serviceAccountKeySecret: Kubernetes


class OSSArtifact(TypedDict, total=False):
    """An object in Alibaba Cloud OSS."""

    accessKeySecret: Kubernetes
    bucket: str
    createBucketIfNotPresent: bool
    endpoint: str
    key: str
    lifecycleRule: OSSLifecycleRule
    secretKeySecret: Kubernetes
    securityToken: str
    useSDKCreds: bool


class OSSLifecycleRule(TypedDict, total=False):
    """When objects of a bucket are kept colder, or go."""

    markDeletionAfterDays: int
    markInfrequentAccessAfterDays: int


class AzureArtifact(TypedDict, total=False):
    """A blob in Azure."""

    accountKeySecret: Kubernetes
    blob: str
    container: str
    endpoint: str
    useSDKCreds: bool


class HDFSArtifact(TypedDict, total=False):
    """A file in HDFS."""

    addresses: Sequence[str]
    dataTransferProtection: str
    force: bool
    hdfsUser: str
    krbCCacheSecret: Kubernetes
    krbConfigConfigMap: Kubernetes
    krbKeytabSecret: Kubernetes
    krbRealm: str
    krbServicePrincipalName: str
    krbUsername: str
    path: str


class GitArtifact(TypedDict, total=False):
    """A checkout."""

    branch: str
    depth: int
    disableSubmodules: bool
    fetch: Sequence[str]
    insecureIgnoreHostKey: bool
    insecureSkipTLS: bool
    passwordSecret: Kubernetes
    repo: str
    revision: str
    singleBranch: bool
    sshPrivateKeySecret: Kubernetes
    usernameSecret: Kubernetes


class ArtifactoryArtifact(TypedDict, total=False):
    """A file in Artifactory."""

    passwordSecret: Kubernetes
    url: str
    usernameSecret: Kubernetes


class PluginArtifact(TypedDict, total=False):
    """Whatever a plugin of the cluster keeps."""

    configuration: str
    connectionTimeoutSeconds: int
    key: str
    name: str


class RawArtifact(TypedDict, total=False):
    """The content itself."""

    data: str


class HTTPArtifact(TypedDict, total=False):
    """What a URL answers, or is given."""

    auth: HTTPAuth
    headers: Sequence[Header]
    saveStreamViaFile: bool
    url: str


class Header(TypedDict, total=False):
    """A header of a request for an artifact."""

    name: str
    value: str


class HTTPAuth(TypedDict, total=False):
    """How one proves who one is to a URL."""

    basicAuth: BasicAuth
    clientCert: ClientCertAuth
    oauth2: OAuth2Auth


class BasicAuth(TypedDict, total=False):
    """Name and password, in secrets."""

    passwordSecret: Kubernetes
    usernameSecret: Kubernetes


class ClientCertAuth(TypedDict, total=False):
    """A certificate and its key, in secrets."""

    clientCertSecret: Kubernetes
    clientKeySecret: Kubernetes


class OAuth2Auth(TypedDict, total=False):
    """A token that is asked for first."""

    clientIDSecret: Kubernetes
    clientSecretSecret: Kubernetes
    endpointParams: Sequence[OAuth2EndpointParam]
    scopes: Sequence[str]
    tokenURLSecret: Kubernetes


class OAuth2EndpointParam(TypedDict, total=False):
    """A parameter for where the token is asked for."""

    key: str
    value: str
