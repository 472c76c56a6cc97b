"""Content-addressed objects on any file system that fsspec knows.

`objects/ab/cdef...` holds what has that SHA-256, `parts/` what is being written. On file
systems whose uploads are whole or nothing (S3, GCS, Azure) an object is put under its
name at once; elsewhere it is written as a part, checked, and renamed.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any
from uuid import uuid4

from couler_jupyter.errors import StoreFailed
from couler_jupyter.store.object import Corrupt, Missing, Object
from couler_jupyter.store.packing import pack, unpack

CHUNK = 1 << 20
_WHOLE = frozenset(
    {"s3", "s3a", "gs", "gcs", "az", "abfs", "abfss", "adl", "oss", "memory"}
)


class Objects:
    """Objects under one URL. All methods raise `StoreFailed` when it cannot be used."""

    def __init__(self, url: str, **options: Any) -> None:
        """Open the place; a folder is made if need be.

        Args:
            url: a path, or what fsspec reads: `s3://bucket/prefix`.
            options: for the file system, such as an endpoint; never written down.
        """
        from fsspec.core import url_to_fs

        self.url = url
        with _told(url):
            self._fs, self._root = url_to_fs(url, **options)
        protocol = self._fs.protocol
        kinds = {protocol} if isinstance(protocol, str) else set(protocol)
        self.local = bool(kinds & {"file", "local"})
        self._whole = bool(kinds & _WHOLE)
        if not self._whole:
            with _told(url):
                self._fs.makedirs(f"{self._root}/parts", exist_ok=True)

    def put(self, source: Path | bytes) -> Object:
        """Keep a file, a folder or bytes, and return what they are called.

        What is there already is not written again.
        """
        with _stream(source) as stream:
            return self._put_whole(stream) if self._whole else self._put_part(stream)

    def fetch(self, wanted: Object, target: Path, *, folder: bool = False) -> None:
        """Write an object to a file, or unpack it to a folder, that is not there yet.

        Raises:
            Missing: it is not there.
            Corrupt: its bytes are not those of its name; nothing is left at the target.
        """
        part = target.with_name(f".{target.name[:100]}.{uuid4().hex}.part")
        try:
            with part.open("wb") as out:
                self._copy_checked(wanted, out)
            if folder:
                with part.open("rb") as packed:
                    unpack(packed, target)
            else:
                part.replace(target)
        except OSError as error:
            raise StoreFailed(f"{target}: {error.strerror or error}") from None
        finally:
            part.unlink(missing_ok=True)

    def read(self, wanted: Object) -> bytes:
        """Return the bytes of a small object.

        Raises:
            Missing: it is not there.
            Corrupt: its bytes are not those of its name.
        """
        with TemporaryFile() as out:
            self._copy_checked(wanted, out)
            out.seek(0)
            return out.read()

    def has(self, digest: str) -> bool:
        """Whether an object is there, by its name alone."""
        with _told(self.url):
            return bool(self._fs.exists(self._path(digest)))

    def remove(self, digest: str) -> None:
        """Remove an object; one that is gone is gone."""
        with _told(self.url):
            try:
                self._fs.rm_file(self._path(digest))
            except FileNotFoundError:
                return

    def all(self) -> Iterator[Object]:
        """Yield every object that is there."""
        root = f"{self._root}/objects"
        with _told(self.url):
            if not self._fs.exists(root):
                return
            self._fs.invalidate_cache()
            found = self._fs.find(root, detail=True)
        for path, info in sorted(found.items()):
            digest = "".join(path.rsplit("/", 2)[-2:])
            if len(digest) == hashlib.sha256().digest_size * 2:
                yield Object(digest, int(info["size"]))

    def parts(self) -> Iterator[str]:
        """Yield the names of what is being written, or was when its writer died."""
        if self._whole:
            return
        with _told(self.url):
            for path in self._fs.find(f"{self._root}/parts"):
                yield path.rsplit("/", 1)[-1]

    def remove_part(self, name: str) -> None:
        """Remove what a dead writer left."""
        with _told(self.url):
            self._fs.rm_file(f"{self._root}/parts/{name}")

    def _path(self, digest: str) -> str:
        digest = Object(digest, 0).digest
        return f"{self._root}/objects/{digest[:2]}/{digest[2:]}"

    def _put_whole(self, stream: IO[bytes]) -> Object:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
        size = stream.tell()
        path = self._path(digest)
        with _told(self.url):
            if self._fs.exists(path) and self._fs.size(path) == size:
                return Object(digest, size)
            stream.seek(0)
            with self._fs.open(path, "wb") as out:
                shutil.copyfileobj(stream, out, CHUNK)
            self._fs.invalidate_cache(path)
        return Object(digest, size)

    def _put_part(self, stream: IO[bytes]) -> Object:
        part = f"{self._root}/parts/{uuid4().hex}"
        with _told(self.url):
            try:
                with self._fs.open(part, "wb") as out:
                    made = _copy(stream, out)
                    _settle(out)
                self._publish(part, made)
            except BaseException:
                if self._fs.exists(part):
                    self._fs.rm_file(part)
                raise
        return made

    def _publish(self, part: str, made: Object) -> None:
        path = self._path(made.digest)
        if self._fs.exists(path) and self._fs.size(path) == made.size:
            self._fs.rm_file(part)
            return
        self._fs.makedirs(path.rsplit("/", 1)[0], exist_ok=True)
        if self.local:
            os.replace(part, path)
        else:
            self._fs.mv(part, path)

    def _copy_checked(self, wanted: Object, out: IO[bytes]) -> None:
        with _told(self.url):
            try:
                with self._fs.open(self._path(wanted.digest), "rb") as source:
                    found = _copy(source, out)
            except FileNotFoundError:
                raise Missing(
                    f"object {wanted.digest[:12]} is not in {self.url}"
                ) from None
        if found.digest != wanted.digest:
            raise Corrupt(
                f"object {wanted.digest[:12]} in {self.url} was changed or damaged"
            )


def _copy(source: IO[bytes], out: IO[bytes]) -> Object:
    digest, size = hashlib.sha256(), 0
    while data := source.read(CHUNK):
        digest.update(data)
        out.write(data)
        size += len(data)
    return Object(digest.hexdigest(), size)


def _settle(out: Any) -> None:
    """Have a local file reach the disk before it gets its name."""
    out.flush()
    handle = getattr(out, "f", out)
    if hasattr(handle, "fileno"):
        os.fsync(handle.fileno())


@contextmanager
def _stream(source: Path | bytes) -> Generator[IO[bytes]]:
    if isinstance(source, Path) and not source.is_dir():
        with source.open("rb") as file:
            yield file
        return
    with TemporaryFile() as file:
        if isinstance(source, bytes):
            file.write(source)
        else:
            pack(source, file)
        file.seek(0)
        yield file


@contextmanager
def _told(url: str) -> Generator[None]:
    """Tell trouble with the place in one line."""
    try:
        yield
    except StoreFailed:
        raise
    except ImportError as error:
        raise StoreFailed(
            f"{url} needs a package that is not installed: {error}"
        ) from None
    except Exception as error:
        what = getattr(error, "strerror", None) or f"{error}" or type(error).__name__
        raise StoreFailed(f"{url}: {what}") from error
