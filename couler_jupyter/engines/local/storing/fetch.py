"""An artifact from where it lies to a place of our own."""

from __future__ import annotations

from pathlib import Path
from typing import assert_never

from couler_jupyter.engines.local.placing.copying import Misplaced, copy
from couler_jupyter.engines.local.placing.run_folder import write_whole
from couler_jupyter.engines.local.secrets import Secrets
from couler_jupyter.engines.local.storing import git, remote, web
from couler_jupyter.engines.local.storing.place import base_name, managed, user_path
from couler_jupyter.engines.local.storing.trouble import StorageTrouble
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
    Storage,
)


def fetch(
    storage: Storage, target: Path, *, secrets: Secrets, repository: Path, folder: Path
) -> None:
    """Copy the artifact in `storage`, whose texts are all known, to `target`.

    Args:
        storage: where it lies.
        target: the file or folder to make; its parent exists.
        secrets: where credentials are found.
        repository: where artifacts with a key of their own are kept.
        folder: what relative local paths are relative to.

    Raises:
        StorageTrouble: it cannot be read, in one line.
        NoSecret: a credential is not there.
    """
    match storage:
        case Managed():
            _copy(managed(storage, repository), target, storage)
        case LocalPath():
            _copy(user_path(storage, folder), target, storage)
        case Inline(data=data):
            write_whole(target, str(data).encode("utf-8", "surrogateescape"))
        case Http():
            web.download(storage, target, secrets)
        case Git():
            git.check_out(storage, target, secrets)
        case S3() | GCS() | OSS() | Azure() | HDFS():
            remote.download(storage, target, secrets)
        case Dataset(source=source):
            fetch(source, target, secrets=secrets, repository=repository, folder=folder)
        case _ as never:
            assert_never(never)


def _copy(source: Path, target: Path, storage: Storage) -> None:
    try:
        copy(source.resolve(strict=True), target)
    except FileNotFoundError:
        raise StorageTrouble(f"there is no {source}") from None
    except Misplaced as error:
        raise StorageTrouble(f"{base_name(storage)}: {error}") from None
    except OSError as error:
        raise StorageTrouble(f"{source} cannot be read: {error.strerror}") from None
