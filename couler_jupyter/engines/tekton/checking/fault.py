"""One thing that is wrong with objects of Tekton, and what is asked of them all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from couler_jupyter.engines.finding import Rule
from couler_jupyter.engines.kube.fields import Fields
from couler_jupyter.engines.kube.places import Path

PIPELINE = "pipeline"
"""What the path of a fault in the spec of a pipeline begins with."""
RUN = "run"
"""What the path of a fault in the spec of a run begins with."""
TASK = "task"
"""What the path of a fault in the spec of a task by itself begins with."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, and with what.

    Attributes:
        task: which task it is about; empty for the pipeline itself or its run.
        what: what was wrong and what would be right.
        rule: what was looked for.
        path: where; its first part says in which object's spec.
    """

    task: str
    what: str
    rule: Rule
    path: Path


def tasks_of(spec: Fields) -> list[Fields]:
    """Return the tasks of a pipeline, those of `finally` last."""
    return [*(spec.get("tasks") or ()), *(spec.get("finally") or ())]


def placed_tasks(spec: Fields) -> Iterator[tuple[Path, Fields]]:
    """Yield the tasks of a pipeline with where they stand, those of `finally` last."""
    for key in ("tasks", "finally"):
        for at, task in enumerate(spec.get(key) or ()):
            yield (PIPELINE, key, at), task


def inner_spec(task: Fields) -> Fields | None:
    """Return the spec of a task that stands in its pipeline; None if it is elsewhere."""
    spec = task.get("taskSpec")
    if not isinstance(spec, dict) or "apiVersion" in spec or "kind" in spec:
        return None
    return spec


def names_in(found: Any) -> list[str]:  # noqa: ANN401 (what stands in a manifest)
    """Return the names of a list of objects."""
    return [str(one.get("name", "")) for one in found or ()]


def texts_in(found: Any) -> list[str]:  # noqa: ANN401
    """Return the texts in a part of a manifest that may refer to something."""
    return [text for _, text in texts_at(found, ())]


def texts_at(found: Any, path: Path) -> list[tuple[Path, str]]:  # noqa: ANN401
    """Return the texts in a part of a manifest that may refer to something, by place."""
    texts: list[tuple[Path, str]] = []
    _gather(found, path, texts)
    return texts


def _gather(found: Any, path: Path, texts: list[tuple[Path, str]]) -> None:  # noqa: ANN401
    if isinstance(found, str):
        if "$(" in found:
            texts.append((path, found))
        return
    inside: Any = ()
    if isinstance(found, dict):
        inside = found.items()
    elif isinstance(found, list):
        inside = enumerate(found)
    for key, part in inside:
        # most of what there is are plain texts: no path is made of them
        if not isinstance(part, str) or "$(" in part:
            _gather(part, (*path, key), texts)
