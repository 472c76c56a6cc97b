"""What comes before the next turn of a template that runs itself, and what instead."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from couler_jupyter.engines.argo.condition_form import form_of
from couler_jupyter.engines.argo.importing.turn_names import Anything
from couler_jupyter.engines.argo.importing.waiting import waits_of
from couler_jupyter.engines.argo.reading.when import read_when
from couler_jupyter.engines.kube.reading.fields import (
    NoWord,
    Object,
    list_at,
    object_at,
    objects_at,
    text_at,
)
from couler_jupyter.ir import (
    AllOf,
    Compare,
    Condition,
    Constant,
    Ended,
    Operator,
    Outcome,
    negate,
)


def terms_of(condition: Condition) -> Iterator[Condition]:
    """Yield the conditions that must all hold for `condition` to hold."""
    if isinstance(condition, AllOf):
        for term in condition.terms:
            yield from terms_of(term)
    else:
        yield condition


def groups_of(node: Object) -> list[list[Object]]:
    """Return the tasks of a DAG as one group, or the groups of steps."""
    if "dag" in node:
        return [list(objects_at(object_at(node, "dag"), "tasks"))]
    return [
        [one for one in group if isinstance(one, dict)]
        for group in list_at(node, "steps")
    ]


def tasks_before(
    node: Object,
    again: Object,
    others: Mapping[str, Object],
    groups: list[list[Object]],
) -> set[str]:
    """Return the tasks that have ended well, or were skipped, when it runs itself."""
    if "steps" in node:
        if again not in groups[-1]:
            raise NoWord("something comes after the next turn")
        return {text_at(one, "name") for group in groups[:-1] for one in group}
    waits = {name: _waits(one, others) for name, one in others.items()}
    if any(text_at(again, "name") in names for names in waits.values()):
        raise NoWord("something comes after the next turn")
    found: set[str] = set()
    new = {*_waits(again, others)}
    while new:
        found |= new
        new = {name for one in new for name in waits.get(one, ())} - found
    return found


def _waits(task: Object, tasks: Mapping[str, Object]) -> Iterator[str]:
    for one in waits_of(task, tasks, ()):
        if isinstance(one, str):
            yield one
        elif isinstance(one, Ended) and Outcome.FAILED not in one.how:
            yield one.step
        else:
            raise NoWord("it goes on after something that failed")


def excludes(task: Object, again: Object) -> bool:
    """Whether a task runs only where the next turn does not."""
    lookup = Anything()
    own = read_when(text_at(task, "when"), lookup)
    other = read_when(text_at(again, "when"), lookup)
    if own is None or other is None:
        return False
    return any(
        _contradict(one, another)
        for one in terms_of(own)
        for another in terms_of(other)
    )


def _contradict(one: Condition, other: Condition) -> bool:
    if form_of(one) == form_of(negate(other)):
        return True
    match one, other:
        case (
            Compare(left=left, operator=Operator.EQUAL, right=Constant() as right),
            Compare(left=again, operator=Operator.EQUAL, right=Constant() as another),
        ):
            return left == again and right != another
        case _:
            return False
