"""Artifacts: files and folders passed by reference, by where they are stored."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import Any, TypeAlias, TypeVar, get_args

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


Remote: TypeAlias = S3 | GCS | OSS | Azure | HDFS | Git | Http
"""Where others keep what is read from afar."""


class DatasetCache(StrEnum):
    """Where what was read of a dataset stays, for those who read it again."""

    NONE = "none"
    LOCAL = "local"
    """On the machine that reads it, within the budget of its store."""
    SHARED = "shared"
    """For all who run there: on Kubernetes a Fluid Dataset; here the store."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    """Remote input that is read through a cache, once a version; for inputs only.

    Attributes:
        source: where it lies.
        version: the only one to read: what the storage calls it (an ETag, a version id
            of S3), or `sha256:` and the hash of its content; empty for whichever is
            there when a run starts to read. That of a Git repository is its revision.
        max_age: seconds in which the version that was seen last is read without asking
            whether there is a later one.
        cache: where it stays.
        prefetch: whether it is read ahead, before the step that takes it starts.
    """

    source: Remote
    version: Text = ""
    max_age: float = 0.0
    cache: DatasetCache = DatasetCache.LOCAL
    prefetch: bool = True


Storage: TypeAlias = (
    Managed | LocalPath | S3 | GCS | OSS | Azure | HDFS | Git | Http | Inline | Dataset
)
S = TypeVar("S", bound=Storage)


def with_parts(storage: S, change: Callable[[Any], Any]) -> S:
    """Return a storage with other parts.

    Args:
        storage: what to begin with.
        change: told each part, it returns what stands there instead.
    """
    parts: dict[str, Any] = {}
    for field in fields(storage):
        part = getattr(storage, field.name)
        is_inner = isinstance(part, get_args(Remote))
        new = with_parts(part, change) if is_inner else change(part)
        if new is not part:
            parts[field.name] = new
    return replace(storage, **parts) if parts else storage


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
