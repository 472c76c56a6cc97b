"""What a policy knows of an artifact, and of a run that will make or read some."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Artifact:
    """What one version of a step leaves behind, as far as caching needs to know it.

    Attributes:
        key: unique for this content: it changes with the step and with all before it.
        workflow: name of the workflow it belongs to.
        step: name of the step that makes it.
        own: what the step itself is, whatever it reads; it changes when the step is edited.
        parents: keys of the artifacts that the step reads.
        seconds: how long the step takes.
        size: bytes; before the artifact is born, what is expected, or 0.
    """

    key: str
    workflow: str
    step: str
    own: str
    parents: tuple[str, ...] = ()
    seconds: float
    size: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """What a run is about to do, as it is known when it starts.

    Attributes:
        workflow: its name.
        artifacts: all of the workflow as it is now, each after its parents.
        targets: keys of what the run is asked for.
        closure: keys of the targets and of all they are made of.
        executes: keys of what the run has to make.
        reads: how often the run will read each artifact.
    """

    workflow: str
    artifacts: tuple[Artifact, ...]
    targets: frozenset[str]
    closure: frozenset[str]
    executes: frozenset[str]
    reads: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rates:
    """How fast artifacts are read, in bytes a second.

    Attributes:
        kept: from the cache.
        loose: from where a run leaves what is not cached, while the run lasts.
    """

    kept: float = 500e6
    loose: float = 100e6


def course_of(
    workflow: str,
    artifacts: tuple[Artifact, ...],
    targets: frozenset[str],
    held: Mapping[str, object],
) -> Course:
    """Trace back from the targets what has to be made, given what is held.

    What is held is not made again, and what only that would have read is left alone.
    """
    by_key = {one.key: one for one in artifacts}
    executes: set[str] = set()
    reads = dict.fromkeys(targets, 1)
    waiting = [key for key in sorted(targets) if key not in held]
    while waiting:
        key = waiting.pop()
        if key in executes:
            continue
        executes.add(key)
        for parent in by_key[key].parents:
            reads[parent] = reads.get(parent, 0) + 1
            if parent not in held and parent not in executes:
                waiting.append(parent)
    return Course(
        workflow=workflow,
        artifacts=artifacts,
        targets=targets,
        closure=_closure(by_key, targets),
        executes=frozenset(executes),
        reads=reads,
    )


def _closure(by_key: Mapping[str, Artifact], targets: frozenset[str]) -> frozenset[str]:
    seen = set(targets)
    waiting = list(targets)
    while waiting:
        for parent in by_key[waiting.pop()].parents:
            if parent not in seen:
                seen.add(parent)
                waiting.append(parent)
    return frozenset(seen)
