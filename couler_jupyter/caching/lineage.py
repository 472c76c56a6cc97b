"""Who is made of whom, over all versions that still matter."""

from __future__ import annotations

from collections.abc import Collection, Container, Iterator, Mapping, Sequence

from couler_jupyter.caching.artifact import Artifact, Course

MOST = 48
"""Artifacts that one walk looks at; beyond that, more would change little."""
NEAR = 24
"""Artifacts on either side that are looked at when one comes or goes, nearest first."""
WORKFLOWS = 256
"""Workflows that are remembered; the one that ran longest ago is forgotten first."""


class Lineage:
    """The artifacts of the current versions of all workflows, of what is held, and before them.

    Attributes:
        nodes: artifacts by key.
        current: for each workflow, the key of each of its steps as it is now.
    """

    def __init__(self) -> None:
        self.nodes: dict[str, Artifact] = {}
        self.current: dict[str, dict[str, str]] = {}
        self._where: dict[str, tuple[str, ...]] = {}
        self._made_of: dict[str, tuple[float, tuple[str, ...]]] = {}
        self._children: dict[str, dict[str, None]] = {}
        self._kept_until = 1024

    def update(self, course: Course, held: Container[str]) -> None:
        """Make the artifacts of a run the current ones of their workflow."""
        for one in course.artifacts:
            self.learn(one)
        now = {one.step: one.key for one in course.artifacts}
        self._place(course.workflow, now)
        self.current[course.workflow] = now
        if len(self.current) > WORKFLOWS:
            self._place(next(iter(self.current)), {})
        if len(self.nodes) > self._kept_until:
            self._forget(held)

    def learn(self, artifact: Artifact) -> None:
        """Take an artifact, or what is now known better of one."""
        if artifact.key not in self.nodes:
            for parent in artifact.parents:
                self._children.setdefault(parent, {})[artifact.key] = None
        self.nodes[artifact.key] = artifact
        self._made_of[artifact.key] = artifact.seconds, artifact.parents

    def children(self, key: str) -> Iterator[Artifact]:
        """Yield the artifacts that are made with this one."""
        return (self.nodes[one] for one in self._children.get(key, ()))

    def readers(self, key: str) -> Collection[str]:
        """Return the keys of the artifacts that are made with this one."""
        return self._children.get(key, ())

    def parents(self, key: str) -> Iterator[Artifact]:
        """Yield the artifacts that this one is made with."""
        nodes = self.nodes
        return (nodes[one] for one in nodes[key].parents if one in nodes)

    def where(self, key: str) -> Collection[str]:
        """Return the workflows that an artifact belongs to as they are now."""
        return self._where.get(key, ())

    def is_current(self, artifact: Artifact) -> bool:
        """Whether it belongs to any workflow as it is now."""
        return artifact.key in self._where

    def rebuild_seconds(self, key: str, held: Container[str]) -> float:
        """Return what making an artifact takes: its step and all before it not held."""
        made_of = self._made_of
        total, first = made_of[key]
        seen = {key}
        waiting = list(first)
        for one in waiting:
            if one in seen or one in held or one not in made_of:
                continue
            seen.add(one)
            seconds, parents = made_of[one]
            total += seconds
            waiting += parents
            if len(seen) >= MOST:
                break
        return total

    def behind(self, keys: Sequence[str], held: Container[str]) -> list[str]:
        """Return what is made with artifacts, up to and with what is held."""
        return _walk(keys, held, self._children)

    def before(self, keys: Sequence[str], held: Container[str]) -> list[str]:
        """Return what artifacts are made with, up to and with what is held."""
        made_of = self._made_of
        seen: dict[str, None] = {}
        waiting = list(keys)
        for one in waiting:
            for parent in made_of[one][1] if one in made_of else ():
                if parent not in seen:
                    seen[parent] = None
                    if parent not in held:
                        waiting.append(parent)
            if len(seen) >= NEAR:
                break
        return list(seen)

    def _place(self, workflow: str, now: Mapping[str, str]) -> None:
        """Note what belongs to a workflow now, and what does so no longer."""
        before, after = {*self.current.pop(workflow, {}).values()}, {*now.values()}
        where, alone = self._where, (workflow,)
        for key in before - after:
            if left := tuple(one for one in where[key] if one != workflow):
                where[key] = left
            else:
                del where[key]
        for key in after - before:
            where[key] = (*where[key], workflow) if key in where else alone

    def _forget(self, held: Container[str]) -> None:
        """Let go of versions that nothing current or held is made of."""
        wanted = {key for steps in self.current.values() for key in steps.values()}
        wanted |= {key for key in self.nodes if key in held}
        waiting = list(wanted)
        while waiting:
            node = self.nodes.get(waiting.pop())
            for parent in node.parents if node else ():
                if parent not in wanted:
                    wanted.add(parent)
                    waiting.append(parent)
        self.nodes = {key: one for key, one in self.nodes.items() if key in wanted}
        self._made_of = {key: self._made_of[key] for key in self.nodes}
        self._children = {
            key: {child: None for child in children if child in wanted}
            for key, children in self._children.items()
            if key in wanted
        }
        self._kept_until = max(1024, 2 * len(self.nodes))


def _walk(
    keys: Sequence[str], held: Container[str], onward: Mapping[str, Mapping[str, None]]
) -> list[str]:
    """Return what is reached, the nearest first."""
    seen: dict[str, None] = {}
    waiting = list(keys)
    for one in waiting:
        for child in onward.get(one, ()):
            if child not in seen:
                seen[child] = None
                if child not in held:
                    waiting.append(child)
        if len(seen) >= NEAR:
            break
    return list(seen)
