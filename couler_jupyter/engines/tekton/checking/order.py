"""Names of tasks, and what waits for what."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter

from couler_jupyter.engines.kube.fields import Fields
from couler_jupyter.engines.tekton.checking.fault import (
    Fault,
    names_in,
    tasks_of,
    texts_in,
)

_LABEL = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")
_RESULT = re.compile(r"\$\(tasks\.([^.()]+)\.results\.")


def order_faults(spec: Fields) -> Iterator[Fault]:
    """Yield what is wrong with names and order."""
    names = names_in(tasks_of(spec))
    for name, count in Counter(names).items():
        if not _LABEL.fullmatch(name):
            what = "its name must be 1 to 63 lower case letters, digits and -"
            yield Fault(name, what)
        if count > 1:
            yield Fault(name, f"{count} tasks have its name; each needs its own")
    first = names_in(spec.get("tasks"))
    for task in spec.get("tasks") or ():
        for other in task.get("runAfter") or ():
            if other not in first:
                what = f"it runs after {other!r}, which is no task of the pipeline"
                yield Fault(task["name"], what)
    for task in spec.get("finally") or ():
        if task.get("runAfter"):
            what = "it is in finally, where all run at once; it can run after none"
            yield Fault(task["name"], what)
    yield from _circles(spec)


def _circles(spec: Fields) -> Iterator[Fault]:
    waits = {one["name"]: _waits(one) for one in spec.get("tasks") or ()}
    try:
        TopologicalSorter(waits).prepare()
    except CycleError as error:
        circle: list[str] = error.args[1]
        yield Fault(
            circle[0], f"it waits for itself, by way of {', '.join(circle[1:6])}"
        )


def _waits(task: Fields) -> list[str]:
    read = (one for text in texts_in(task) for one in _RESULT.findall(text))
    return sorted({*(task.get("runAfter") or ()), *read})
