"""Files and folders by where they are stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypeAlias, TypedDict, Unpack

from couler_jupyter.dsl.anything import Given, Gives
from couler_jupyter.dsl.location import local_path
from couler_jupyter.dsl.origin import misused
from couler_jupyter.dsl.ports import ArtifactSpec
from couler_jupyter.dsl.secret import Secret, secret_ref
from couler_jupyter.ir import (
    GCS,
    HDFS,
    OSS,
    S3,
    Archive,
    Azure,
    Git,
    Http,
    Inline,
    SecretRef,
    Storage,
)

Key: TypeAlias = SecretRef | Secret | None
"""One key of a secret, or a secret of one key."""


class ArtifactOptions(TypedDict, total=False):
    """What can be said of an artifact wherever it is stored.

    `name` is by default that of the file, `archive` is `tar`, `zip` or `none`, `mode`
    the permission bits (of all in a folder with `recurse_mode`), `global_name` (or
    `is_global`, under its own name) makes it known to the whole run, and
    `delete_after` is when the engine may delete it: `run` or `workflow`.
    """

    name: str
    optional: bool
    archive: Archive | str
    mode: int
    recurse_mode: bool
    is_global: bool
    global_name: str
    delete_after: str
    description: str


def create_artifact(
    path: str = "",
    storage: Storage | None = None,
    **options: Unpack[ArtifactOptions],
) -> ArtifactSpec:
    """Return a file or folder that a step makes or takes.

    Args:
        path: where the step leaves or finds it.
        storage: where it is kept; None leaves that to the engine.
        options: see `ArtifactOptions`.

    Raises:
        BuildFailed: there is no such way to pack.
    """
    wanted: dict[str, Given] = {**options}
    if "archive" in wanted:
        wanted["archive"] = _archive(wanted["archive"])
    return ArtifactSpec(path=path, storage=storage, **wanted)


def create_s3_artifact(
    path: str = "",
    bucket: str = "",
    accesskey_id: Key = None,
    accesskey_secret: Key = None,
    key: Given = None,
    *,
    endpoint: str = "",
    region: str = "",
    insecure: bool = False,
    session_token: Key = None,
    role_arn: str = "",
    use_sdk_credentials: bool = False,
    **more: Unpack[ArtifactOptions],
) -> ArtifactSpec:
    """Return an object in S3; credentials are keys of a secret.

    `more` are the options of `create_artifact`; see `ir.S3` for the rest.
    """
    storage = S3(
        bucket=bucket,
        key=_key(key, path),
        endpoint=endpoint,
        region=region,
        insecure=insecure,
        access_key=_secret(accesskey_id, "accesskey_id"),
        secret_key=_secret(accesskey_secret, "accesskey_secret"),
        session_token=_secret(session_token, "session_token"),
        role_arn=role_arn,
        use_sdk_credentials=use_sdk_credentials,
    )
    return create_artifact(path, storage, **more)


def create_oss_artifact(
    path: str = "",
    bucket: str = "",
    accesskey_id: Key = None,
    accesskey_secret: Key = None,
    key: Given = None,
    *,
    endpoint: str = "",
    security_token: str = "",
    use_sdk_credentials: bool = False,
    **more: Unpack[ArtifactOptions],
) -> ArtifactSpec:
    """Return an object in Alibaba OSS; credentials are keys of a secret.

    `more` are the options of `create_artifact`; see `ir.OSS` for the rest.
    """
    storage = OSS(
        bucket=bucket,
        key=_key(key, path),
        endpoint=endpoint,
        access_key=_secret(accesskey_id, "accesskey_id"),
        secret_key=_secret(accesskey_secret, "accesskey_secret"),
        security_token=security_token,
        use_sdk_credentials=use_sdk_credentials,
    )
    return create_artifact(path, storage, **more)


def create_gcs_artifact(
    path: str = "",
    bucket: str = "",
    key: Given = None,
    *,
    service_account_key: Key = None,
    **more: Unpack[ArtifactOptions],
) -> ArtifactSpec:
    """Return an object in Google Cloud Storage; `more` as for `create_artifact`."""
    storage = GCS(
        bucket=bucket,
        key=_key(key, path),
        service_account_key=_secret(service_account_key, "service_account_key"),
    )
    return create_artifact(path, storage, **more)


def create_azure_artifact(
    path: str = "",
    container: str = "",
    blob: Given = None,
    *,
    endpoint: str = "",
    account_key: Key = None,
    use_sdk_credentials: bool = False,
    **more: Unpack[ArtifactOptions],
) -> ArtifactSpec:
    """Return a blob in Azure; `more` as for `create_artifact`."""
    storage = Azure(
        container=container,
        blob=_key(blob, path),
        endpoint=endpoint,
        account_key=_secret(account_key, "account_key"),
        use_sdk_credentials=use_sdk_credentials,
    )
    return create_artifact(path, storage, **more)


def create_hdfs_artifact(
    path: str = "",
    location: Given = None,
    *,
    addresses: Sequence[str] = (),
    user: str = "",
    force: bool = False,
    **more: Unpack[ArtifactOptions],
) -> ArtifactSpec:
    """Return a file in HDFS at `location`, by default `path` there too."""
    where = path if location is None else location
    storage = HDFS(path=where, addresses=tuple(addresses), user=user, force=force)
    return create_artifact(path, storage, **more)


def create_git_artifact(
    repository: Given,
    path: str = "",
    *,
    revision: Given = "",
    branch: str = "",
    depth: int | None = None,
    single_branch: bool = False,
    disable_submodules: bool = False,
    fetch: Sequence[str] = (),
    username: Key = None,
    password: Key = None,
    ssh_key: Key = None,
    **more: Unpack[ArtifactOptions],
) -> ArtifactSpec:
    """Return a checkout of a repository, for steps to take; see `ir.Git`."""
    storage = Git(
        repository=repository,
        revision=revision,
        branch=branch,
        depth=depth,
        single_branch=single_branch,
        disable_submodules=disable_submodules,
        fetch=tuple(fetch),
        username=_secret(username, "username"),
        password=_secret(password, "password"),
        ssh_key=_secret(ssh_key, "ssh_key"),
    )
    return create_artifact(path, storage, **more)


def create_http_artifact(
    url: Given,
    path: str = "",
    *,
    headers: Mapping[str, str] | None = None,
    username: Key = None,
    password: Key = None,
    **more: Unpack[ArtifactOptions],
) -> ArtifactSpec:
    """Return what a URL answers; as an output, the URL it is put to."""
    storage = Http(
        url=url,
        headers=tuple(sorted((headers or {}).items())),
        username=_secret(username, "username"),
        password=_secret(password, "password"),
    )
    return create_artifact(path, storage, **more)


def create_inline_artifact(
    data: Given, path: str = "", **more: Unpack[ArtifactOptions]
) -> ArtifactSpec:
    """Return a file by its content, for steps to take."""
    return create_artifact(path, Inline(data), **more)


def create_local_artifact(
    path: str | Path, location: str | Path | None = None, **more: Given
) -> ArtifactSpec:
    """Return a file or folder of this machine, or of a file system all machines share.

    Args:
        path: where it is here, and where a program finds or leaves it.
        location: where it is here, if that is another place.
        more: as for `create_artifact`.
    """
    here = local_path(path if location is None else location)
    return create_artifact("" if location is None else str(path), here, **more)


def _key(key: Given, path: str) -> Gives:
    """Return where an object is: where the program has it, if nothing else is said."""
    return path.lstrip("/") if key is None else key


def _secret(given: object, what: str) -> SecretRef | None:
    return None if given is None else secret_ref(given, what)


def _archive(given: Archive | str) -> Archive:
    try:
        return Archive(given)
    except ValueError:
        raise misused(
            f"archive={given!r} must be one of {', '.join(Archive)}"
        ) from None
