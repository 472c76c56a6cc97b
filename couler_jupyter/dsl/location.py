"""Where a file is, from a path or a URL."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from couler_jupyter.dsl.origin import misused
from couler_jupyter.ir import GCS, HDFS, OSS, S3, Http, LocalPath, Storage


def local_path(path: str | Path) -> LocalPath:
    """Return a path of this machine; a relative one is the notebook's."""
    return LocalPath(str(path))


def storage_at(text: str) -> Storage:
    """Return the storage that a URL or a path of this machine names.

    Raises:
        BuildFailed: it is a URL of an unknown kind.
    """
    scheme, separator, _ = text.partition("://")
    if not separator:
        return local_path(text)
    parts = urlsplit(text)
    bucket, key = parts.netloc, parts.path.lstrip("/")
    match scheme.lower():
        case "s3" | "s3a":
            return S3(bucket=bucket, key=key)
        case "gs" | "gcs":
            return GCS(bucket=bucket, key=key)
        case "oss":
            return OSS(bucket=bucket, key=key)
        case "hdfs":
            return HDFS(path=parts.path, addresses=(bucket,) if bucket else ())
        case "http" | "https":
            return Http(url=text)
        case "file":
            return LocalPath(parts.path)
        case _:
            raise misused(
                f"{text!r}: no storage for {scheme}://; use s3, gs, oss, hdfs, http, https "
                "or couler.create_..._artifact"
            )
