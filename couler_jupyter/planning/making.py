"""Makes a plan: runs the passes, and puts together what is known of what they leave."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping

from couler_jupyter.engines import Engine
from couler_jupyter.errors import Problem
from couler_jupyter.ir import Step, SubWorkflow, Suspend, Workflow, places_in
from couler_jupyter.passes import (
    Context,
    Decision,
    Pass,
    Passed,
    Word,
    optimize,
    passes_text,
)
from couler_jupyter.planning.facts import Facts
from couler_jupyter.planning.fates import Verdict, verdicts_of
from couler_jupyter.planning.known import Known, known_by_path
from couler_jupyter.planning.matching import past_of
from couler_jupyter.planning.parted import need_not_run, parts_of
from couler_jupyter.planning.plan import Fate, Plan, Row, Size, Total
from couler_jupyter.planning.records import written_in
from couler_jupyter.planning.starting import Start, start_on
from couler_jupyter.planning.timing import Times, Timing, timing_of

_TOLD = frozenset({Word.NOTED, Word.TUNED})
"""Decisions that the notes of a plan tell."""


def make_plan(
    workflow: Workflow,
    engine: Engine,
    passes: tuple[Pass, ...],
    facts: Facts,
    *,
    targets: tuple[str, ...] = (),
) -> Plan:
    """Return what a run of `workflow` on `engine` would be.

    Args:
        workflow: what is to run.
        engine: where.
        passes: what the workflow goes through before.
        facts: what is known.
        targets: names of the steps that are asked for; none for all.

    Raises:
        PassFailed: a pass cannot do its work.
        UnknownName: a target is no step.
    """
    start = start_on(engine, facts.records)
    context = _context(engine, facts, start, targets)
    made = optimize(workflow, passes, context)
    past = context.past
    if new := written_in(made.workflow, but=facts.written):
        past = {**past_of(new, facts.records, engine.name, start.around), **past}
    rates = facts.prices.of(engine.name)
    before, after = _steps_in(workflow), _steps_in(made.workflow)
    was = known_by_path(before, past, rates)
    will = known_by_path(after, past, rates)
    verdicts = verdicts_of(workflow, made.decisions, facts.foreseen)
    idle = {path for path, one in verdicts.items() if one.fate is not Fate.RUN}
    whole = timing_of(workflow, _times(was, (), start), engine.workers)
    timing = timing_of(made.workflow, _times(will, idle, start), engine.workers)
    critical = tuple(path for path in timing.critical if path not in idle)
    parts = tuple(parts_of(made.workflow, engine, passes, context, facts.last))
    done = need_not_run(made.workflow, engine, parts) if facts.reuses else {}
    rows = tuple(
        _rows(verdicts, {**was, **will}, made.workflow, frozenset(critical), done)
    )
    running = [
        path
        for path in _leaves(after)
        if path not in idle and not _stands_in(after[path])
    ]
    return Plan(
        engine=engine.name,
        passes=passes_text(passes),
        targets=targets,
        original=workflow,
        workflow=made.workflow,
        rows=rows,
        before=_total(_leaves(before), was, whole),
        after=_total(running, will, timing),
        waves=_waves(made.workflow),
        critical=critical,
        workers=engine.workers,
        parts=parts,
        start_seconds=start.before,
        sizes=tuple(_sizes(made.workflow, engine)),
        refused=tuple(_refused(made, engine, passes)),
        notes=(*_notes(made.decisions), *_done_notes(done), *facts.troubles),
        decisions=made.decisions,
        currency=facts.prices.currency,
        handed=None if facts.stored else made.workflow,
    )


def passed_of(
    workflow: Workflow,
    engine: Engine,
    passes: Iterable[Pass],
    facts: Facts,
    *,
    targets: tuple[str, ...] = (),
) -> Passed:
    """Return what the passes make of a workflow."""
    start = start_on(engine, facts.records)
    return optimize(workflow, passes, _context(engine, facts, start, targets))


def _context(
    engine: Engine, facts: Facts, start: Start, targets: tuple[str, ...]
) -> Context:
    """Return what passes may know: what earlier runs tell, and what the engine does."""
    return Context(
        targets=targets,
        engine=engine,
        past=past_of(facts.written, facts.records, engine.name, start.around),
        stored=facts.stored,
        tuned=facts.tuned,
        measure=engine.measure,
        workers=engine.workers or Context().workers,
        parts=facts.last.parts if facts.last is not None else None,
    )


def _steps_in(workflow: Workflow) -> Mapping[str, Step]:
    return {path: one for one, path in places_in(workflow) if isinstance(one, Step)}


def _leaves(steps: Mapping[str, Step]) -> list[str]:
    return [
        path
        for path, step in steps.items()
        if not isinstance(step.template, SubWorkflow)
    ]


def _stands_in(step: Step) -> bool:
    """Whether a step was put where nothing is left to be done."""
    return isinstance(step.template, Suspend) and step.template.seconds == "0"


def _times(known: Mapping[str, Known], idle: Collection[str], start: Start) -> Times:
    """Return what is known in the words of timing; what is idle takes no time."""
    seconds = {
        path: one.seconds
        for path, one in known.items()
        if one.seconds is not None and one.times is not None
    }
    times = {path: one.times for path, one in known.items() if one.times is not None}
    return Times(seconds=seconds, times=times, idle=idle, start=start.before or 0.0)


def _rows(
    verdicts: Mapping[str, Verdict],
    known: Mapping[str, Known],
    workflow: Workflow,
    critical: frozenset[str],
    done: Mapping[int, str],
) -> Iterator[Row]:
    numbers = workflow.parts.numbers() if workflow.parts else {}
    for path, verdict in verdicts.items():
        one = known.get(path, Known(times=1))
        part = numbers.get(path.partition("/")[0], -1) + 1
        run = done.get(part, "") if verdict.fate is Fate.RUN else ""
        yield Row(
            step=path,
            fate=verdict.fate,
            to=verdict.to,
            why=f"not if its part, done by {run}, is still there"
            if run
            else verdict.why,
            part=part or None,
            times=one.times,
            seconds=one.seconds,
            bytes=one.bytes,
            cost=one.cost,
            basis=one.basis,
            critical=path in critical,
        )


def _waves(workflow: Workflow) -> tuple[int, ...]:
    """Return how many steps each wave has."""
    wave: dict[str, int] = {}
    for name in workflow.order:
        before = (wave[one] for one in workflow.dependencies[name])
        wave[name] = 1 + max(before, default=-1)
    counts = Counter(wave.values())
    return tuple(counts[number] for number in range(len(counts)))


def _total(paths: list[str], known: Mapping[str, Known], timing: Timing) -> Total:
    costs = [known[path].cost for path in paths]
    sizes = [known[path].bytes for path in paths]
    return Total(
        steps=len(paths),
        unknown=len(timing.unknown),
        seconds=timing.seconds,
        cost=None if None in costs else sum(one for one in costs if one is not None),
        bytes=None if None in sizes else sum(one for one in sizes if one is not None),
    )


def _sizes(workflow: Workflow, engine: Engine) -> Iterator[Size]:
    amounts = dict(engine.sizes(engine.lower(workflow)))
    for limit in engine.limits:
        yield Size(
            of=limit.of,
            amount=amounts.pop(limit.of, None),
            most=limit.most,
            reason=limit.reason,
        )
    yield from (Size(of=name, amount=amount) for name, amount in amounts.items())


def _refused(made: Passed, engine: Engine, passes: Iterable[Pass]) -> Iterator[Problem]:
    """Yield why the engine cannot take it; it is asked if no pass did."""
    yield from made.refused
    if all(one.name != "fit" for one in passes):
        yield from engine.problems(engine.lower(made.workflow))


def _done_notes(done: Mapping[int, str]) -> Iterator[str]:
    """Yield which parts earlier runs have done."""
    for run in dict.fromkeys(done.values()):
        numbers = [str(number) for number, one in done.items() if one == run]
        which = f"part{'s' * (len(numbers) > 1)} {', '.join(numbers)}"
        yield f"{which}: not handed over again if what run {run} made is still there"


def _notes(decisions: Iterable[Decision]) -> Iterator[str]:
    for one in decisions:
        if one.word in _TOLD:
            what = "tuned to " if one.word is Word.TUNED else ""
            yield f"{one.step}: {what}{one.reason}" if one.step else one.reason
