"""Objects of a store in the form that a cluster reads: as they are, or wrapped.

Argo unpacks what is a gzipped tar file and hands on all else as it is. A folder lies in
the store as a plain tar, and a file may be a gzipped tar by itself: both are wrapped in
one, once, and kept as any other object. No pod checks what it reads, so that is done before.
"""

from __future__ import annotations

import gzip
import hashlib
import tarfile
import tempfile
import time
from pathlib import Path

from couler_jupyter.errors import StoreFailed
from couler_jupyter.store import Corrupt, Made, Missing, Object, Result, Store

_GZIP = b"\x1f\x8b"
_CHECKED = 64 << 20
"""Bytes up to which an object is read before a cluster is sent to it; of a larger one that
is not wrapped, only that it is there and its size are looked at."""


def form_of(store: Store, made: Made) -> Object | None:
    """Return the object that a cluster is to read for an output; None if there is none.

    Raises:
        StoreFailed: the store cannot be used.
    """
    one = made.object
    start = None if one is None else _start(store, one)
    if one is None or start is None:
        return None
    if made.kind != "folder" and start != _GZIP:
        return one
    name = hashlib.sha256(f"wrapped {one.digest}".encode()).hexdigest()
    return _known(store, name) or _wrapped(store, made, one, name)


def _known(store: Store, name: str) -> Object | None:
    """Return what was wrapped before; None if it is not there as it was."""
    known = store.results.recall(name)
    if known is None or not store.holds(known.objects):
        return None
    one = known.objects[0]
    try:
        return None if _start(store, one) is None else one
    except (Corrupt, Missing):
        return None  # it is no longer counted, so there is room to wrap it anew


def _start(store: Store, one: Object) -> bytes | None:
    """Return how an object that is as it was kept begins; None if it is not there."""
    if store.place.size(one.digest) != one.size:
        return None
    if one.size <= _CHECKED:
        return store.read(one)[: len(_GZIP)]
    try:
        with store.place.open(one.digest) as file:
            return file.read(len(_GZIP))
    except FileNotFoundError:
        raise StoreFailed(f"object {one.digest[:12]} is gone") from None


def _wrapped(store: Store, made: Made, one: Object, name: str) -> Object | None:
    started = time.time()
    with tempfile.TemporaryDirectory(prefix="couler-wrap-") as scratch:
        whole, packed = Path(scratch, "whole"), Path(scratch, "packed.tgz")
        store.fetch(one, whole, folder=made.kind == "folder")
        _pack(whole, packed)
        kept = store.put(packed)
    if kept is None:
        return None
    output = Made(kind="file", content=kept.digest, value={"of": name}, object=kept)
    result = Result(
        fingerprint=name,
        workflow="",
        step="for a cluster",
        run="",
        outputs={"wrapped": output},
        seconds=time.time() - started,
        made=started,
    )
    store.results.remember(result)
    return kept


def _pack(whole: Path, packed: Path) -> None:
    """Write a tar file with one thing in it, the same for the same content."""
    with (
        packed.open("wb") as raw,
        gzip.GzipFile("", "wb", 6, raw, mtime=0) as out,
        tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as tar,
    ):
        tar.add(whole, arcname="artifact", filter=_anonymous)


def _anonymous(info: tarfile.TarInfo) -> tarfile.TarInfo:
    info.uid = info.gid = 0
    info.uname = info.gname = ""
    info.mtime = 0
    return info
