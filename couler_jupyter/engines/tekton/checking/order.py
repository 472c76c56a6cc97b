"""Names of tasks, and what waits for what."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter

from couler_jupyter.engines.finding import Rule
from couler_jupyter.engines.kube.fields import Fields
from couler_jupyter.engines.tekton.checking.fault import (
    PIPELINE,
    Fault,
    names_in,
    placed_tasks,
    texts_in,
)
from couler_jupyter.engines.tekton.references import references_in

TASK_NAME = Rule(
    "TEKTON101", "bad-task-name", "names of tasks are DNS labels of up to 63 characters"
)
TASK_TWICE = Rule("TEKTON102", "task-twice", "each task has a name of its own")
UNKNOWN_ORDER = Rule(
    "TEKTON103", "unknown-run-after", "runAfter names tasks of the pipeline"
)
ORDER_AT_END = Rule(
    "TEKTON104", "order-in-finally", "tasks of finally run at once, after no other"
)
CIRCLE = Rule("TEKTON105", "circle", "no task waits for itself")

_LABEL = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")


def order_faults(spec: Fields) -> Iterator[Fault]:
    """Yield what is wrong with names and order."""
    placed = [*placed_tasks(spec)]
    counts = Counter(str(task["name"]) for _, task in placed)
    last = {str(task["name"]): path for path, task in placed}
    for name, count in counts.items():
        path = (*last[name], "name")
        if not _LABEL.fullmatch(name):
            what = "its name must be 1 to 63 lower case letters, digits and -"
            yield Fault(name, what, TASK_NAME, path)
        if count > 1:
            what = f"{count} tasks have its name; each needs its own"
            yield Fault(name, what, TASK_TWICE, path)
    first = set(names_in(spec.get("tasks")))
    for path, task in placed:
        if path[1] == "tasks":
            for at, other in enumerate(task.get("runAfter") or ()):
                if other not in first:
                    what = f"it runs after {other!r}, which is no task of the pipeline"
                    place = (*path, "runAfter", at)
                    yield Fault(task["name"], what, UNKNOWN_ORDER, place)
        elif task.get("runAfter"):
            what = "it is in finally, where all run at once; it can run after none"
            yield Fault(task["name"], what, ORDER_AT_END, (*path, "runAfter"))
    yield from _circles(spec)


def _circles(spec: Fields) -> Iterator[Fault]:
    waits = {one["name"]: _waits(one) for one in spec.get("tasks") or ()}
    try:
        TopologicalSorter(waits).prepare()
    except CycleError as error:
        circle: list[str] = error.args[1]
        at = names_in(spec.get("tasks")).index(circle[0])
        what = f"it waits for itself, by way of {', '.join(circle[1:6])}"
        yield Fault(circle[0], what, CIRCLE, (PIPELINE, "tasks", at))


def _waits(task: Fields) -> list[str]:
    found = {str(one) for one in task.get("runAfter") or ()}
    for text in texts_in(task):
        if "$(tasks" in text:
            for ref in references_in(text):
                match ref.path:
                    case ("tasks", str(name), "results", *_):
                        found.add(name)
                    case _:
                        pass
    return sorted(found)
