"""What an artifact is called, and where local storages are."""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

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


def base_name(storage: Storage) -> str:
    """Return what the file or folder in `storage` is called; empty if nothing tells.

    >>> base_name(Http(url="https://example.org/data/iris.csv?raw=1"))
    'iris.csv'
    """
    match storage:
        case Managed(key=key) | S3(key=key) | GCS(key=key) | OSS(key=key):
            path = str(key)
        case LocalPath(path=path) | HDFS(path=path) | Azure(blob=path):
            path = str(path)
        case Http(url=url):
            path = unquote(urlsplit(str(url)).path)
        case Git(repository=repository):
            path = str(repository).removesuffix(".git")
        case Dataset(source=source):
            return base_name(source)
        case Inline():
            path = ""
    name = PurePosixPath(path).name
    return "" if name in ("", ".", "..") or "\0" in name else name


def user_path(storage: LocalPath, folder: Path) -> Path:
    """Return a path of this machine as its user means it."""
    return folder / Path(str(storage.path)).expanduser()


def managed(storage: Managed, repository: Path) -> Path:
    """Return where an artifact with a key of its own is kept.

    Raises:
        StorageTrouble: it has no key, or the key leaves the repository.
    """
    key = PurePosixPath(str(storage.key))
    if not key.parts or ".." in key.parts or key.is_absolute() or "\0" in str(key):
        raise StorageTrouble(
            f"key {str(storage.key)!r} must be a relative path such as models/best.pkl"
        )
    return repository / key
