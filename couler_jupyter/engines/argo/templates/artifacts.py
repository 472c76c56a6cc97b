"""Where an artifact lies, as Argo says it: one word for each kind of storage."""

from __future__ import annotations

from typing import assert_never

from couler_jupyter.engines.argo.braces import without_stray
from couler_jupyter.engines.argo.templates.around import Fields, Write, said
from couler_jupyter.ir import (
    GCS,
    HDFS,
    OSS,
    S3,
    Azure,
    Dataset,
    Git,
    Http,
    Inline,
    LocalPath,
    Managed,
    SecretRef,
    Storage,
    Text,
)

KEYED = {
    "s3": "key",
    "gcs": "key",
    "oss": "key",
    "azure": "blob",
    "hdfs": "path",
}
"""What a key is called in each kind of artifact repository."""


def artifact_location(storage: Storage, write: Write, repository: str = "s3") -> Fields:
    """Return the fields that say where an artifact lies; none for Argo's own choice.

    Args:
        storage: where it lies.
        write: renders its texts.
        repository: kind of the artifact repository, for a key alone.
    """
    return {
        key: without_stray(one)
        for key, one in _location(storage, write, repository).items()
    }


def _location(storage: Storage, write: Write, repository: str) -> Fields:
    match storage:
        case Managed(key=""):
            return {}
        case Managed(key=key):
            return {repository: {KEYED[repository]: write(key)}}
        case S3():
            return {"s3": _s3(storage, write)}
        case GCS(bucket=bucket, key=key, service_account_key=account):
            account_key = secret_key(account)
            fields = said(bucket=_text(bucket, write), key=write(key))
            return {"gcs": {**fields, **said(serviceAccountKeySecret=account_key)}}
        case OSS():
            return {"oss": _oss(storage, write)}
        case Azure():
            return {"azure": _azure(storage, write)}
        case HDFS():
            return {"hdfs": _hdfs(storage, write)}
        case Git():
            return {"git": _git(storage, write)}
        case Http():
            return {"http": _http(storage, write)}
        case Inline(data=data):
            return {"raw": {"data": write(data)}}
        case Dataset(source=source):
            return _location(source, write, repository)
        case LocalPath():
            raise AssertionError("compile() refuses files of one machine")
        case _ as never:
            assert_never(never)


def secret_key(ref: SecretRef | None) -> Fields | None:
    """Return a reference to a key of a secret, or None for none."""
    if ref is None:
        return None
    return {"name": ref.name, "key": ref.key, **said(optional=ref.optional)}


def _text(text: Text, write: Write) -> str:
    return write(text) if text else ""


def _s3(storage: S3, write: Write) -> Fields:
    return said(
        endpoint=storage.endpoint,
        bucket=_text(storage.bucket, write),
        key=write(storage.key),
        region=storage.region,
        insecure=storage.insecure,
        accessKeySecret=secret_key(storage.access_key),
        secretKeySecret=secret_key(storage.secret_key),
        sessionTokenSecret=secret_key(storage.session_token),
        roleARN=storage.role_arn,
        useSDKCreds=storage.use_sdk_credentials,
    )


def _oss(storage: OSS, write: Write) -> Fields:
    return said(
        endpoint=storage.endpoint,
        bucket=_text(storage.bucket, write),
        key=write(storage.key),
        accessKeySecret=secret_key(storage.access_key),
        secretKeySecret=secret_key(storage.secret_key),
        securityToken=storage.security_token,
        useSDKCreds=storage.use_sdk_credentials,
    )


def _azure(storage: Azure, write: Write) -> Fields:
    return {
        "endpoint": storage.endpoint,
        "container": _text(storage.container, write),
        "blob": write(storage.blob),
        **said(
            accountKeySecret=secret_key(storage.account_key),
            useSDKCreds=storage.use_sdk_credentials,
        ),
    }


def _hdfs(storage: HDFS, write: Write) -> Fields:
    return said(
        addresses=list(storage.addresses),
        path=write(storage.path),
        hdfsUser=storage.user,
        force=storage.force,
    )


def _git(storage: Git, write: Write) -> Fields:
    return said(
        repo=write(storage.repository),
        revision=_text(storage.revision, write),
        branch=storage.branch,
        depth=storage.depth,
        singleBranch=storage.single_branch,
        disableSubmodules=storage.disable_submodules,
        fetch=list(storage.fetch),
        usernameSecret=secret_key(storage.username),
        passwordSecret=secret_key(storage.password),
        sshPrivateKeySecret=secret_key(storage.ssh_key),
    )


def _http(storage: Http, write: Write) -> Fields:
    headers = [{"name": name, "value": value} for name, value in storage.headers]
    basic = said(
        usernameSecret=secret_key(storage.username),
        passwordSecret=secret_key(storage.password),
    )
    auth = {"basicAuth": basic} if basic else None
    return said(url=write(storage.url), headers=headers, auth=auth)
