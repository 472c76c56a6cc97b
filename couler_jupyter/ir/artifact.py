"""Artifacts: files and folders passed by reference, by where they are stored."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from couler_jupyter.ir.value import Text


@dataclass(frozen=True, slots=True)
class SecretRef:
    """A key of a secret, by reference; the value is never in a workflow."""

    name: str
    key: str
    optional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Managed:
    """Kept by the engine, in its own repository; `key` names it there if given."""

    key: Text = ""


@dataclass(frozen=True, slots=True)
class LocalPath:
    """A file or folder on the machine (or a file system all machines share)."""

    path: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class S3:
    """An object in Amazon S3, or anything that speaks its protocol."""

    bucket: Text = ""
    key: Text
    endpoint: str = ""
    region: str = ""
    insecure: bool = False
    access_key: SecretRef | None = None
    secret_key: SecretRef | None = None
    session_token: SecretRef | None = None
    role_arn: str = ""
    use_sdk_credentials: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class GCS:
    """An object in Google Cloud Storage."""

    bucket: Text = ""
    key: Text
    service_account_key: SecretRef | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OSS:
    """An object in Alibaba Cloud OSS."""

    bucket: Text = ""
    key: Text
    endpoint: str = ""
    access_key: SecretRef | None = None
    secret_key: SecretRef | None = None
    security_token: str = ""
    use_sdk_credentials: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Azure:
    """A blob in Azure Blob Storage."""

    container: Text = ""
    blob: Text
    endpoint: str = ""
    account_key: SecretRef | None = None
    use_sdk_credentials: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class HDFS:
    """A file in HDFS; `addresses` are name nodes as `host:port`."""

    path: Text
    addresses: tuple[str, ...] = ()
    user: str = ""
    force: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Git:
    """A checkout of a repository; for inputs only."""

    repository: Text
    revision: Text = ""
    branch: str = ""
    depth: int | None = None
    single_branch: bool = False
    disable_submodules: bool = False
    fetch: tuple[str, ...] = ()
    username: SecretRef | None = None
    password: SecretRef | None = None
    ssh_key: SecretRef | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Http:
    """What a URL answers; as an output, the URL it is put to."""

    url: Text
    headers: tuple[tuple[str, str], ...] = ()
    username: SecretRef | None = None
    password: SecretRef | None = None


@dataclass(frozen=True, slots=True)
class Inline:
    """The content itself, written in the workflow; for inputs only."""

    data: Text


Storage: TypeAlias = (
    Managed | LocalPath | S3 | GCS | OSS | Azure | HDFS | Git | Http | Inline
)


class Archive(StrEnum):
    """How a file or folder is packed on its way to storage."""

    TAR = "tar"
    ZIP = "zip"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class InputArtifact:
    """A file or folder that a template or a workflow takes.

    Attributes:
        name: how it is called.
        path: where the step finds it; empty lets the engine choose.
        default: where it is taken from when nothing is given.
        optional: whether the step runs without it.
        mode: permission bits it gets, if given; `recurse_mode` for a whole folder.
        description: for people.
    """

    name: str
    path: str = ""
    default: Storage | None = None
    optional: bool = False
    mode: int | None = None
    recurse_mode: bool = False
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputArtifact:
    """A file or folder that a template leaves behind.

    Attributes:
        name: how it is called.
        path: where the step leaves it; empty where the function returns the path.
        part: which part of what the function returns is the path (keys and indices).
        storage: where it is kept.
        optional: whether the step succeeds without it.
        archive: how it is packed; None leaves it to the engine.
        mode: permission bits it gets, if given; `recurse_mode` for a whole folder.
        global_name: makes it known to the whole run under that name.
        delete_after: when the engine may delete it: `run` (at its end), `workflow`
            (when its record is deleted) or empty for never.
        description: for people.
    """

    name: str
    path: str = ""
    part: tuple[str | int, ...] = ()
    storage: Storage = Managed()
    optional: bool = False
    archive: Archive | None = None
    mode: int | None = None
    recurse_mode: bool = False
    global_name: str = ""
    delete_after: str = ""
    description: str = ""
