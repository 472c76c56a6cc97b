"""Calls one function of a source file and writes what it returns.

In a place of its own, such as a container that has Python and this package, a packed
order is run by `python -m couler_jupyter.engines.local.forking.function_call ORDER`.
"""

from __future__ import annotations

import linecache
import os
import sys
import traceback
from collections.abc import Callable
from pathlib import Path, PurePath
from types import (
    AsyncGeneratorType,
    CodeType,
    CoroutineType,
    GeneratorType,
    ModuleType,
)
from typing import Any, cast

from couler_jupyter.engines.local.forking.messages import (
    FunctionOrder,
    Packed,
    unpack_order,
)
from couler_jupyter.engines.local.forking.report import Report
from couler_jupyter.engines.local.values import (
    BadValue,
    Unpicklable,
    ValueReader,
    as_json,
    as_number,
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
    call: FunctionOrder, report: Report, code: CodeType | None = None
) -> int:
    """Call the function, tell or write what it returns; return the exit code.

    Args:
        call: what to call.
        report: what to tell how it went.
        code: the source compiled, where somebody has it already.
    """
    try:
        value, borrowed = _evaluate(call, code)
        value = as_number(value)
        parts = [_part(value, keys) for keys in call.parts]
        plain = as_json(parts if call.parts else value)
        told = plain is not None and report.succeeded(plain)
        if not told:
            _write_all(call, value, parts, borrowed)
            report.succeeded()
    except _Stop as stop:
        tell = report.errored if stop.errored else report.failed
        tell(str(stop))
        sys.stderr.write(f"{stop}\n")
        return stop.code
    except BaseException as error:  # noqa: BLE001 (all that a step can raise)
        _show(error)
        report.failed("".join(traceback.format_exception_only(error)))
        return 1
    return 0


def rehearse(times: int = 16) -> None:
    """Call a function that does nothing, as children will.

    The interpreter rewrites code that runs often. Once it has, the pages that hold
    the code stay as they are, and a child need not copy them to run it.
    """
    call = FunctionOrder("rehearsal", "step", (), (), "", (), "")
    code = compile("def step():\n    return 0\n", call.source, "exec")
    main, argv = sys.modules["__main__"], sys.argv
    with Path(os.devnull).open("wb", buffering=0) as null:
        for _ in range(times):
            call_function(call, Report(null.fileno()), code)
    sys.modules["__main__"], sys.argv = main, argv


def compile_source(call: FunctionOrder) -> CodeType | None:
    """Return the compiled source of a call; None if it cannot be had.

    The call itself will tell why, so that nothing a step brings ends the fork server.
    """
    try:
        return _compile(call)
    except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _evaluate(call: FunctionOrder, code: CodeType | None) -> tuple[object, list[str]]:
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


def _main_module(call: FunctionOrder) -> ModuleType:
    main = ModuleType("__main__")
    main.__file__ = call.source
    sys.modules["__main__"] = main
    sys.argv = [call.source]
    return main


def _compile(call: FunctionOrder) -> CodeType:
    source = Path(call.source).read_bytes()
    if call.shown_as:
        lines = source.decode(errors="replace").splitlines(keepends=True)
        linecache.cache[call.shown_as] = (len(source), None, lines, call.shown_as)
    return compile(source, call.shown_as or call.source, "exec", dont_inherit=True)


def _given(packed: Packed, reader: ValueReader) -> object:
    """Return what a packed argument stands for."""
    kind, *parts = cast("tuple[Any, ...]", packed)
    if kind == "inline":
        return parts[0]
    if kind == "value":
        return part_of(reader.read(Path(parts[0])), parts[1])
    if kind == "path":
        return Path(parts[0])
    if kind == "list":
        return [_given(item, reader) for item in parts[0]]
    return {key: _given(item, reader) for key, item in parts[0]}


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
        _honour(leave)
        return None
    if isinstance(value, GeneratorType | AsyncGeneratorType):
        what = f"{function.__name__} returned a generator; return a list"
        raise _Stop(os.EX_DATAERR, what)
    return value


def _honour(leave: SystemExit) -> None:
    """End as `sys.exit` says; with success it is as if the function returned None."""
    if leave.code is None or leave.code == 0:
        return
    if isinstance(leave.code, int):
        code = leave.code & 0xFF
        raise _Stop(code, f"exit code {code}")
    raise _Stop(1, str(leave.code))


def _part(value: object, keys: tuple[str | int, ...]) -> list[object]:
    """Return a list with a part of a value; an empty one if it has none such."""
    try:
        part = part_of(value, keys)
    except LookupError:
        return []
    return [str(part) if isinstance(part, PurePath) else as_number(part)]


def _write_all(
    call: FunctionOrder, value: object, parts: list[list[object]], borrowed: list[str]
) -> None:
    if not call.parts:
        _write(call, call.result, value, borrowed)
    for number, part in enumerate(parts):
        for inner in part:
            _write(call, f"{call.result}.{number}", inner, borrowed)


def _write(call: FunctionOrder, path: str, value: object, borrowed: list[str]) -> None:
    try:
        write_value(path, value, sources=(call.source, *borrowed))
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
    order = unpack_order(Path(path).read_bytes())
    call = cast("FunctionOrder", order.task)
    return call_function(call, Report(None))


if __name__ == "__main__":
    sys.exit(_main(sys.argv[1]))
