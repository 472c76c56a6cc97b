"""Calls one function of a source file and writes what it returns.

In a place of its own, such as a container that has Python and this package, a
pickled call is run by `python -m couler_jupyter.engines.local.function_call CALL`.
"""

from __future__ import annotations

import linecache
import os
import pickle
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from types import (
    AsyncGeneratorType,
    CodeType,
    CoroutineType,
    GeneratorType,
    ModuleType,
)
from typing import assert_never, cast

from couler_jupyter.engines.local.attempt import (
    Argument,
    DictOf,
    FilePath,
    FunctionCall,
    Inline,
    ListOf,
    ValueFile,
)
from couler_jupyter.engines.local.report import Report
from couler_jupyter.engines.local.values import (
    BadValue,
    Unpicklable,
    ValueReader,
    part_of,
    write_value,
)


class _Stop(Exception):
    """The attempt is over, with a reason that is known."""

    def __init__(self, code: int, reason: str, *, errored: bool = False) -> None:
        super().__init__(reason)
        self.code = code
        self.errored = errored


def call_function(
    call: FunctionCall, report: Report, code: CodeType | None = None
) -> int:
    """Call the function and write what it returns; return the exit code.

    Args:
        call: what to call.
        report: what to tell how it went.
        code: the source compiled, where somebody has it already.
    """
    try:
        value, borrowed = _evaluate(call, code)
        _write(call, value, borrowed)
    except _Stop as stop:
        tell = report.errored if stop.errored else report.failed
        tell(str(stop))
        sys.stderr.write(f"{stop}\n")
        return stop.code
    except BaseException as error:  # noqa: BLE001 (all that a step can raise)
        _show(error)
        report.failed("".join(traceback.format_exception_only(error)))
        return 1
    report.succeeded()
    return 0


class SourceCache:
    """Compiled sources, so that a function that is called often is compiled once."""

    def __init__(self, most: int = 512) -> None:
        self._most = most
        self._codes: dict[tuple[Path, str], tuple[tuple[int, int], CodeType]] = {}

    def code(self, call: FunctionCall) -> CodeType | None:
        """Return the compiled source; None if it cannot be had, which the call tells.

        That comes without raising, as nothing a step brings may end the fork server.
        """
        key = call.source, call.shown_as
        try:
            status = call.source.stat()
            stamp = status.st_mtime_ns, status.st_size
            known = self._codes.get(key)
            if known is None or known[0] != stamp:
                known = stamp, _compile(call)
        except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
            return None
        if len(self._codes) >= self._most:
            self._codes.clear()
        self._codes[key] = known
        return known[1]


def _evaluate(call: FunctionCall, code: CodeType | None) -> tuple[object, list[str]]:
    """Return what the function returns, and the sources of classes it borrowed."""
    main = _main_module(call)
    exec(code or _compile(call), main.__dict__)  # noqa: S102 (the user's own step)
    function = getattr(main, call.function, None)
    if not callable(function):
        what = f"{call.source} has no function {call.function!r}"
        raise _Stop(os.EX_DATAERR, what, errored=True)
    reader = ValueReader(main, adopt=True)
    try:
        positional = [_given(argument, reader) for argument in call.positional]
        named = {name: _given(argument, reader) for name, argument in call.named}
    except (BadValue, OSError, LookupError) as error:
        raise _Stop(os.EX_NOINPUT, f"an argument: {error}", errored=True) from error
    return _called(function, positional, named), reader.sources


def _main_module(call: FunctionCall) -> ModuleType:
    main = ModuleType("__main__")
    main.__file__ = str(call.source)
    sys.modules["__main__"] = main
    sys.argv = [str(call.source)]
    return main


def _compile(call: FunctionCall) -> CodeType:
    source = call.source.read_bytes()
    if call.shown_as:
        lines = source.decode(errors="replace").splitlines(keepends=True)
        linecache.cache[call.shown_as] = (len(source), None, lines, call.shown_as)
    return compile(source, call.shown_as or str(call.source), "exec", dont_inherit=True)


def _given(argument: Argument, reader: ValueReader) -> object:
    match argument:
        case Inline(value=value):
            return value
        case ValueFile(path=path, keys=keys):
            return part_of(reader.read(path), keys)
        case FilePath(path=path):
            return path
        case ListOf(items=items):
            return [_given(item, reader) for item in items]
        case DictOf(items=pairs):
            return {key: _given(item, reader) for key, item in pairs}
        case _ as never:
            assert_never(never)


def _called(
    function: Callable[..., object], positional: list[object], named: dict[str, object]
) -> object:
    """Return the function's value: a coroutine is awaited, a generator refused."""
    try:
        value = function(*positional, **named)
        if isinstance(value, CoroutineType):
            import asyncio

            value = asyncio.run(cast("CoroutineType[object, object, object]", value))
    except SystemExit as leave:
        return _left(leave)
    if isinstance(value, GeneratorType | AsyncGeneratorType):
        what = f"{function.__name__} returned a generator; return a list"
        raise _Stop(os.EX_DATAERR, what)
    return value


def _left(leave: SystemExit) -> None:
    """Honour `sys.exit`: with success it is as if the function returned None."""
    if leave.code is None or leave.code == 0:
        return
    if isinstance(leave.code, int):
        code = leave.code & 0xFF
        raise _Stop(code, f"exit code {code}")
    raise _Stop(1, str(leave.code))


def _write(call: FunctionCall, value: object, borrowed: list[str]) -> None:
    try:
        write_value(call.result, value, sources=(str(call.source), *borrowed))
    except Unpicklable as error:
        raise _Stop(os.EX_DATAERR, f"{call.function} returned {error}") from error
    except OSError as error:
        what = f"its result could not be written: {error.strerror}"
        raise _Stop(os.EX_IOERR, what, errored=True) from error


def _show(error: BaseException) -> None:
    """Print the traceback from the first frame that is the user's own."""
    frame = error.__traceback__
    while frame is not None and frame.tb_frame.f_code.co_filename == __file__:
        frame = frame.tb_next
    traceback.print_exception(type(error), error, frame)


def _main(path: str) -> int:
    call = cast("FunctionCall", pickle.loads(Path(path).read_bytes()))  # noqa: S301
    return call_function(call, Report(os.open(os.devnull, os.O_WRONLY)))


if __name__ == "__main__":
    sys.exit(_main(sys.argv[1]))
