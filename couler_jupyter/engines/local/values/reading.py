"""Reads value files."""

from __future__ import annotations

import json
import os
import pickle
import sys
from collections.abc import Sequence
from io import BufferedReader
from pathlib import Path
from types import ModuleType
from typing import IO, Any, cast

from couler_jupyter.engines.local.values.header import (
    BadValue,
    ValueHeader,
    header_of,
    type_name,
)

_MAIN = "__main__"


def read_header(path: Path) -> ValueHeader:
    """Return what a value file says of its value, without reading that.

    Raises:
        BadValue: it is no value file, or of a newer version.
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        return header_of(path, file)


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
            header = header_of(path, file)
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
