"""Writes value files."""

from __future__ import annotations

import os
import pickle
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import cast

from couler_jupyter.engines.local.values.header import (
    Unpicklable,
    header_line,
    type_name,
)
from couler_jupyter.engines.local.values.plain import as_json


def write_value(
    path: str | Path,
    value: object,
    *,
    sources: Sequence[str] = (),
    durable: bool = False,
) -> None:
    """Write `value` to `path`, whole or not at all.

    Args:
        path: the file; its folder exists.
        value: JSON-like or picklable.
        sources: files that define the classes of `__main__` in it.
        durable: have it on the disk, not only in the system's memory, on return.

    Raises:
        Unpicklable: naming the type and the reason.
        OSError: the disk is full, or the folder is not there.
    """
    plain = as_json(value)
    folder, _, name = os.fspath(path).rpartition(os.sep)
    partial = f"{folder or '.'}/.{name}.{os.getpid()}"
    fd = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        try:
            if plain is not None:
                _put(fd, header_line("json", value, ()) + plain)
            else:
                _put(fd, header_line("pickle", value, sources))
                _pickle(value, fd)
            if durable:
                os.fsync(fd)
        finally:
            os.close(fd)
        os.rename(partial, path)  # noqa: PTH104 (on every step's way)
    except BaseException:
        os.unlink(partial)  # noqa: PTH108
        raise


def _put(fd: int, data: bytes) -> None:
    while data:
        data = data[os.write(fd, data) :]


def _pickle(value: object, fd: int) -> None:
    try:
        with os.fdopen(fd, "wb", closefd=False) as file:
            pickle.dump(value, file, protocol=5)
    except OSError:
        raise
    except Exception as error:  # whatever __reduce__ and __getstate__ may raise
        where, culprit = _culprit(value)
        what = "".join(str(error).splitlines()[:1])
        raise Unpicklable(
            f"a {type_name(value)} that cannot be pickled"
            f"{f' because of the {type_name(culprit)} at {where}' if where else ''}: "
            f"{what or type(error).__name__}"
        ) from error


def _culprit(value: object, depth: int = 4) -> tuple[str, object]:
    """Return where in a list, tuple or dict what cannot be pickled is, and what."""
    for key, item in _items(value) if depth else ():
        if not _is_picklable(item):
            inner, culprit = _culprit(item, depth - 1)
            return f"[{key!r}]{inner}", culprit
    return "", value


def _items(value: object) -> Iterator[tuple[object, object]]:
    if isinstance(value, list | tuple):
        return enumerate(cast("Sequence[object]", value))
    if isinstance(value, dict):
        return iter(cast("Mapping[object, object]", value).items())
    return iter(())


def _is_picklable(value: object) -> bool:
    try:
        pickle.dumps(value, protocol=5)
    except Exception:  # noqa: BLE001 (whatever __reduce__ and __getstate__ may raise)
        return False
    return True
