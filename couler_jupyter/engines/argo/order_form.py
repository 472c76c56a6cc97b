"""The order of the tasks of a DAG in one form, however it is written.

`dependencies`, `depends` and `continueOn` of those waited for become one set of trees.
What a task waits for only because another does that it waits for as well is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias, cast

from couler_jupyter.engines.argo.condition_form import WELL, form_of
from couler_jupyter.engines.argo.reading.boolean import Unreadable
from couler_jupyter.engines.argo.reading.depends import read_depends
from couler_jupyter.ir import After, Ended, Json, Outcome

Object: TypeAlias = Mapping[str, Json]

_ORDER = frozenset({"depends", "dependencies"})


def ordered_tasks(tasks: Iterable[Object]) -> list[Object]:
    """Return tasks with what they wait for as trees, in `depends`."""
    tasks = list(tasks)
    goes_on = {str(task.get("name")): task.get("continueOn") for task in tasks}
    trees = {str(task.get("name")): _trees(task, goes_on) for task in tasks}
    plain = _plain_ancestors(trees)
    waited = {name for those in trees.values() for name in _names(those)}
    return [_task(task, trees, plain, waited) for task in tasks]


def waits_for_nothing(tasks: Iterable[Object]) -> bool:
    """Whether no task waits for another."""
    return not any(task.get("depends") or task.get("dependencies") for task in tasks)


def _task(
    task: Object,
    trees: Mapping[str, frozenset[Json]],
    plain: Mapping[str, int],
    waited: set[str],
) -> Object:
    name = str(task.get("name"))
    gone = _ORDER | ({"continueOn"} if name in waited else set())
    made = {key: one for key, one in task.items() if key not in gone}
    if needed := _needed(trees[name], trees, plain):
        made["depends"] = needed
    return made


def _needed(
    wanted: frozenset[Json],
    trees: Mapping[str, frozenset[Json]],
    plain: Mapping[str, int],
) -> frozenset[Json]:
    """Return trees without plain names that other plain names wait for anyway."""
    names = [one for one in map(_plain_name, wanted) if one in trees]
    bit = {name: 1 << index for index, name in enumerate(trees)}
    covered = 0
    for name in names:
        covered |= plain[name]
    return frozenset(
        tree
        for tree in wanted
        if not (name := _plain_name(tree)) or not covered & bit.get(name, 0)
    )


def _plain_ancestors(trees: Mapping[str, frozenset[Json]]) -> dict[str, int]:
    """Return for each task, as bits, what it waits for plainly, however far away."""
    bit = {name: 1 << index for index, name in enumerate(trees)}
    found: dict[str, int] = {}
    entered: set[str] = set()
    for start in trees:
        waiting = [start]
        while waiting:
            name = waiting[-1]
            near = [one for one in map(_plain_name, trees[name]) if one in trees]
            later = [one for one in near if one not in entered]
            entered.add(name)
            if later:
                waiting.append(later[0])
                continue
            waiting.pop()
            covered = 0
            for one in near:
                covered |= bit[one] | found.get(one, 0)
            found[name] = covered
    return found


def _plain_name(tree: Json) -> str:
    """Return the task that a tree wants to have ended well; empty for other trees."""
    if isinstance(tree, tuple) and len(tree) == 2 and tree[1] == WELL:
        return str(cast("tuple[str, Json]", tree)[0])
    return ""


def _trees(task: Object, goes_on: Mapping[str, Json]) -> frozenset[Json]:
    names = task.get("dependencies") or []
    trees = frozenset(_tree(_by_name(name, goes_on.get(name))) for name in names)
    text = task.get("depends")
    if not isinstance(text, str) or not text:
        return trees
    try:
        return trees.union(map(_tree, read_depends(text)))
    except Unreadable:
        return trees | {text}


def _by_name(name: str, continued: Json) -> After:
    if not isinstance(continued, dict):
        return name
    ways = [Outcome.SUCCEEDED, Outcome.SKIPPED]
    ways += [Outcome.FAILED] * bool(continued.get("failed"))
    ways += [Outcome.ERRORED] * bool(continued.get("error"))
    return Ended(name, tuple(ways))


def _tree(one: After) -> Json:
    return (one, WELL) if isinstance(one, str) else form_of(one)


def _names(trees: Iterable[Json]) -> Iterator[str]:
    for tree in trees:
        if isinstance(tree, tuple):
            head, rest = cast("tuple[str, Json]", tree)
            if head in {"and", "or"}:
                yield from _names(rest)
            elif head == "not":
                yield from _names((rest,))
            else:
                yield head
