"""Value files: how a Python value passes from one step to another and to people.

One line of JSON says what the file holds, the rest holds it: JSON where that gives
back the very same value, else a pickle (protocol 5).

    {"couler-value":1,"kind":"json","type":"list","length":2,"sources":[]}
    [1,2.5]

A class that a step's source defines is pickled by name, as `__main__.Model`. Whoever
reads it back looks in its own module first, so that `isinstance` holds there, and
then in the sources that the first line names.
"""

from __future__ import annotations

import json
import math
import os
import pickle
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path
from types import ModuleType
from typing import IO, Any, cast

from couler_jupyter.errors import CoulerError

VERSION = 1
_MAIN = "__main__"
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_BIGGEST_INT = 10**4000  # above, Python refuses to read decimal digits back


class BadValue(CoulerError):
    """A value cannot be written to, or read from, a value file."""


class Unpicklable(BadValue):
    """A value cannot be pickled."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueHeader:
    """What the first line of a value file says of the value.

    Attributes:
        kind: `json` or `pickle`.
        type: its type, as `pandas.core.frame.DataFrame`; built-in ones by name alone.
        length: how many items, of a list or a tuple.
        sources: files that define classes it is made of, the writer's own first.
    """

    kind: str
    type: str
    length: int | None = None
    sources: tuple[str, ...] = ()


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
                _put(fd, _header_line("json", value, ()) + plain)
            else:
                _put(fd, _header_line("pickle", value, sources))
                _pickle(value, fd)
            if durable:
                os.fsync(fd)
        finally:
            os.close(fd)
        os.rename(partial, path)  # noqa: PTH104 (on every step's way)
    except BaseException:
        os.unlink(partial)  # noqa: PTH108
        raise


def read_header(path: Path) -> ValueHeader:
    """Return what a value file says of its value, without reading that.

    Raises:
        BadValue: it is no value file, or of a newer version.
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        return _read_header(path, file)


def read_value(path: Path, *, pickles: bool = True) -> object:
    """Return the value of a value file, as `ValueReader` does for this process."""
    return ValueReader(pickles=pickles).read(path)


class ValueReader:
    """Reads value files for one module, the one that stands as `__main__`.

    Attributes:
        sources: files whose classes had to be borrowed, in the order of first use;
            they go with every value this module writes.
    """

    def __init__(
        self,
        module: ModuleType | None = None,
        *,
        pickles: bool = True,
        adopt: bool = False,
    ) -> None:
        """Prepare to read.

        Args:
            module: where classes of `__main__` are looked for first; None for
                `__main__` itself.
            pickles: whether pickles may be opened, which can run any code.
            adopt: give the module the classes it had to borrow, so that it can pass
                them on.
        """
        self.sources: list[str] = []
        self._module = sys.modules[_MAIN] if module is None else module
        self._pickles = pickles
        self._adopt = adopt
        self._lenders: dict[str, ModuleType] = {}

    def read(self, path: Path) -> object:
        """Return the value in `path`.

        Raises:
            BadValue: it is broken, needs what is not there, or is a pickle that may
                not be opened: only those are that no other user could have written.
            OSError: it cannot be read.
        """
        with path.open("rb") as file:
            header = _read_header(path, file)
            try:
                if header.kind == "json":
                    return json.loads(file.read())
                self._check_pickle(path, file)
                return _Unpickler(file, self, header.sources).load()
            except BadValue:
                raise
            except Exception as error:  # a pickle runs code, so anything can happen
                what = "".join(str(error).splitlines()[:1])
                raise BadValue(
                    f"{path}: the {header.type} in it cannot be read: "
                    f"{type(error).__name__}: {what}"
                ) from error

    def find(self, name: str, sources: Sequence[str]) -> object:
        """Return what `__main__` or else one of `sources` calls `name`."""
        first = name.partition(".")[0]
        if hasattr(self._module, first):
            return _descend(self._module, name)
        for source in sources:
            lender = self._lender(source)
            if hasattr(lender, first):
                self._borrow(source, lender, first)
                return _descend(lender, name)
        raise BadValue(f"no {name!r} in {_MAIN}{_or_in(sources)}")

    def _borrow(self, source: str, lender: ModuleType, name: str) -> None:
        if source not in self.sources:
            self.sources.append(source)
        if self._adopt:
            setattr(self._module, name, getattr(lender, name))

    def _lender(self, source: str) -> ModuleType:
        if source not in self._lenders:
            self._lenders[source] = _load(Path(source))
        return self._lenders[source]

    def _check_pickle(self, path: Path, file: IO[bytes]) -> None:
        if not self._pickles:
            raise BadValue(f"{path}: a pickle, and only plain data is read here")
        status = os.fstat(file.fileno())
        if status.st_uid != os.geteuid() or status.st_mode & 0o022:
            raise BadValue(f"{path}: a pickle that another user may have written")


