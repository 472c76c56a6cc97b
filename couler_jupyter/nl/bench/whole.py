"""Whether a workflow as a whole is what a task says; the first thing that is not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from couler_jupyter.engines import ENGINES
from couler_jupyter.ir import Json, Schedule, Workflow
from couler_jupyter.nl.bench.cron import Times, times_of
from couler_jupyter.nl.bench.task import Task


def fault_of_whole(workflow: Workflow, task: Task) -> str:
    """Return the first thing that is wrong, in one line; empty if there is none."""
    return next(_faults(workflow, task), "")


def _faults(workflow: Workflow, task: Task) -> Iterator[str]:
    wanted = task.whole
    yield from _parameter_faults(workflow, wanted.parameters)
    if missing := set(wanted.artifacts) - {one.name for one in workflow.artifacts}:
        yield f"it takes no file {sorted(missing)[0]!r}"
    yield from _schedule_faults(workflow.schedule, wanted.schedule)
    if wanted.timeout is not None and workflow.timeout != wanted.timeout:
        yield f"its time-out is {workflow.timeout}, not {wanted.timeout}"
    if wanted.extra and not _has_extra(workflow, wanted.extra):
        yield f"it does not say {wanted.extra['path']} to {wanted.extra['engine']}"
    for name in task.engines:
        if problems := _problems(workflow, name):
            yield f"engine {name} refuses it: {problems[0]}"


def _parameter_faults(
    workflow: Workflow, wanted: Mapping[str, Mapping[str, Json]]
) -> Iterator[str]:
    known = {one.name: one for one in workflow.parameters}
    for name, facts in wanted.items():
        one = known.get(name)
        if one is None:
            yield f"it has no parameter {name!r}"
        elif "default" not in facts:
            if one.default is not None:
                yield f"parameter {name!r} has a default that nobody asked for"
        elif one.default is None or one.default.value != facts["default"]:
            told = "none" if one.default is None else one.default.json
            yield f"the default of {name!r} is {told}, not {facts['default']!r}"


def _schedule_faults(
    schedule: Schedule | None, wanted: Mapping[str, Json]
) -> Iterator[str]:
    if schedule is None or not wanted:
        if schedule is not None:
            yield "it has a schedule that nobody asked for"
        elif wanted:
            yield f"it has no schedule; {wanted['crons'][0]} is wanted"
        return
    if _times(schedule.crons) != _times(wanted["crons"]):
        yield f"its schedule is {', '.join(schedule.crons)}, not {wanted['crons'][0]}"
    zone = wanted.get("timezone", "UTC")
    if schedule.timezone != zone:
        yield f"its time zone is {schedule.timezone}, not {zone}"
    if "overlap" in wanted and schedule.overlap != wanted["overlap"]:
        yield f"when runs overlap it says {schedule.overlap}, not {wanted['overlap']}"
    if schedule.suspended:
        yield "its schedule is paused"


def _times(crons: tuple[str, ...]) -> frozenset[tuple[int, int, Times]]:
    """Return each minute of an hour that cron lines stand for, with its days."""
    found: set[tuple[int, int, Times]] = set()
    for minutes, hours, *days in map(times_of, crons):
        found |= {(one, other, tuple(days)) for one in minutes for other in hours}
    return frozenset(found)


def _has_extra(workflow: Workflow, wanted: Mapping[str, Json]) -> bool:
    return any(
        (one.engine, one.path, one.value.value)
        == (wanted["engine"], wanted["path"], wanted["value"])
        for one in workflow.extras
    )


def _problems(workflow: Workflow, name: str) -> tuple[str, ...]:
    engine = ENGINES.get(name)()
    return tuple(str(one) for one in engine.problems(engine.lower(workflow)))
