"""Files and folders packed on their way to a storage: the same bytes each time."""

from __future__ import annotations

import gzip
import os
import tarfile
import zipfile
from pathlib import Path

from couler_jupyter.ir import Archive

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the first date that zip can say


def packed(source: Path, archive: Archive, folder: Path) -> Path:
    """Return a new file in `folder` that holds `source`, packed."""
    if archive is Archive.ZIP:
        return _zip(source, folder / f"{source.name}.zip")
    return _tar(source, folder / f"{source.name}.tgz")


def _tar(source: Path, target: Path) -> Path:
    with (
        target.open("wb") as file,
        gzip.GzipFile(filename="", fileobj=file, mode="wb", mtime=0) as squeezed,
        tarfile.open(fileobj=squeezed, mode="w") as tar,
    ):
        tar.add(source, arcname=source.name, filter=_anonymous)
    return target


def _anonymous(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    entry.mtime = entry.uid = entry.gid = 0
    entry.uname = entry.gname = ""
    return entry


def _zip(source: Path, target: Path) -> Path:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as file:
        for path in _files(source):
            name = path.relative_to(source.parent).as_posix()
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = (path.stat().st_mode & 0o777) << 16
            with path.open("rb") as given, file.open(entry, "w") as taken:
                while data := given.read(1 << 20):
                    taken.write(data)
    return target


def _files(source: Path) -> list[Path]:
    if not source.is_dir():
        return [source]
    found = [Path(root) / name for root, _, names in os.walk(source) for name in names]
    return sorted(found)
