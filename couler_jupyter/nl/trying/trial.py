"""Trying a program: a process of its own builds the workflow and hands it back as JSON."""

from __future__ import annotations

import json
import os
import selectors
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from couler_jupyter.errors import InvalidDocument, InvalidWorkflow
from couler_jupyter.ir import Workflow, from_json
from couler_jupyter.nl.report import Check, Fault

_CHILD = Path(__file__).with_name("child.py")
_PACKAGE = Path(__file__).parents[2]
MOST_BYTES = 16 * 2**20
"""The longest workflow, as JSON, that is taken from the process."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What came of a dry run: a workflow, or what was wrong.

    Attributes:
        workflow: what the program builds; None if it builds none.
        fault: why, with the program's line where there is one.
    """

    workflow: Workflow | None = None
    fault: Fault | None = None


def try_program(code: str, name: str = "", *, seconds: float = 20.0) -> Tried:
    """Build a program's workflow in a process that has nothing and can do nothing.

    The process has an empty environment and an empty folder. On Linux the kernel keeps
    it from sockets, programs and writing files; everywhere Python refuses these, and
    memory, processor time and files are bounded. It is killed when time is up.

    Args:
        code: what stands in the cell; `couler` is known in it.
        name: of the workflow, if the program does not say so itself.
        seconds: it may take in all.
    """
    installed = [one for one in sys.path if one.endswith(("-packages", ".zip"))]
    request = {
        "code": code,
        "name": name,
        "paths": list(dict.fromkeys([str(_PACKAGE.parent), *installed])),
        "readable": [str(_PACKAGE), *installed],
        "seconds": max(1, int(seconds) + 1),
    }
    with _started() as (process, answers):
        _hand_over(process, json.dumps(request).encode())
        answer = _read(answers, time.monotonic() + seconds)
    if answer is None:
        what = f"it was not built within {seconds:g} s; leave out what takes long"
        return _failed("dry-run-time", what)
    return _understood(answer)


@contextmanager
def _started() -> Generator[tuple[subprocess.Popen[bytes], int]]:
    """Start the process, give the end of a pipe it answers by, and end all of it."""
    reader, writer = os.pipe()
    with tempfile.TemporaryDirectory(prefix="couler-try-") as folder:
        Path(folder).chmod(0o500)
        try:
            process = subprocess.Popen(
                [
                    sys.executable,
                    "-I",
                    "-S",
                    "-B",
                    "-X",
                    "utf8",
                    str(_CHILD),
                    str(writer),
                ],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env={},
                cwd=folder,
                pass_fds=(writer,),
                start_new_session=True,
            )
        finally:
            os.close(writer)
        try:
            yield process, reader
        finally:
            os.close(reader)
            _end(process)
            Path(folder).chmod(0o700)


def _end(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    with suppress(BrokenPipeError):
        process.__exit__(None, None, None)


def _hand_over(process: subprocess.Popen[bytes], request: bytes) -> None:
    if process.stdin is None:
        raise AssertionError("the process was started with a pipe to it")
    with suppress(BrokenPipeError):  # it ended; its answer, or none, says why
        process.stdin.write(request)
        process.stdin.close()


def _read(answers: int, until: float) -> bytes | None:
    """Return all that is answered; None if time is up before the end of it."""
    pieces: list[bytes] = []
    with selectors.DefaultSelector() as selector:
        selector.register(answers, selectors.EVENT_READ)
        while sum(map(len, pieces)) <= MOST_BYTES:
            if not selector.select(max(0.0, until - time.monotonic())):
                return None
            piece = os.read(answers, 2**20)
            if not piece:
                break
            pieces.append(piece)
    return b"".join(pieces)


def _understood(answer: bytes) -> Tried:
    if len(answer) > MOST_BYTES:
        return _failed("dry-run-size", "what it builds is too big to be proposed")
    if not answer:
        what = "it ended before it was built: it took too much memory or time"
        return _failed("dry-run-ended", what)
    try:
        told: Any = json.loads(answer)
        if "fault" in told:
            return Tried(fault=_fault(told["fault"]))
        return Tried(workflow=from_json(str(told["workflow"])))
    except (ValueError, KeyError, TypeError, InvalidDocument, InvalidWorkflow) as error:
        return _failed("dry-run-answer", f"what it built cannot be read: {error}")


def _fault(told: dict[str, Any]) -> Fault:
    return Fault(
        check=Check(told["check"]),
        what=str(told["what"])[:2_000],
        line=int(told["line"]),
        rule=str(told["rule"])[:80],
    )


def _failed(rule: str, what: str) -> Tried:
    return Tried(fault=Fault(check=Check.DRY_RUN, what=what, rule=rule))
