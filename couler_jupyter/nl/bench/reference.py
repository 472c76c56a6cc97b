"""Programs of the benchmark as workflows; they are ours, so they are simply run."""

from __future__ import annotations

import linecache

from couler_jupyter.dsl import building
from couler_jupyter.ir import Workflow
from couler_jupyter.nl.bench.task import Task

_FRONT = "import couler_jupyter as couler\n"


def reference(task: Task) -> Workflow:
    """Return the workflow that a task's own solution builds.

    Raises:
        CoulerError: the solution is none.
        ValueError: it adds no step.
    """
    name = f"<{task.name}>"
    source = _FRONT + task.solution
    linecache.cache[name] = (len(source), None, source.splitlines(True), name)
    try:
        with building(task.name) as built:
            exec(compile(source, name, "exec"), {"__name__": name, "__file__": name})  # noqa: S102
    finally:
        linecache.cache.pop(name, None)
    if built.workflow is None:
        raise ValueError(f"the solution of {task.name} adds no step")
    return built.workflow