class _Unpickler(pickle.Unpickler):
    def __init__(
        self, file: BufferedReader, reader: ValueReader, sources: Sequence[str]
    ) -> None:
        super().__init__(file)
        self._reader = reader
        self._sources = sources

    def find_class(self, module_name: str, global_name: str) -> object:
        if module_name == _MAIN:
            return self._reader.find(global_name, self._sources)
        return super().find_class(module_name, global_name)


def as_json(value: object) -> bytes | None:
    """Return the JSON text of `value`, or None where reading it gives another."""
    try:
        if not _is_exact(value):
            return None
        return _encode(value).encode()
    except (RecursionError, UnicodeEncodeError):
        return None  # nested too deep, or text that is not valid Unicode


def part_of(value: object, keys: Sequence[str | int]) -> object:
    """Return what stands at `keys` in a value, outermost first.

    A text that is no key names an attribute, as in a named tuple or a dataclass.

    Raises:
        LookupError: nothing stands there.
    """
    for key in keys:
        try:
            value = cast("Any", value)[key]
        except TypeError:
            if not (isinstance(key, str) and hasattr(value, key)):
                raise LookupError(f"a {type_name(value)} has no {key!r}") from None
            value = getattr(value, key)
        except LookupError:
            raise LookupError(f"the {type_name(value)} has no {key!r}") from None
    return value


def type_name(value: object) -> str:
    """Return the full name of the type of `value`; built-in ones by name alone."""
    kind = type(value)
    inside = kind.__module__ in {"builtins", _MAIN}
    return kind.__qualname__ if inside else f"{kind.__module__}.{kind.__qualname__}"


def _header_line(kind: str, value: object, sources: Sequence[str]) -> bytes:
    line = {
        "couler-value": VERSION,
        "kind": kind,
        "type": type_name(value),
        "length": len(value) if isinstance(value, list | tuple) else None,
        "sources": sources,
    }
    return _encode(line).encode() + b"\n"


def _put(fd: int, data: bytes) -> None:
    while data:
        data = data[os.write(fd, data) :]


def _read_header(path: Path, file: IO[bytes]) -> ValueHeader:
    try:
        line = json.loads(file.readline(1 << 20))
        version = line["couler-value"]
        if version == VERSION and line["kind"] in {"json", "pickle"}:
            return ValueHeader(
                kind=line["kind"],
                type=line["type"],
                length=line["length"],
                sources=tuple(line["sources"]),
            )
    except (ValueError, TypeError, KeyError) as error:
        raise BadValue(f"{path}: not a value file") from error
    raise BadValue(f"{path}: a value file of version {version}; this reads {VERSION}")


def _is_exact(value: object) -> bool:
    kind = type(value)
    if value is None or kind is bool or kind is str:
        return True
    if kind is int:
        return -_BIGGEST_INT < cast("int", value) < _BIGGEST_INT
    if kind is float:
        return math.isfinite(cast("float", value))
    if kind is list:
        return all(map(_is_exact, cast("list[object]", value)))
    if kind is dict:
        items = cast("dict[object, object]", value).items()
        return all(type(key) is str and _is_exact(item) for key, item in items)
    return False


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


def _load(source: Path) -> ModuleType:
    """Run a step's source as its own process would have, and return the module."""
    module = ModuleType(_MAIN)
    module.__file__ = str(source)
    code = compile(source.read_bytes(), str(source), "exec")
    own = sys.modules[_MAIN]
    sys.modules[_MAIN] = module  # decorators such as dataclass look there
    try:
        exec(code, module.__dict__)  # noqa: S102 (the user's own step)
    finally:
        sys.modules[_MAIN] = own
    return module


def _descend(root: object, name: str) -> object:
    for part in name.split("."):
        root = getattr(root, part)
    return root


def _or_in(sources: Sequence[str]) -> str:
    return f" or in {', '.join(sources)}" if sources else ""
