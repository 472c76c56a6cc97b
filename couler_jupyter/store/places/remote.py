"""Objects on any file system that fsspec knows: S3, GCS, memory, SFTP and the rest.

Object stores take an object whole or not at all, so it is written under its digest at
once, and read twice for that: the digest has to be known first. What a dying writer
leaves half written belongs to its claim, and goes with it.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Generator, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any, ClassVar, cast
from urllib.parse import urlsplit

from couler_jupyter.store.object import Object
from couler_jupyter.store.places.place import MARK, Opened, digest_of, path_of
from couler_jupyter.store.places.trouble import telling
from couler_jupyter.store.places.uploads import Uploads
from couler_jupyter.store.source import Source, changed, copied


class Remote:
    """A place that fsspec reaches."""

    far: ClassVar[bool] = True

    def __init__(self, url: str, options: Mapping[str, Any]) -> None:
        """Name the place.

        Args:
            url: as fsspec reads it.
            options: for the file system, such as an endpoint; never written down.
        """
        self.name = _named(url)
        self._url = url
        self._options = dict(options)
        self._opened: tuple[int, Any, str] | None = None
        self._system()

    def mark(self, proposed: str) -> str:
        """Return which store this is, after making it `proposed` if it is none yet."""
        if found := self.marked():
            return found
        fs, root = self._system()
        with telling(self.name):
            fs.makedirs(root, exist_ok=True)
            fs.pipe_file(f"{root}/{MARK}", proposed.encode())
        return self.marked()

    def marked(self) -> str:
        """Return which store this is; empty if it is none (any more)."""
        fs, root = self._system()
        with telling(self.name):
            try:
                return bytes(fs.cat_file(f"{root}/{MARK}")).decode()
            except FileNotFoundError:
                return ""

    def stage(self, claim: str, source: Source) -> Object:  # noqa: ARG002
        """Only find out what it will be."""
        return copied(source)

    def publish(self, claim: str, made: Object, source: Source) -> None:  # noqa: ARG002
        """Upload it."""
        fs, _ = self._system()
        path = self._path(made.digest)
        with telling(self.name):
            fs.makedirs(path.rsplit("/", 1)[0], exist_ok=True)
            with _uploading(fs.open(path, "wb")) as out:
                same = copied(source, out) == made
                if not same:
                    raise changed(source)

    def unstage(self, claim: str) -> None:
        """Do nothing: nothing is staged."""

    def open(self, digest: str) -> Opened:
        """Open an object."""
        fs, _ = self._system()
        with telling(self.name):
            fs.invalidate_cache()
            with suppress(FileNotFoundError):
                return cast("Opened", fs.open(self._path(digest), "rb"))
        raise FileNotFoundError(digest)

    def size(self, digest: str) -> int | None:
        """Return how many bytes an object has here; None if it is not there."""
        fs, _ = self._system()
        with telling(self.name):
            try:
                fs.invalidate_cache()
                return int(fs.size(self._path(digest)))
            except FileNotFoundError:
                return None

    def remove(self, digests: Collection[str]) -> None:
        """Remove objects, half uploaded ones too; one that is gone is gone."""
        fs, root = self._system()
        with telling(self.name):
            fs.invalidate_cache()
            Uploads(fs, root).abort(digests)
            paths = [self._path(digest) for digest in digests]
            there = [path for path in paths if fs.exists(path)]
            if there:
                fs.rm(there)
            fs.invalidate_cache()
            if left := [path for path in there if fs.exists(path)]:
                raise PermissionError(f"{len(left)} objects cannot be removed")

    def objects(self) -> Iterator[Object]:
        """Yield every object that is here, by name and size alone."""
        fs, root = self._system()
        with telling(self.name):
            fs.invalidate_cache()
            try:
                found = fs.find(f"{root}/objects", detail=True)
            except FileNotFoundError:
                return
        for path, about in found.items():
            folder, name = path.rsplit("/", 2)[-2:]
            if digest := digest_of(folder, name):
                yield Object(digest, int(about["size"]))

    def staged(self) -> Iterator[str]:
        """Yield nothing."""
        return iter(())

    def torn(self) -> Iterator[str]:
        """Yield the digests of what is half uploaded."""
        fs, root = self._system()
        with telling(self.name):
            return iter(Uploads(fs, root).digests())

    def _path(self, digest: str) -> str:
        return f"{self._system()[1]}/{path_of(digest)}"

    def _system(self) -> tuple[Any, str]:
        """Return the file system and the root in it, made anew in a forked child."""
        if self._opened is None or self._opened[0] != os.getpid():
            with telling(self.name):
                from fsspec.core import url_to_fs

                fs, root = url_to_fs(self._url, **self._options)
            self._opened = os.getpid(), fs, f"{root}".rstrip("/")
        return self._opened[1:]


@contextmanager
def _uploading(out: Any) -> Generator[Any]:  # noqa: ANN401 (any file system's)
    """Have what is written appear in the end, but not if that fails."""
    try:
        yield out
    except BaseException:
        try:
            out.discard()
        finally:
            if isinstance(getattr(out, "closed", None), bool):
                _shut(out)
        raise
    out.close()


def _shut(out: Any) -> None:  # noqa: ANN401
    """Keep what was given up from being uploaded when it is closed, as by `del`."""
    with suppress(AttributeError):  # it cannot be told so, and has no need to be
        out.closed = True


def _named(url: str) -> str:
    parts = urlsplit(url)
    if not parts.password:
        return url
    return url.replace(f":{parts.password}@", ":***@", 1)
