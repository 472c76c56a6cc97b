"""What steps printed, by ranges of bytes that never cut a letter in two."""

from __future__ import annotations

from pathlib import Path

from couler_jupyter.errors import UnknownName
from couler_jupyter.protocol import VERSION
from couler_jupyter.runs import read_log
from couler_jupyter.server.answers import LogAnswer
from couler_jupyter.server.desk import Desk
from couler_jupyter.server.route import Given

_LONGEST_LETTER = 4


def step_log(desk: Desk, given: Given) -> LogAnswer:
    """Return a piece of what one attempt of a step printed."""
    run = desk.run(given.text("run"))
    path = given.text("step")
    step = desk.store.step(run.id, path)
    if step is None:
        raise UnknownName("step of the run", path, desk.store.steps(run.id))
    attempt = given.number("attempt") or step.attempt or 1
    if attempt > max(step.attempt, 1):
        raise UnknownName(f"attempt of {path!r}", str(attempt), [str(step.attempt)])
    # asked before the file is read: what ended before has printed all of it
    ended = step.phase.ended or attempt < step.attempt
    file = desk.store.log_path(run.id, path, attempt)
    limit = given.number("limit")
    text, begin, end, size = _piece(file, given, limit, ended=ended)
    return {
        "type": "log",
        "version": VERSION,
        "run_id": run.id,
        "step": path,
        "attempt": attempt,
        "attempts": step.attempt,
        "text": text,
        "offset": begin,
        "next": end,
        "size": size,
        "ended": ended,
    }


def _piece(
    file: Path, given: Given, limit: int, *, ended: bool
) -> tuple[str, int, int, int]:
    """Return text, where it begins and ends, and how many bytes there are."""
    tail = given.number("tail")
    offset = given.number("offset")
    if tail:
        offset = max(0, _size(file) - tail)
    data, end = read_log(file, offset, limit)
    begin = end - len(data)
    if tail and begin:
        data, begin = _from_line(data, begin)
    size = max(_size(file), end)
    if not (ended and end == size):
        data = _whole_letters(data)
    return data.decode("utf-8", "replace"), begin, begin + len(data), size


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except FileNotFoundError:
        return 0


def _from_line(data: bytes, begin: int) -> tuple[bytes, int]:
    """Leave out what is before the first whole line, if there is one."""
    cut = data.find(b"\n") + 1
    return data[cut:], begin + cut


def _whole_letters(data: bytes) -> bytes:
    r"""Leave out the beginning of a letter at the end.

    >>> _whole_letters("a€".encode()[:-1])
    b'a'
    """
    for back in range(1, min(_LONGEST_LETTER, len(data) + 1)):
        first = data[-back]
        if first & 0b1100_0000 == 0b1000_0000:
            continue
        wanted = 2 + (first >= 0b1110_0000) + (first >= 0b1111_0000)
        return data[:-back] if first >= 0b1100_0000 and back < wanted else data
    return data
