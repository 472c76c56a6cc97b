"""Rows of the run store to records, and back."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import TypeAlias

from couler_jupyter.errors import UnknownName, UsageFailed
from couler_jupyter.ir.run import Phase
from couler_jupyter.runs.record import RunRecord, StepRecord
from couler_jupyter.runs.schema import DELETIONS
from couler_jupyter.runs.text import storable

LAST = "last"
_COMPARED = 50

FIELDS = """
    id, workflow, engine, phase, message, created, started, finished,
    arguments, options, notebook, attempt, version, opened, remote
"""
"""The columns that `found` reads."""
LIGHT = FIELDS.replace("arguments, options", "'{}', '{}'")
"""The same, without what may be long."""

_RUN = f"SELECT {FIELDS} FROM runs"  # noqa: S608 (our own names)

_STEPS = """
    SELECT path, phase, attempt, started, finished, message,
           exit_code, cpu_seconds, peak_memory
    FROM steps WHERE run = :run {} ORDER BY first, path
"""
_TOUCHED = """
    AND path IN (SELECT step FROM events WHERE run = :run AND seq > :after)
"""

_INSERT = """
    INSERT INTO runs (id, workflow, engine, notebook, version, arguments, options,
                      created, opened, remote)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""

_MATCHING = r"""
    (id LIKE :like ESCAPE '\' OR workflow LIKE :like ESCAPE '\'
     OR notebook LIKE :like ESCAPE '\' OR message LIKE :like ESCAPE '\')
"""

_PHASES = {phase.value: phase for phase in Phase}

_StepRow: TypeAlias = tuple[
    str, str, int, float | None, float | None, str, int | None, float | None, int | None
]
RunRow: TypeAlias = tuple[
    str,
    str,
    str,
    str,
    str,
    float,
    float | None,
    float | None,
    str,
    str,
    str,
    int,
    str,
    float,
    int,
]


@dataclass(frozen=True, slots=True)
class Found:
    """A run as it is stored.

    Attributes:
        record: with the phase that was last told.
        opened: when it was created or last reopened, seconds since the epoch.
    """

    record: RunRecord
    opened: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which runs; None means any."""

    phases: tuple[Phase, ...] | None = None
    workflow: str | None = None
    engine: str | None = None
    search: str | None = None


def insert(connection: sqlite3.Connection, record: RunRecord) -> None:
    """Add a run."""
    row = (
        record.id,
        record.workflow,
        record.engine,
        record.notebook,
        record.version,
        record.arguments,
        record.options,
        record.created,
        record.created,
        record.remote,
    )
    number = connection.execute(_INSERT, row).lastrowid
    connection.execute("INSERT INTO documents VALUES (?, ?)", (number, record.document))


def number(connection: sqlite3.Connection, run_id: str) -> int:
    """Return the number under which all rows of a run are kept."""
    rows = connection.execute("SELECT number FROM runs WHERE id = ?", (run_id,))
    for (found,) in rows.fetchall():
        return int(found)
    raise unknown(connection, run_id)


def advance(connection: sqlite3.Connection, run_id: str, by: int) -> tuple[int, int]:
    """Reserve `by` seqs; return the run's number and the last of them."""
    rows = connection.execute(
        "UPDATE runs SET seq = seq + ? WHERE id = ? RETURNING number, seq", (by, run_id)
    )
    for run, seq in rows.fetchall():
        return int(run), int(seq)
    raise unknown(connection, run_id)


def resolve(connection: sqlite3.Connection, name: str) -> str:
    """Return the id meant by an id, a beginning of one, or `last`."""
    if name == LAST:
        rows = connection.execute("SELECT id FROM runs ORDER BY number DESC LIMIT 1")
    else:
        rows = connection.execute(
            "SELECT id FROM runs WHERE id >= ? AND id < ? ORDER BY id LIMIT 3",
            (name, name + chr(0x10FFFF)),
        )
    ids = [str(found) for (found,) in rows.fetchall()]
    if not ids or not name:
        raise unknown(connection, name)
    if name in ids or len(ids) == 1:
        return ids[0]  # the shortest sorts first
    more = " and more" * (len(ids) > 2)
    raise UsageFailed(
        f"several runs begin with {name!r}: {', '.join(ids[:2])}{more}; "
        "give more of the id"
    )


def get(connection: sqlite3.Connection, run_id: str) -> Found:
    """Return one run, without its document."""
    for row in connection.execute(f"{_RUN} WHERE id = ?", (run_id,)).fetchall():
        return found(row)
    raise unknown(connection, run_id)


