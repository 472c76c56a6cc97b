"""Merging extras into what was emitted: additions first, then spellings, all or some."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias, cast

from couler_jupyter.engines.kube.path import Path
from couler_jupyter.engines.kube.placing import Clash, add, remove, replace
from couler_jupyter.ir import Extra, Json

Report: TypeAlias = Callable[[Extra, str], None]
"""Told of each extra that cannot be used as it is, and why."""
Object: TypeAlias = dict[str, Json]


@dataclass(frozen=True, slots=True)
class Word:
    """An extra with its path from the object that it goes into.

    Attributes:
        extra: the extra.
        path: where it goes.
        gone: whether it takes away what was emitted.
    """

    extra: Extra
    path: Path
    gone: bool

    def put(self, root: Json) -> Json:
        """Return `root` with this in it.

        Raises:
            Clash: it cannot be had there.
        """
        if self.gone:
            return remove(root, self.path)
        inserts = isinstance(self.path[-1], int)
        change = replace if self.extra.ignorable and not inserts else add
        return change(root, self.path, self.extra.value.value)


Placed: TypeAlias = tuple[str, Word]
"""A word and the name of the task that it goes into; empty for the whole object."""


@dataclass(frozen=True, slots=True)
class Merger:
    """Words for one emitted object, and for the tasks or steps in it.

    Attributes:
        words: for the object itself.
        of_tasks: for its tasks, by their names.
        report: told of what cannot be used.
    """

    words: Sequence[Word]
    of_tasks: Mapping[str, Sequence[Word]]
    report: Report

    def merge(self, emitted: Object) -> Object:
        """Return the object with all the words that can be used; it stays as it is."""
        every: list[Placed] = [("", word) for word in self.words]
        for name, words in self.of_tasks.items():
            every += [(name, word) for word in words]
        plain = [one for one in every if not one[1].extra.ignorable]
        spellings = [one for one in every if one[1].extra.ignorable]
        root = _put(emitted, plain, self.report)
        return _spelled(root, spellings) if spellings else root


def _spelled(root: Object, spellings: Sequence[Placed]) -> Object:
    """Return `root` in other words: all of them, or those that mean the same."""
    from couler_jupyter.engines.argo.sameness import same_meaning

    failed: list[Extra] = []
    whole = _put(root, spellings, lambda extra, _: failed.append(extra))
    if not failed and same_meaning(root, whole):
        return whole
    if len(spellings) < 2:
        return root
    half = len(spellings) // 2
    return _spelled(_spelled(root, spellings[:half]), spellings[half:])


def _put(root: Object, placed: Iterable[Placed], report: Report) -> Object:
    by_task: dict[str, list[Word]] = {}
    for name, word in placed:
        by_task.setdefault(name, []).append(word)
    own = by_task.pop("", [])
    if by_task:
        root = _with_tasks(root, by_task, report)
    return _with_words(root, own, report)


def _with_words(root: Object, words: Iterable[Word], report: Report) -> Object:
    made: Json = root
    for word in words:
        try:
            made = word.put(made)
        except Clash as clash:
            report(word.extra, str(clash))
    return cast("Object", made)


def _with_tasks(
    root: Object, by_task: Mapping[str, Sequence[Word]], report: Report
) -> Object:
    """Return a dag or steps template with words put into its tasks."""

    def changed(task: Object) -> Object:
        return _with_words(task, by_task.get(task["name"], ()), report)

    if (dag := root.get("dag")) is not None:
        tasks = [changed(task) for task in dag.get("tasks", ())]
        return {**root, "dag": {**dag, "tasks": tasks}}
    if (steps := root.get("steps")) is not None:
        groups = [[changed(step) for step in group] for group in steps]
        return {**root, "steps": groups}
    return root
