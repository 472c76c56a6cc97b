"""Events of a run: appended in order, folded into the state of steps and run."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from typing import TypeAlias

from couler_jupyter.ir.run import Phase, RunEvent

_APPEND = """
    INSERT INTO events (run, seq, step, phase, time, attempt, message,
                        exit_code, cpu_seconds, peak_memory)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""

# `started` is new when an attempt begins, gone when nothing was or will be tried
_STEP = """
    INSERT INTO steps (run, path, first, phase, attempt, started, finished, message,
                       exit_code, cpu_seconds, peak_memory)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (run, path) DO UPDATE SET
        started = CASE
            WHEN excluded.phase IN ('pending', 'cached', 'skipped', 'omitted') THEN NULL
            WHEN excluded.started IS NULL THEN started
            WHEN started IS NULL OR finished IS NOT NULL OR attempt <> excluded.attempt
                THEN excluded.started
            ELSE started
        END,
        phase = excluded.phase,
        attempt = excluded.attempt,
        finished = excluded.finished,
        message = excluded.message,
        exit_code = excluded.exit_code,
        cpu_seconds = excluded.cpu_seconds,
        peak_memory = excluded.peak_memory
"""

_RUN = """
    UPDATE runs SET phase = ?, message = ?, started = coalesce(started, ?), finished = ?
    WHERE number = ?
"""

_OUTPUT = """
    INSERT INTO outputs (run, step, document) VALUES (?, ?, ?)
    ON CONFLICT (run, step) DO UPDATE SET document = excluded.document
"""

_SINCE = """
    SELECT seq, step, phase, time, attempt, message, exit_code, cpu_seconds, peak_memory
    FROM events WHERE run = ? AND seq > ? ORDER BY seq LIMIT ?
"""

_Row: TypeAlias = tuple[
    int, str, str, float, int, str, int | None, float | None, int | None
]
_BEGUN = frozenset({Phase.RUNNING, Phase.SUSPENDED})
_PHASES = {phase.value: phase for phase in Phase}


def append(
    connection: sqlite3.Connection, run: int, first: int, events: Sequence[RunEvent]
) -> None:
    """Add events from seq `first` on, and let steps and run follow."""
    numbered = list(enumerate(events, first))
    connection.executemany(_APPEND, [_row(run, seq, event) for seq, event in numbered])
    steps = [_step_row(run, seq, event) for seq, event in numbered if event.step]
    connection.executemany(_STEP, steps)
    connection.executemany(_RUN, [_run_row(run, e) for e in events if not e.step])


def store_outputs(
    connection: sqlite3.Connection, run: int, outputs: Mapping[str, str]
) -> None:
    """Keep the newest outputs of each step."""
    rows = [(run, step, text) for step, text in outputs.items()]
    connection.executemany(_OUTPUT, rows)


def since(
    connection: sqlite3.Connection, run: int, after: int, limit: int
) -> tuple[tuple[int, RunEvent], ...]:
    """Return events behind seq `after`, in order."""
    rows = connection.execute(_SINCE, (run, after, limit))
    return tuple([(row[0], _event(row)) for row in rows])


def _event(row: _Row) -> RunEvent:
    _, step, phase, time, attempt, message, exit_code, cpu_seconds, peak_memory = row
    return RunEvent(
        step=step,
        phase=_PHASES[phase],
        time=time,
        attempt=attempt,
        message=message,
        exit_code=exit_code,
        cpu_seconds=cpu_seconds,
        peak_memory=peak_memory,
    )


def _row(run: int, seq: int, event: RunEvent) -> tuple[object, ...]:
    return (
        run,
        seq,
        event.step,
        event.phase.value,
        event.time,
        event.attempt,
        event.message,
        event.exit_code,
        event.cpu_seconds,
        event.peak_memory,
    )


def _step_row(run: int, seq: int, event: RunEvent) -> tuple[object, ...]:
    return (
        run,
        event.step,
        seq,
        event.phase.value,
        event.attempt,
        event.time if event.phase in _BEGUN else None,
        event.time if event.phase.ended else None,
        event.message,
        event.exit_code,
        event.cpu_seconds,
        event.peak_memory,
    )


def _run_row(run: int, event: RunEvent) -> tuple[object, ...]:
    begun = event.time if event.phase in _BEGUN else None
    ended = event.time if event.phase.ended else None
    return event.phase.value, event.message, begun, ended, run