def document(connection: sqlite3.Connection, run_id: str) -> str:
    """Return the workflow of a run as JSON text."""
    rows = connection.execute(
        "SELECT text FROM documents WHERE run = ?", (number(connection, run_id),)
    )
    return str(rows.fetchall()[0][0])


def select(
    connection: sqlite3.Connection, wanted: Wanted, limit: int, offset: int
) -> list[Found]:
    """Return runs, newest first; a `limit` of -1 means all."""
    condition, values = where(wanted)
    page = {"limit": limit, "offset": offset}
    rows = connection.execute(
        f"{_RUN} WHERE {condition} ORDER BY number DESC LIMIT :limit OFFSET :offset",
        values | page,
    )
    return [found(row) for row in rows.fetchall()]


def steps(
    connection: sqlite3.Connection, run: int, after: int = 0
) -> dict[str, StepRecord]:
    """Return step paths of a run, in order of first appearance.

    With `after`, only those that something happened to behind the event of that seq.
    """
    text = _STEPS.format(_TOUCHED if after else "")
    rows = connection.execute(text, {"run": run, "after": after})
    return {row[0]: _step(row) for row in rows}


def step(connection: sqlite3.Connection, run: int, path: str) -> StepRecord | None:
    """Return one step path of a run; None if there is none."""
    text = _STEPS.format("AND path = :path")
    rows = connection.execute(text, {"run": run, "path": path})
    return next((_step(row) for row in rows.fetchall()), None)


def outputs(connection: sqlite3.Connection, run: int) -> dict[str, str]:
    """Return JSON text by step path."""
    rows = connection.execute(
        "SELECT step, document FROM outputs WHERE run = ? ORDER BY rowid", (run,)
    )
    return dict(rows.fetchall())


def reopen(connection: sqlite3.Connection, run: int, now: float) -> None:
    """Count one more attempt at the run, from now on."""
    connection.execute(
        "UPDATE runs SET attempt = attempt + 1, opened = ? WHERE number = ?", (now, run)
    )


def delete(connection: sqlite3.Connection, run: int) -> None:
    """Delete all rows of a run."""
    for statement in DELETIONS:
        connection.execute(statement, (run,))


def count(connection: sqlite3.Connection, wanted: Wanted) -> int:
    """Return how many runs there are."""
    condition, values = where(wanted)
    rows = connection.execute(f"SELECT count(*) FROM runs WHERE {condition}", values)  # noqa: S608
    return int(rows.fetchone()[0])


def where(wanted: Wanted) -> tuple[str, dict[str, object]]:
    """Return a condition and the values in it."""
    parts, values = ["1"], dict[str, object]()
    if wanted.phases is not None:
        parts.append(f"phase IN ({', '.join(repr(p.value) for p in wanted.phases)})")
    if wanted.workflow is not None:
        parts.append("workflow = :workflow")
        values["workflow"] = wanted.workflow
    if wanted.engine is not None:
        parts.append("engine = :engine")
        values["engine"] = wanted.engine
    if wanted.search:
        parts.append(_MATCHING)
        values["like"] = f"%{_literal(wanted.search)}%"
    return " AND ".join(parts), values


def _literal(text: str) -> str:
    return storable(text).replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")


def found(row: RunRow) -> Found:
    """Return a run from its `FIELDS`."""
    (
        run_id,
        workflow,
        engine,
        phase,
        message,
        created,
        started,
        finished,
        arguments,
        options,
        notebook,
        attempt,
        version,
        opened,
        remote,
    ) = row
    record = RunRecord(
        id=run_id,
        workflow=workflow,
        engine=engine,
        phase=_PHASES[phase],
        message=message,
        created=created,
        started=started,
        finished=finished,
        document="",
        arguments=arguments,
        options=options,
        notebook=notebook,
        attempt=attempt,
        version=version,
        remote=bool(remote),
    )
    return Found(record, opened)


def _step(row: _StepRow) -> StepRecord:
    path, phase, attempt, started, finished, message, exit_code, cpu, memory = row
    return StepRecord(
        path=path,
        phase=_PHASES[phase],
        attempt=attempt,
        started=started,
        finished=finished,
        message=message,
        exit_code=exit_code,
        cpu_seconds=cpu,
        peak_memory=memory,
    )


def unknown(connection: sqlite3.Connection, name: str) -> UnknownName:
    """Return the error that there is no such run, with the nearest newer ones."""
    rows = connection.execute(
        "SELECT id FROM runs ORDER BY number DESC LIMIT ?", (_COMPARED,)
    )
    return UnknownName("run", name, [found for (found,) in rows.fetchall()])
