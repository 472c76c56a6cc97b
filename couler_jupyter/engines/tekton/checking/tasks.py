"""What a task says of itself: conditions, attempts, containers, volumes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from math import prod

from couler_jupyter.engines.finding import Rule, Severity
from couler_jupyter.engines.kube.fields import Fields
from couler_jupyter.engines.kube.places import Path
from couler_jupyter.engines.tekton.checking.fault import (
    Fault,
    inner_spec,
    names_in,
    placed_tasks,
)
from couler_jupyter.engines.tekton.matrices import MOST

BAD_WHEN = Rule(
    "TEKTON301", "bad-when", "a condition compares with values, by in or notin"
)
CEL = Rule(
    "TEKTON302", "cel", "conditions are in no language in the making", Severity.WARNING
)
BAD_DURATION = Rule(
    "TEKTON303", "bad-duration", "timeouts are durations as Go writes them"
)
TRIED_AGAIN = Rule(
    "TEKTON304", "goes-on-and-tries-again", "a task goes on or is tried again, not both"
)
INNER_PIPELINE = Rule(
    "TEKTON305",
    "pipeline-in-pipeline",
    "no task is a pipeline, which is in the making",
    Severity.WARNING,
)
MATRIX = Rule("TEKTON306", "matrix-size", "a matrix has 1 to 256 items")
NO_STEPS = Rule("TEKTON307", "no-steps", "a task has steps")
STEP_NAME = Rule("TEKTON308", "bad-step-name", "steps and sidecars have DNS labels")
STEP_TWICE = Rule("TEKTON309", "step-twice", "each step has a name of its own")
NO_IMAGE = Rule("TEKTON310", "no-image", "each step has an image, or refers to one")
TWO_PROGRAMS = Rule(
    "TEKTON311", "script-and-command", "a step runs a script or a command, not both"
)
NO_VOLUME = Rule(
    "TEKTON312", "unknown-volume", "what is mounted is a volume of the task"
)
PORT_NAME = Rule(
    "TEKTON313", "bad-port-name", "names of parameters and results are words"
)
PORT_TWICE = Rule(
    "TEKTON314", "port-twice", "parameters, and results, differ by more than case"
)
ENUM = Rule(
    "TEKTON315",
    "enum",
    "no parameter lists its values, which is in the making",
    Severity.WARNING,
)
NO_TASK = Rule(
    "TEKTON316", "no-task", "a task names or holds what it runs, one of them"
)

DURATION = re.compile(r"0|(?:[0-9]+(?:\.[0-9]*)?(?:ns|us|µs|ms|s|m|h))+")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
_STEP = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")
_KINDS = ("taskSpec", "taskRef", "pipelineSpec", "pipelineRef")


def task_faults(spec: Fields) -> Iterator[Fault]:
    """Yield what is wrong with single tasks of a pipeline."""
    for path, task in placed_tasks(spec):
        name = task["name"]
        for what, rule, inside in (
            *_whens(task),
            *_attempts(task),
            *_matrix(task.get("matrix") or {}),
        ):
            yield Fault(name, what, rule, (*path, *inside))
        if len([kind for kind in _KINDS if kind in task]) != 1:
            what = "it names or holds what it runs: one of taskRef and taskSpec"
            yield Fault(name, what, NO_TASK, path)
        if (inner := inner_spec(task)) is not None:
            yield from spec_faults(name, inner, (*path, "taskSpec"))


def spec_faults(name: str, inner: Fields, path: Path) -> Iterator[Fault]:
    """Yield what is wrong with what a task runs, which stands at `path`."""
    for what, rule, inside in (*_containers(inner), *_ports(inner)):
        yield Fault(name, what, rule, (*path, *inside))


def _whens(task: Fields) -> Iterator[tuple[str, Rule, Path]]:
    for at, one in enumerate(task.get("when") or ()):
        path = ("when", at)
        if "cel" in one:
            what = "its condition is in CEL, which no stable release takes"
            yield what, CEL, path
        elif one.get("operator") not in ("in", "notin"):
            what = f"operator {one.get('operator')!r} is none; write in or notin"
            yield what, BAD_WHEN, (*path, "operator")
        elif not one.get("values"):
            what = "its condition compares with no values; write one at least"
            yield what, BAD_WHEN, path


def _attempts(task: Fields) -> Iterator[tuple[str, Rule, Path]]:
    timeout = task.get("timeout")
    if timeout is not None and not is_duration(timeout):
        what = f"timeout {timeout!r} is no duration; write one as 1h30m"
        yield what, BAD_DURATION, ("timeout",)
    if task.get("onError") == "continue" and task.get("retries"):
        what = "it goes on after a failure, so it cannot be tried again; choose one"
        yield what, TRIED_AGAIN, ("retries",)
    for key in ("pipelineSpec", "pipelineRef"):
        if key in task:
            what = "it is a pipeline itself, which no stable release takes"
            yield what, INNER_PIPELINE, (key,)


def is_duration(value: object) -> bool:
    """Whether a value is a duration, or one that only the run knows."""
    text = value if isinstance(value, str) else ""
    return bool(DURATION.fullmatch(text)) or text.startswith("$(")


def _matrix(matrix: Fields) -> Iterator[tuple[str, Rule, Path]]:
    sizes = [
        len(one["value"])
        for one in matrix.get("params") or ()
        if isinstance(one.get("value"), list)
    ]
    count = prod(sizes) if sizes else 0
    count += len(matrix.get("include") or ())
    if count > MOST:
        what = f"its matrix has {count:,} items; the most are {MOST}"
        yield what, MATRIX, ("matrix",)
    if 0 in sizes:
        yield "its matrix has no items; write one at least", MATRIX, ("matrix",)


def _containers(inner: Fields) -> Iterator[tuple[str, Rule, Path]]:
    steps, sidecars = inner.get("steps") or (), inner.get("sidecars") or ()
    if not steps:
        yield "it has no steps", NO_STEPS, ()
    names = names_in((*steps, *sidecars))
    for name, count in Counter(names).items():
        path = _place(names.index(name), len(steps))
        if not _STEP.fullmatch(name):
            what = f"step {name!r} needs a name of lower case letters, digits and -"
            yield what, STEP_NAME, path
        elif count > 1:
            what = f"{count} of its steps are called {name!r}; each needs its own name"
            yield what, STEP_TWICE, path
    volumes = set(names_in(inner.get("volumes")))
    shared = (inner.get("stepTemplate") or {}).get("image")
    for at, one in enumerate((*steps, *sidecars)):
        path = _place(at, len(steps))
        name = one.get("name")
        if (
            not one.get("image")
            and "ref" not in one
            and (at >= len(steps) or not shared)
        ):
            yield f"step {name!r} has no image", NO_IMAGE, path
        if one.get("script") and one.get("command"):
            what = f"step {name!r} has a script and a command; choose one"
            yield what, TWO_PROGRAMS, (*path, "command")
        for number, mount in enumerate(one.get("volumeMounts") or ()):
            wanted = str(mount.get("name", ""))
            if wanted not in volumes and not wanted.startswith("$("):
                what = f"step {name!r} mounts {wanted!r}, no volume"
                yield what, NO_VOLUME, (*path, "volumeMounts", number)


def _place(at: int, steps: int) -> Path:
    return ("steps", at) if at < steps else ("sidecars", at - steps)


def _ports(inner: Fields) -> Iterator[tuple[str, Rule, Path]]:
    for kind in ("params", "results"):
        ports = inner.get(kind) or ()
        names = names_in(ports)
        for at, name in enumerate(names):
            if not _NAME.fullmatch(name):
                what = f"{name!r} is no name in {kind}; begin with a letter"
                yield what, PORT_NAME, (kind, at, "name")
        lowered = [one.lower() for one in names]
        for name, count in Counter(lowered).items():
            if count > 1:
                what = f"{count} {kind} are called {name!r}; case tells none apart"
                yield what, PORT_TWICE, (kind, lowered.index(name), "name")
        for at, one in enumerate(ports):
            if "enum" in one:
                what = (
                    f"{one['name']!r} lists its values, which no stable release takes"
                )
                yield what, ENUM, (kind, at, "enum")
