"""An artifact from a place of our own to where the workflow wants it."""

from __future__ import annotations

import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import assert_never

from couler_jupyter.engines.local.placing.copying import copy
from couler_jupyter.engines.local.secrets import Secrets
from couler_jupyter.engines.local.storing import remote, web
from couler_jupyter.engines.local.storing.archive import packed
from couler_jupyter.engines.local.storing.place import managed, user_path
from couler_jupyter.engines.local.storing.trouble import StorageTrouble
from couler_jupyter.ir import (
    GCS,
    HDFS,
    OSS,
    S3,
    Archive,
    Azure,
    Dataset,
    Git,
    Http,
    Inline,
    LocalPath,
    Managed,
    Storage,
)


def put(
    source: Path,
    storage: Storage,
    archive: Archive | None,
    *,
    secrets: Secrets,
    repository: Path,
    folder: Path,
) -> str:
    """Copy a file or folder to `storage`, whose texts are all known.

    Args:
        source: what to keep.
        storage: where.
        archive: how to pack it; None packs only a folder for a web server.
        secrets: where credentials are found.
        repository: where artifacts with a key of their own are kept.
        folder: what relative local paths are relative to.

    Returns:
        Where it is, for people; empty for the run's own folder.

    Raises:
        StorageTrouble: it cannot be written, in one line.
        NoSecret: a credential is not there.
    """
    if isinstance(storage, Managed) and not storage.key:
        return ""
    if archive is None and isinstance(storage, Http) and source.is_dir():
        archive = Archive.TAR
    with _as_asked(source, archive) as ready:
        match storage:
            case Managed():
                return _copy(ready, managed(storage, repository))
            case LocalPath():
                return _copy(ready, user_path(storage, folder))
            case Http():
                return web.upload(ready, storage, secrets)
            case S3() | GCS() | OSS() | Azure() | HDFS():
                return remote.upload(ready, storage, secrets)
            case Git() | Inline() | Dataset():
                raise StorageTrouble(f"{type(storage).__name__} is for inputs only")
            case _ as never:
                assert_never(never)


def _copy(source: Path, target: Path) -> str:
    try:
        copy(source, target)
    except OSError as error:
        raise StorageTrouble(f"{target} cannot be written: {error.strerror}") from None
    return str(target)


@contextmanager
def _as_asked(source: Path, archive: Archive | None) -> Generator[Path]:
    if archive is None or archive is Archive.NONE:
        yield source
        return
    with tempfile.TemporaryDirectory(dir=source.parent, prefix=".pack") as folder:
        yield packed(source, archive, Path(folder))
