"""Exit handlers: what runs when all else has ended, and for which ends."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from couler_jupyter.engines.argo.condition_form import ends_of
from couler_jupyter.engines.argo.importing.dag import Dag
from couler_jupyter.engines.kube.reading.fields import NoWord, Object
from couler_jupyter.ir import (
    AllOf,
    Condition,
    Constant,
    ExitHandler,
    Extra,
    Outcome,
    Raw,
    Step,
)
from couler_jupyter.ir.template import inputs_of

if TYPE_CHECKING:
    from couler_jupyter.engines.argo.importing.table import Table

_ENDS = frozenset({"succeeded", "failed", "errored"})
_PLAIN = frozenset({"name", "dag", "steps"})


def read_handlers(
    name: str, table: Table
) -> tuple[tuple[ExitHandler, ...], tuple[Extra, ...]]:
    """Return the exit handlers that a template is, and the forms that keep it so.

    Raises:
        NoWord: there is no such template.
    """
    node = table.nodes.get(name, {})
    if name not in table.marks.kept and is_set(node):
        dag = Dag(name, table.marks.readable(name, node), table, table.parameters)
        dag.at_end = True
        try:
            handlers = tuple(map(_handler, dag.steps()))
        except NoWord:
            table.marks.kept.add(name)
        else:
            layout = "steps" if "steps" in node else "dag"
            return handlers, (_form(name, layout),)
    imported = table.named(name, at_end=True)
    if any(getattr(one, "default", 0) is None for one in inputs_of(imported.template)):
        raise NoWord("an exit handler is given what the run is given")
    part = imported.part
    step = Step(
        name=f"{name}-on-exit",
        template=imported.template,
        retry=part.retry,
        timeout=part.timeout,
        cache=part.cache,
        daemon=part.daemon,
        extras=imported.extras,
    )
    return (ExitHandler(step=step),), (_form(name, "template"),)


def is_set(node: Object) -> bool:
    """Whether a template is a set of tasks of which none waits for another."""
    if not node or not node.keys() <= _PLAIN:
        return False
    steps = node.get("steps")
    if isinstance(steps, list):
        return len(steps) == 1 and isinstance(steps[0], list)
    dag = node.get("dag")
    if not isinstance(dag, dict) or not dag.keys() <= {"tasks", "failFast"}:
        return False
    return all(
        isinstance(task, dict)
        and not task.get("depends")
        and not task.get("dependencies")
        for task in dag.get("tasks") or ()
    )


def _handler(step: Step) -> ExitHandler:
    """Return the handler that a step is; what it asks of the run's end is taken out."""
    if isinstance(step.when, Raw) or step.after:
        raise NoWord("it runs under a condition of another kind")
    on: frozenset[str] = _ENDS
    rest: list[Condition] = []
    for term in _terms(step.when):
        ends = ends_of(term)
        if ends is None:
            rest.append(term)
        else:
            on &= ends
    if not on:
        raise NoWord("it never runs")
    when = None if not rest else rest[0] if len(rest) == 1 else AllOf(tuple(rest))
    ends_in_order = tuple(one for one in Outcome if one.value in on)
    return ExitHandler(
        step=replace(step, when=when),
        on=() if on == _ENDS else ends_in_order,
    )


def _terms(condition: Condition | None) -> Iterator[Condition]:
    if isinstance(condition, AllOf):
        for term in condition.terms:
            yield from _terms(term)
    elif condition is not None:
        yield condition


def _form(name: str, layout: str) -> Extra:
    value = Constant.of({"template": name, "layout": layout})
    return Extra(engine="argo", path="onExit", value=value, ignorable=True)
