"""What a supervisor tells its fork server, and what it hears back.

Orders go to the child as plain data: unpickling dataclasses and paths there would cost
as much as the fork itself, all of it in pages to copy.
"""

from __future__ import annotations

import marshal
import os
import struct
import sys
from collections.abc import Mapping
from enum import IntEnum
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias, assert_never

from couler_jupyter.engines.local.attempt import (
    Argument,
    DictOf,
    FilePath,
    FunctionCall,
    Inline,
    ListOf,
    ProcessCall,
    ValueFile,
)

Packed: TypeAlias = tuple[object, ...]
"""An argument in plain data: its kind and what it is made of."""

_KEY_SIZE = struct.Struct("!H")
_PID = struct.Struct("!i")
_ENDED = struct.Struct("!?idQ")


class Kind(IntEnum):
    """What a frame is."""

    START = 1
    SIGNAL = 2
    STARTED = 3
    ENDED = 4


class FunctionOrder(NamedTuple):
    """Call a function: a `FunctionCall` in plain data.

    Attributes:
        source: path of the file that defines it.
        function: its name.
        positional: packed arguments.
        named: their names and packed arguments.
        result: path of the value file to write.
        parts: keys of the parts of the value that are wanted; empty for the whole.
        shown_as: what tracebacks call the source; empty for its path.
    """

    source: str
    function: str
    positional: tuple[Packed, ...]
    named: tuple[tuple[str, Packed], ...]
    result: str
    parts: tuple[tuple[str | int, ...], ...]
    shown_as: str


class CommandOrder(NamedTuple):
    """Run a command."""

    argv: tuple[str, ...]


class Order(NamedTuple):
    """What a child is to do, where, and with which variables."""

    task: FunctionOrder | CommandOrder
    env: tuple[tuple[str, str], ...]
    workdir: str


class Started(NamedTuple):
    """A child was forked."""

    pid: int


class Ended(NamedTuple):
    """A child and all that descended from it are gone.

    Attributes:
        status: as `waitpid` gives it; None if the child could not be forked.
        cpu_seconds: user and system time of it and the children it waited for.
        peak_memory: bytes, of the largest process of these.
        report: what the child told of itself.
    """

    status: int | None = None
    cpu_seconds: float = 0.0
    peak_memory: int = 0
    report: bytes = b""


def pack_order(
    call: FunctionCall | ProcessCall, env: Mapping[str, str], workdir: Path
) -> bytes:
    """Return an order as the server passes it on to the child."""
    key = _key(call)
    kind, task = _task(call)
    plain: Any = kind, tuple(task), tuple(env.items()), str(workdir)
    body = marshal.dumps(plain)
    return _KEY_SIZE.pack(len(key)) + key + body


def key_of(data: bytes) -> bytes:
    """Return what stands for the source an order has to compile; empty for none."""
    return data[_KEY_SIZE.size : _KEY_SIZE.size + _KEY_SIZE.unpack_from(data)[0]]


def unpack_order(data: bytes) -> Order:
    """Return the order itself."""
    start = _KEY_SIZE.size + _KEY_SIZE.unpack_from(data)[0]
    kind, task, env, workdir = marshal.loads(data[start:])  # noqa: S302 (our own)
    order = FunctionOrder(*task) if kind == "function" else CommandOrder(*task)
    return Order(order, env, workdir)


def pack_started(pid: int) -> bytes:
    """Return the news that a child was forked."""
    return _PID.pack(pid)


def pack_ended(ended: Ended) -> bytes:
    """Return the news that a child has ended."""
    status, cpu_seconds, peak_memory, report = ended
    known = status is not None
    return _ENDED.pack(known, status or 0, cpu_seconds, peak_memory) + report


def unpack_news(kind: int, body: bytes) -> Started | Ended:
    """Return what the server tells."""
    if kind == Kind.STARTED:
        return Started(*_PID.unpack(body))
    known, status, cpu_seconds, peak_memory = _ENDED.unpack_from(body)
    report = body[_ENDED.size :]
    return Ended(status if known else None, cpu_seconds, peak_memory, report)


def _task(call: FunctionCall | ProcessCall) -> tuple[str, tuple[object, ...]]:
    if isinstance(call, ProcessCall):
        argv = (sys.executable, *call.argv[1:]) if call.own_python else call.argv
        return "command", CommandOrder(argv)
    return "function", FunctionOrder(
        source=str(call.source),
        function=call.function,
        positional=tuple(map(_pack, call.positional)),
        named=tuple((name, _pack(argument)) for name, argument in call.named),
        result=str(call.result),
        parts=call.parts,
        shown_as=call.shown_as,
    )


def _pack(argument: Argument) -> Packed:
    match argument:
        case Inline(value=value):
            return "inline", value
        case ValueFile(path=path, keys=keys):
            return "value", str(path), keys
        case FilePath(path=path):
            return "path", str(path)
        case ListOf(items=items):
            return "list", tuple(map(_pack, items))
        case DictOf(items=pairs):
            return "dict", tuple((key, _pack(item)) for key, item in pairs)
        case _ as never:
            assert_never(never)


def _key(call: FunctionCall | ProcessCall) -> bytes:
    """Return what stands for this state of a call's source."""
    if isinstance(call, ProcessCall):
        return b""
    try:
        status = os.stat(call.source)  # noqa: PTH116 (on every step's way)
    except OSError:
        return b""  # the child will say what is wrong
    state = f"{call.source}\0{call.shown_as}\0{status.st_mtime_ns}\0{status.st_size}"
    return state.encode(errors="surrogateescape")
