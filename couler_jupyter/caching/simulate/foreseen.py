"""A run as an engine foresees it that knows a step only by the content of what it reads."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import replace

from couler_jupyter.caching.artifact import Artifact, Course


def foreseen(course: Course, made: Container[str]) -> Course:
    """Return what of a course is known when the run starts.

    Behind a step that was never made nothing has a key yet: policies are told neither of
    what comes there nor how often it will be read. What it may read is read once.

    Args:
        course: all of it.
        made: keys of what was ever made.
    """
    known: dict[str, Artifact] = {}
    for one in course.artifacts:
        if all(parent in known and parent in made for parent in one.parents):
            known[one.key] = one
    readers: dict[str, list[str]] = {}
    for one in course.artifacts:
        for parent in one.parents:
            readers.setdefault(parent, []).append(one.key)
    reads = {
        key: 1
        for key in known
        if key not in readers or any(reader not in known for reader in readers[key])
    }
    for key in course.executes & known.keys():
        for parent in known[key].parents:
            reads[parent] = reads.get(parent, 0) + 1
    read = {parent for one in known.values() for parent in one.parents}
    return replace(
        course,
        artifacts=tuple(known.values()),
        targets=frozenset(known.keys() - read),
        closure=frozenset(known),
        executes=course.executes & known.keys(),
        reads=reads,
    )
