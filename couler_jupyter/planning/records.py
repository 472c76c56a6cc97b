"""What earlier runs of a workflow took, step by step, as the run store and the cache know."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
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
        waited: seconds from when all it waits for had ended to its start; None where
            it ran more than once, or that is not known.
        cpu_seconds: of one time; `peak_memory`: the most; None where not known.
        size: bytes left behind in all; None where not known.
    """

    run: str
    engine: str
    path: str
    written: Written
    times: int
    seconds: float
    waited: float | None = None
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


class _Version:
    """One version of a workflow: how its steps are written, and what they wait for."""

    def __init__(
        self, workflow: Workflow | None, written: Mapping[str, Written]
    ) -> None:
        self._workflow = workflow
        self.written = written

    @cached_property
    def waits(self) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = {}
        for one, path in places_in(self._workflow) if self._workflow else ():
            if isinstance(one, Step):
                front = path[: -len(one.name)]
                found[path] = [front + name for name in one.dependencies]
        return found


class _Versions:
    """The versions of a workflow that ran."""

    def __init__(self, workflow: Workflow, written: Mapping[str, Written]) -> None:
        self._known = {to_json(workflow): _Version(workflow, written)}

    def of(self, document: str) -> _Version:
        if document not in self._known:
            if len(self._known) > _DOCUMENTS:
                return _Version(None, {})
            try:
                workflow = from_json(document)
                made = _Version(workflow, written_in(workflow))
            except CoulerError:  # of another version of this package
                made = _Version(None, {})
            self._known[document] = made
        return self._known[document]


def _of_run(
    run: RunRecord, store: RunStore, known: _Versions, sizes: Mapping[str, int]
) -> Iterator[Record]:
    version = known.of(store.get(run.id).document)
    written, all_steps = version.written, store.steps(run.id)
    done: dict[str, list[StepRecord]] = {}
    for path, step in all_steps.items():
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
                waited=_waited(path, steps, version, all_steps, run.started),
                cpu_seconds=fmean(cpu) if cpu else None,
                peak_memory=max(peaks, default=None),
                size=sizes.get(path),
            )


def _waited(
    path: str,
    steps: list[StepRecord],
    version: _Version,
    all_steps: Mapping[str, StepRecord],
    run_started: float | None,
) -> float | None:
    """Return how long a step that could start did not; None where nobody knows."""
    if len(steps) > 1 or steps[0].path != path or steps[0].attempt != 1:
        return None
    before = version.waits.get(path, [])
    ends = [all_steps[one].finished if one in all_steps else None for one in before]
    if not before and "/" not in path:
        ends = [run_started]
    known = [one for one in ends if one is not None]
    started = steps[0].started
    if started is None or not known or len(known) < len(ends):
        return None
    return max(0.0, started - max(known))


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
