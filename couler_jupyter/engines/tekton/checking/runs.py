"""What a run says: its time, what it gives the pipeline."""

from __future__ import annotations

import re
from collections.abc import Iterator
from types import MappingProxyType

from couler_jupyter.engines.finding import Rule, Severity
from couler_jupyter.engines.kube.fields import Fields
from couler_jupyter.engines.tekton.checking.fault import (
    RUN,
    Fault,
    names_in,
    placed_tasks,
    tasks_of,
)
from couler_jupyter.engines.tekton.checking.tasks import (
    BAD_DURATION,
    DURATION,
    is_duration,
)

TOO_LONG = Rule(
    "TEKTON401", "too-much-time", "no part of a run has more time than the run has"
)
NO_WORKSPACE = Rule(
    "TEKTON402", "run-without-workspace", "a run gives each workspace of its pipeline"
)
UNKNOWN_TASK = Rule(
    "TEKTON403",
    "unknown-task",
    "what a run says of a task is about one of its pipeline",
)
NO_PARAMETER = Rule(
    "TEKTON404",
    "run-without-parameter",
    "a run gives what has no default",
    Severity.WARNING,
)

_PART = re.compile(r"([0-9.]+)(ns|us|µs|ms|s|m|h)")
_SECONDS = MappingProxyType(
    {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}
)


def run_faults(spec: Fields, run: Fields) -> Iterator[Fault]:
    """Yield what is wrong with a run of a pipeline."""
    timeouts = run.get("timeouts") or {}
    wrong = [key for key, one in timeouts.items() if not is_duration(one)]
    for key in wrong:
        what = f"timeout {timeouts[key]!r} is no duration; write one as 1h30m"
        yield Fault("", what, BAD_DURATION, (RUN, "timeouts", key))
    if not wrong:
        yield from _times(spec, timeouts)
    given = set(names_in(run.get("workspaces")))
    for one in spec.get("workspaces") or ():
        if one["name"] not in given and not one.get("optional"):
            what = f"workspace {one['name']!r} is not given, and must be"
            yield Fault("", what, NO_WORKSPACE, (RUN, "workspaces"))
    tasks = set(names_in(tasks_of(spec)))
    for at, one in enumerate(run.get("taskRunSpecs") or ()):
        if str(one.get("pipelineTaskName")) not in tasks:
            what = f"{one.get('pipelineTaskName')!r} is no task of the pipeline"
            yield Fault("", what, UNKNOWN_TASK, (RUN, "taskRunSpecs", at))


def parameter_faults(spec: Fields, run: Fields) -> Iterator[Fault]:
    """Yield the parameters that a pipeline needs and its run does not give."""
    given = set(names_in(run.get("params")))
    for one in spec.get("params") or ():
        if one["name"] not in given and "default" not in one:
            what = f"parameter {one['name']!r} is not given, and must be"
            yield Fault("", what, NO_PARAMETER, (RUN, "params"))


def _times(spec: Fields, timeouts: Fields) -> Iterator[Fault]:
    whole = seconds_of(timeouts.get("pipeline", "1h"))
    if not whole:
        return
    parts = sum(seconds_of(timeouts.get(one, "0")) for one in ("tasks", "finally"))
    if parts > whole:
        what = "tasks and finally have more time than the pipeline has"
        yield Fault("", what, TOO_LONG, (RUN, "timeouts"))
    for path, task in placed_tasks(spec):
        timeout = task.get("timeout")
        if not isinstance(timeout, str) or not DURATION.fullmatch(timeout):
            continue
        if seconds_of(timeout) > whole:
            what = f"its timeout of {timeout} is longer than the {whole:g}s of the run"
            yield Fault(task["name"], what, TOO_LONG, (*path, "timeout"))


def seconds_of(duration: str) -> float:
    """Return a duration in seconds.

    >>> seconds_of("1h30m"), seconds_of("0")
    (5400.0, 0.0)
    """
    return sum(
        (float(many) * _SECONDS[unit] for many, unit in _PART.findall(duration)),
        start=0.0,
    )
