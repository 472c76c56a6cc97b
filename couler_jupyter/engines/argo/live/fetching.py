"""Artifacts of runs on the cluster, brought to this machine as the steps left them.

They are read from the storage itself, with the credentials of whoever looks. The cluster
may know that storage by a name that means nothing here: an endpoint in `AWS_ENDPOINT_URL`
or fsspec's configuration counts.
"""

from __future__ import annotations

import os
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import IO, Any
from zipfile import ZipFile, is_zipfile

from couler_jupyter.engines.argo.live.left_behind import place_text
from couler_jupyter.errors import CoulerError
from couler_jupyter.ir import Json

_NAMED = ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL", "FSSPEC_S3_ENDPOINT_URL")
_SCHEMES = {"s3": "s3", "gcs": "gs", "oss": "oss", "azure": "abfs", "http": "https"}
_KEYS = ("key", "blob", "path")
_CHUNK = 1 << 20


class NotFetched(CoulerError):
    """An artifact cannot be had here; says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetching:
    """One artifact.

    Attributes:
        artifact: as the node's outputs have it.
        repository: where those are that have a key alone, as the status tells.
        most_bytes: that are brought, packed as they are.
    """

    artifact: Json
    repository: Json
    most_bytes: int

    @property
    def where(self) -> str:
        """Where it lies, as people read it."""
        return place_text(located(self.artifact, self.repository))

    def __call__(self, folder: Path) -> Path:
        """Bring it into a folder and return the file or folder that the step left.

        Raises:
            NotFetched: it cannot be had, or is too large.
        """
        packed = folder / "packed"
        found = located(self.artifact, self.repository)
        try:
            with _opened(found) as source, packed.open("wb") as out:
                _copy(source, out, self.most_bytes)
            return unpacked(packed, folder, self.artifact, self.most_bytes)
        except NotFetched:
            raise
        except Exception as error:  # every file system has errors of its own
            why = " ".join(f"{error}".split())[:300] or type(error).__name__
            raise NotFetched(f"{place_text(found)}: {why}") from error


def located(artifact: Json, repository: Json) -> Json:
    """Return an artifact with all that says where it lies, its repository's too."""
    for kind in (*_SCHEMES, "hdfs"):
        own, usual = artifact.get(kind), (repository or {}).get(kind)
        if isinstance(own, dict) and isinstance(usual, dict):
            plain = {k: one for k, one in usual.items() if not k.endswith("Format")}
            return {**artifact, kind: {**plain, **own}}
    return artifact


def unpacked(packed: Path, folder: Path, artifact: Json, most_bytes: int) -> Path:
    """Return what a step left, as Argo would hand it to the next one."""
    archive = artifact.get("archive") or {}
    name = Path(artifact.get("path") or artifact["name"]).name or "artifact"
    if "none" not in archive and _is_tar(packed):
        inside = folder / "unpacked"
        with tarfile.open(packed, "r:gz") as tar:
            _check(sum(one.size for one in tar), most_bytes)
            tar.extractall(inside, filter="data")
        return _only(inside, folder, name)
    if "zip" in archive and is_zipfile(packed):
        inside = folder / "unpacked"
        with ZipFile(packed) as parts:
            _check(sum(one.file_size for one in parts.infolist()), most_bytes)
            parts.extractall(inside)  # noqa: S202 (its size is known by now)
        return _only(inside, folder, name)
    return packed.rename(folder / name)


def _only(inside: Path, folder: Path, name: str) -> Path:
    found = list(inside.iterdir())
    packed = folder / "packed"
    packed.unlink()
    return (found[0] if len(found) == 1 else inside).rename(folder / name)


def _is_tar(path: Path) -> bool:
    try:
        with tarfile.open(path, "r:gz") as tar:
            return tar.next() is not None
    except (tarfile.TarError, OSError, EOFError):
        return False


def _copy(source: IO[bytes], out: IO[bytes], most: int) -> None:
    done = 0
    while data := source.read(_CHUNK):
        done += len(data)
        _check(done, most)
        out.write(data)


def _check(size: int, most: int) -> None:
    if size > most:
        raise NotFetched(f"it has more than {most:,} bytes, which is the copy_limit")


def _opened(found: Json) -> Any:  # noqa: ANN401 (whatever file fsspec opens)
    import fsspec

    for kind, scheme in _SCHEMES.items():
        place = found.get(kind)
        if not isinstance(place, dict):
            continue
        if kind == "http":
            return fsspec.open(place["url"], "rb")
        bucket = place.get("bucket") or place.get("container") or ""
        key = next((place[one] for one in _KEYS if place.get(one)), "")
        options = _options(kind, place, os.environ)
        return fsspec.open(f"{scheme}://{bucket}/{key.lstrip('/')}", "rb", **options)
    if isinstance(raw := found.get("raw"), dict):
        return BytesIO(str(raw.get("data", "")).encode())
    raise NotFetched(f"{place_text(found)}: nothing here reads that")


def _options(kind: str, place: Json, variables: Mapping[str, str]) -> dict[str, Any]:
    """Return what the file system is told: an endpoint that is known here goes first."""
    from fsspec.config import conf

    endpoint = place.get("endpoint")
    if kind != "s3" or not endpoint or any(variables.get(name) for name in _NAMED):
        return {}
    if (conf.get("s3") or {}).get("endpoint_url"):
        return {}
    scheme = "http" if place.get("insecure") else "https"
    return {"endpoint_url": f"{scheme}://{endpoint}"}
