"""What a run says: its time, what it gives the pipeline."""

from __future__ import annotations

import re
from collections.abc import Iterator
from types import MappingProxyType

from couler_jupyter.engines.kube.fields import Fields
from couler_jupyter.engines.tekton.checking.fault import Fault, names_in, tasks_of
from couler_jupyter.engines.tekton.checking.tasks import DURATION

_PART = re.compile(r"([0-9.]+)(ns|us|µs|ms|s|m|h)")
_SECONDS = MappingProxyType(
    {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}
)


def run_faults(spec: Fields, run: Fields) -> Iterator[Fault]:
    """Yield what is wrong with a run of a pipeline."""
    timeouts = run.get("timeouts") or {}
    wrong = [one for one in timeouts.values() if not DURATION.fullmatch(one)]
    for one in wrong:
        yield Fault("", f"timeout {one!r} is no duration; write one as 1h30m")
    if not wrong:
        yield from _times(spec, timeouts)
    given = set(names_in(run.get("workspaces")))
    for one in spec.get("workspaces") or ():
        if one["name"] not in given and not one.get("optional"):
            yield Fault("", f"workspace {one['name']!r} is not given, and must be")
    tasks = set(names_in(tasks_of(spec)))
    for one in run.get("taskRunSpecs") or ():
        if one.get("pipelineTaskName") not in tasks:
            what = f"{one.get('pipelineTaskName')!r} is no task of the pipeline"
            yield Fault("", what)


def _times(spec: Fields, timeouts: Fields) -> Iterator[Fault]:
    whole = seconds_of(timeouts.get("pipeline", "1h"))
    if not whole:
        return
    parts = sum(seconds_of(timeouts.get(one, "0")) for one in ("tasks", "finally"))
    if parts > whole:
        yield Fault("", "tasks and finally have more time than the pipeline has")
    for task in tasks_of(spec):
        timeout = task.get("timeout")
        if timeout and DURATION.fullmatch(timeout) and seconds_of(timeout) > whole:
            what = f"its timeout of {timeout} is longer than the {whole:g}s of the run"
            yield Fault(task["name"], what)


def seconds_of(duration: str) -> float:
    """Return a duration in seconds.

    >>> seconds_of("1h30m"), seconds_of("0")
    (5400.0, 0.0)
    """
    return sum(float(many) * _SECONDS[unit] for many, unit in _PART.findall(duration))
