"""What earlier runs of a workflow took, step by step, as the run store and the cache know."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from statistics import fmean
from typing import TypeAlias

from couler_jupyter.errors import CoulerError
from couler_jupyter.fingerprint import fingerprint_of, parts_of
from couler_jupyter.ir import (
    Constant,
    Phase,
    Step,
    Workflow,
    from_json,
    places_in,
    to_json,
)
from couler_jupyter.runs import RunRecord, RunStore, StepRecord
from couler_jupyter.store import Past

RUNS = 10
"""Runs that are looked at, at the most; the latest."""
_DOCUMENTS = 4
"""Different versions of the workflow that are read, at the most: each takes a while."""
_MARKS = re.compile(r"\[\d+\]|#\d+")
Given: TypeAlias = tuple[tuple[str, Constant], ...]


@dataclass(frozen=True, slots=True)
class Written:
    """How a step is written.

    Attributes:
        own: the fingerprint of the step without its inputs.
        given: the constants among its arguments.
    """

    own: str
    given: Given | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What one step took in one run, all its items and turns together.

    Attributes:
        run: the run's id; `engine`: where it ran, empty where that is not known.
        path: of the step, without items and turns.
        written: how it was written then.
        times: how often it ran; `seconds`: what one time took, in the mean.
        cpu_seconds: of one time; `peak_memory`: the most; None where not known.
        size: bytes left behind in all; None where not known.
    """

    run: str
    engine: str
    path: str
    written: Written
    times: int
    seconds: float
    cpu_seconds: float | None = None
    peak_memory: int | None = None
    size: int | None = None


def written_in(
    workflow: Workflow, *, but: Container[str] = ()
) -> Mapping[str, Written]:
    """Return how each step is written, by path, `but` those of some paths."""
    shared: dict[int, str] = {}
    found: dict[str, Written] = {}
    for one, path in places_in(workflow):
        if isinstance(one, Step) and path not in but:
            own = shared.get(id(one.template))
            if own is None:
                own = shared[id(one.template)] = fingerprint_of(parts_of(one, {}))
            found[path] = Written(own, _given(one))
    return found


def _given(step: Step) -> Given:
    return tuple(
        (one.name, one.value)
        for one in step.arguments
        if isinstance(one.value, Constant)
    )


def plain(path: str) -> str:
    """Return a path without the numbers of items and turns.

    >>> plain("tune[2]/fit#1")
    'tune/fit'
    """
    return _MARKS.sub("", path)


def records_of(
    workflow: Workflow,
    written: Mapping[str, Written],
    store: RunStore,
    pasts: Iterable[Past],
) -> tuple[Record, ...]:
    """Return what the latest runs of a workflow of this name took, newest first.

    Args:
        workflow: what would run.
        written: how its steps are written.
        store: what ran here or from here.
        pasts: what the cache remembers: sizes, and runs that the run store has not.
    """
    remembered = {past.run: past for past in pasts}
    known = _Versions(workflow, written)
    found: list[Record] = []
    for run in store.runs(workflow=workflow.name, limit=RUNS):
        past = remembered.pop(run.id, None)
        found += _of_run(run, store, known, _sizes(past))
    for past in reversed(remembered.values()):
        found += _of_past(past)
    return tuple(found)


class _Versions:
    """How the steps of a workflow were written in each of its versions."""

    def __init__(self, workflow: Workflow, written: Mapping[str, Written]) -> None:
        self._known = {to_json(workflow): written}

    def of(self, document: str) -> Mapping[str, Written]:
        if document not in self._known:
            if len(self._known) > _DOCUMENTS:
                return {}
            try:
                self._known[document] = written_in(from_json(document))
            except CoulerError:  # of another version of this package
                self._known[document] = {}
        return self._known[document]


def _of_run(
    run: RunRecord, store: RunStore, known: _Versions, sizes: Mapping[str, int]
) -> Iterator[Record]:
    written = known.of(store.get(run.id).document)
    done: dict[str, list[StepRecord]] = {}
    for path, step in store.steps(run.id).items():
        if step.phase is Phase.SUCCEEDED and step.duration is not None:
            done.setdefault(plain(path), []).append(step)
    for path, steps in done.items():
        if path in written:
            cpu = [one.cpu_seconds for one in steps if one.cpu_seconds is not None]
            peaks = [one.peak_memory for one in steps if one.peak_memory is not None]
            leaf = [one for one in steps if one.path != path] or steps
            yield Record(
                run=run.id,
                engine=run.engine,
                path=path,
                written=written[path],
                times=len(leaf),
                seconds=fmean(one.duration or 0.0 for one in leaf),
                cpu_seconds=fmean(cpu) if cpu else None,
                peak_memory=max(peaks, default=None),
                size=sizes.get(path),
            )


def _sizes(past: Past | None) -> dict[str, int]:
    sizes: dict[str, int] = {}
    for visit in past.visits if past else ():
        path = plain(visit.step)
        sizes[path] = sizes.get(path, 0) + visit.size
    return sizes


def _of_past(past: Past) -> Iterator[Record]:
    """Yield what a run took that only the cache remembers."""
    done: dict[str, list[tuple[str, float, int]]] = {}
    for visit in past.visits:
        if not visit.reason.startswith("reused"):
            one = (visit.own, visit.seconds, visit.size)
            done.setdefault(plain(visit.step), []).append(one)
    for path, some in done.items():
        yield Record(
            run=past.run,
            engine="",
            path=path,
            written=Written(some[0][0], None),
            times=len(some),
            seconds=fmean(seconds for _, seconds, _ in some),
            size=sum(size for *_, size in some),
        )
