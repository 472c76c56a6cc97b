"""One thing that is wrong with objects of Tekton."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from couler_jupyter.engines.kube.fields import Fields


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, and with what.

    Attributes:
        task: which task it is about; empty for the pipeline itself or its run.
        what: what was wrong and what would be right.
    """

    task: str
    what: str


def tasks_of(spec: Fields) -> list[Fields]:
    """Return the tasks of a pipeline, those of `finally` last."""
    return [*(spec.get("tasks") or ()), *(spec.get("finally") or ())]


def names_in(found: Any) -> list[str]:  # noqa: ANN401 (what stands in a manifest)
    """Return the names of a list of objects."""
    return [str(one.get("name", "")) for one in found or ()]


def texts_in(found: Any) -> Iterator[str]:  # noqa: ANN401
    """Yield every text in a part of a manifest; keys are none."""
    if isinstance(found, str):
        yield found
    elif isinstance(found, dict):
        for part in found.values():
            yield from texts_in(part)
    elif isinstance(found, list):
        for part in found:
            yield from texts_in(part)
