"""Runs page by page, in any order: each page begins behind the last run of the one before.

Pages are told apart by what they are sorted by and not by counting, so that runs that
come and go between two pages make none appear twice or be passed over.
"""

from __future__ import annotations

import base64
import binascii
import json
import sqlite3
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import chain, islice
from types import MappingProxyType

from couler_jupyter.errors import UnknownName, UsageFailed
from couler_jupyter.ir.run import Phase
from couler_jupyter.runs import query
from couler_jupyter.runs.record import RunRecord
from couler_jupyter.runs.standing import is_sure, told_as
from couler_jupyter.runs.store import RunStore

_LARGEST = 1 << 62
_ROUND = 200


class Order(StrEnum):
    """What runs are sorted by; where that is alike, by when they were created."""

    CREATED = "created"
    STARTED = "started"
    FINISHED = "finished"
    DURATION = "duration"
    WORKFLOW = "workflow"
    ENGINE = "engine"
    PHASE = "phase"


# never null, as null is neither before nor behind anything
_SORTED_BY: Mapping[Order, str] = MappingProxyType(
    {
        Order.CREATED: "number",
        Order.STARTED: "coalesce(started, 0.0)",
        Order.FINISHED: "coalesce(finished, 0.0)",
        Order.DURATION: "coalesce(finished - started, -1.0)",
        Order.WORKFLOW: "workflow",
        Order.ENGINE: "engine",
        Order.PHASE: "phase",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """Which runs, in what order; None or nothing means any.

    Attributes:
        phases: those that stand at one of these now.
        workflow: those of that workflow.
        engine: those of that engine.
        search: those with this text in id, workflow, notebook or message.
        order: what they are sorted by. A run that nobody drives any more is sorted
            by the phase that was last told of it.
        ascending: the lowest first; else the highest, or newest.
    """

    phases: Collection[Phase] = ()
    workflow: str | None = None
    engine: str | None = None
    search: str | None = None
    order: Order = Order.CREATED
    ascending: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Some runs of a listing.

    Attributes:
        runs: without their documents, arguments and options.
        steps: how many steps of each run stand at each phase, by the run's id.
        next: what the next page begins with; empty if there is none.
        total: how many runs there are on all pages; None where only looking at all of
            them would tell.
    """

    runs: tuple[RunRecord, ...]
    steps: Mapping[str, Mapping[Phase, int]] = field(default_factory=dict)
    next: str = ""
    total: int | None = None


@dataclass(frozen=True, slots=True)
class _Row:
    number: int
    key: str | int | float
    found: query.Found


def page_of(store: RunStore, listing: Listing, *, limit: int, after: str = "") -> Page:
    """Return one page of runs.

    Args:
        store: where they are.
        listing: which, and in what order.
        limit: how many at the most, 1 or more.
        after: `next` of the page before; empty for the first.

    Raises:
        UsageFailed: `after` is no `next` of a page in this order.
        StoreFailed: the store cannot be read.
    """
    wanted = _wanted(listing)
    begin = _read_mark(after, listing) if after else None
    fitting = _fitting(store, listing, wanted, begin, limit)
    rows = list(islice(fitting, limit + 1))
    shown = rows[:limit]
    with store._database.reading() as connection:
        numbers = {row.number: row.found.record.id for row, _ in shown}
        steps = _counted(connection, numbers)
        total = None if _unsure(listing) else query.count(connection, wanted)
    return Page(
        runs=tuple(record for _, record in shown),
        steps=steps,
        next=_mark(shown[-1][0], listing) if len(rows) > limit else "",
        total=total,
    )


def _fitting(
    store: RunStore,
    listing: Listing,
    wanted: query.Wanted,
    begin: tuple[str | int | float, int] | None,
    limit: int,
) -> Iterator[tuple[_Row, RunRecord]]:
    """Yield runs that stand where they are wanted to; some turn out to be left."""
    at_once = limit + 1 if not _unsure(listing) else max(limit + 1, _ROUND)
    while True:
        with store._database.reading() as connection:
            rows = _rows(connection, listing, wanted, begin, at_once)
        for row in rows:
            with suppress(UnknownName):  # it was deleted meanwhile
                record = store._settled(row.found)
                if not listing.phases or record.phase in listing.phases:
                    yield row, record
        if len(rows) < at_once:
            return
        begin = rows[-1].key, rows[-1].number


def _rows(
    connection: sqlite3.Connection,
    listing: Listing,
    wanted: query.Wanted,
    begin: tuple[str | int | float, int] | None,
    limit: int,
) -> list[_Row]:
    key = _SORTED_BY[listing.order]
    way, behind = ("ASC", ">") if listing.ascending else ("DESC", "<")
    where, values = query.where(wanted)
    if begin is not None:
        where += f" AND ({key}, number) {behind} (:key, :number)"
        values |= {"key": begin[0], "number": begin[1]}
    rows = connection.execute(
        f"SELECT number, {key}, {query.LIGHT} FROM runs WHERE {where} "  # noqa: S608
        f"ORDER BY {key} {way}, number {way} LIMIT :limit",
        values | {"limit": limit},
    )
    return [_Row(row[0], row[1], query.found(row[2:])) for row in rows]


def _counted(
    connection: sqlite3.Connection, runs: Mapping[int, str]
) -> dict[str, dict[Phase, int]]:
    """Return how many steps stand at each phase, by the run's id."""
    counts: dict[str, dict[Phase, int]] = {name: {} for name in runs.values()}
    among = f"run IN ({', '.join(map(str, runs))})"
    rows = connection.execute(
        f"SELECT run, phase, count(*) FROM steps WHERE {among} GROUP BY run, phase"  # noqa: S608 (whole numbers)
    )
    for number, phase, count in rows:
        counts[runs[number]][Phase(phase)] = int(count)
    return counts


def _wanted(listing: Listing) -> query.Wanted:
    told = dict.fromkeys(chain.from_iterable(map(told_as, listing.phases)))
    return query.Wanted(
        phases=tuple(told) if listing.phases else None,
        workflow=listing.workflow,
        engine=listing.engine,
        search=listing.search,
    )


def _unsure(listing: Listing) -> bool:
    return not all(map(is_sure, listing.phases))


def _mark(row: _Row, listing: Listing) -> str:
    text = json.dumps([str(listing.order), row.key, row.number])
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read_mark(text: str, listing: Listing) -> tuple[str | int | float, int]:
    wrong = UsageFailed(f"{text[:80]!r} is not where a page in this order begins")
    try:
        padded = text + "=" * (-len(text) % 4)
        found = json.loads(base64.b64decode(padded, b"-_", validate=True))
    except (binascii.Error, ValueError, RecursionError):
        raise wrong from None
    match found:
        case [str(order), str() | int() | float() as key, int(number)] if (
            order == listing.order and _fits(key) and _fits(number)
        ):
            return key, number
        case _:
            raise wrong


def _fits(value: str | float) -> bool:
    """Whether SQLite takes a value: text that is UTF-8, a number of 64 bits."""
    if isinstance(value, str):
        return value.isprintable() or not any(map(_is_surrogate, value))
    return not isinstance(value, bool) and abs(value) < _LARGEST


def _is_surrogate(letter: str) -> bool:
    return "\ud800" <= letter <= "\udfff"
