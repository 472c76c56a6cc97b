"""What a task says of itself: conditions, attempts, containers, volumes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from math import prod

from couler_jupyter.engines.kube.fields import Fields
from couler_jupyter.engines.tekton.checking.fault import Fault, names_in, tasks_of
from couler_jupyter.engines.tekton.matrices import MOST

DURATION = re.compile(r"0|(?:[0-9]+(?:\.[0-9]*)?(?:ns|us|µs|ms|s|m|h))+")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
_STEP = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")


def task_faults(spec: Fields) -> Iterator[Fault]:
    """Yield what is wrong with single tasks."""
    for task in tasks_of(spec):
        name, inner = task["name"], task.get("taskSpec", {})
        for what in (
            *_whens(task),
            *_attempts(task),
            *_matrix(task.get("matrix") or {}),
            *_containers(inner),
            *_ports(inner),
        ):
            yield Fault(name, what)


def _whens(task: Fields) -> Iterator[str]:
    for one in task.get("when") or ():
        if "cel" in one:
            yield "its condition is in CEL, which no stable release takes"
        elif one.get("operator") not in ("in", "notin"):
            yield f"operator {one.get('operator')!r} is none; write in or notin"
        elif not one.get("values"):
            yield "its condition compares with no values; write one at least"


def _attempts(task: Fields) -> Iterator[str]:
    timeout = task.get("timeout")
    if timeout is not None and not DURATION.fullmatch(timeout):
        yield f"timeout {timeout!r} is no duration; write one as 1h30m"
    if task.get("onError") == "continue" and task.get("retries"):
        yield "it goes on after a failure, so it cannot be tried again; choose one"
    if "pipelineSpec" in task:
        yield "it is a pipeline itself, which no stable release takes"


def _matrix(matrix: Fields) -> Iterator[str]:
    sizes = [
        len(one["value"])
        for one in matrix.get("params") or ()
        if isinstance(one["value"], list)
    ]
    count = prod(sizes) if sizes else 0
    count += len(matrix.get("include") or ())
    if count > MOST:
        yield f"its matrix has {count:,} items; the most are {MOST}"
    if 0 in sizes:
        yield "its matrix has no items; write one at least"


def _containers(inner: Fields) -> Iterator[str]:
    steps, sidecars = inner.get("steps") or (), inner.get("sidecars") or ()
    if not steps:
        yield "it has no steps"
    names = names_in((*steps, *sidecars))
    for name, count in Counter(names).items():
        if not _STEP.fullmatch(name):
            yield f"step {name!r} needs a name of lower case letters, digits and -"
        elif count > 1:
            yield f"{count} of its steps are called {name!r}; each needs its own name"
    volumes = set(names_in(inner.get("volumes")))
    for one in (*steps, *sidecars):
        if not one.get("image") and "ref" not in one:
            yield f"step {one.get('name')!r} has no image"
        if one.get("script") and one.get("command"):
            yield f"step {one.get('name')!r} has a script and a command; choose one"
        for mount in one.get("volumeMounts") or ():
            if mount["name"] not in volumes and not mount["name"].startswith("$("):
                yield f"step {one.get('name')!r} mounts {mount['name']!r}, no volume"


def _ports(inner: Fields) -> Iterator[str]:
    for kind in ("params", "results"):
        ports = inner.get(kind) or ()
        names = names_in(ports)
        for name in names:
            if not _NAME.fullmatch(name):
                yield f"{name!r} is no name in {kind}; begin with a letter"
        for name, count in Counter(one.lower() for one in names).items():
            if count > 1:
                yield f"{count} {kind} are called {name!r}; case tells none apart"
        for one in ports:
            if "enum" in one:
                yield f"{one['name']!r} lists its values, which no stable release takes"
