"""Repeated steps, written out: each turn is a DAG that holds the next one.

A pipeline has no loop of unknown length (kubeflow/pipelines #10748, #14092).
"""

from __future__ import annotations

from typing import cast

from couler_jupyter.engines.kubeflow.branching import add_branches
from couler_jupyter.engines.kubeflow.conditions import triggers
from couler_jupyter.engines.kubeflow.dag import (
    Dag,
    Known,
    constant,
    output_of,
)
from couler_jupyter.engines.kubeflow.names import (
    port_name,
    task_name,
)
from couler_jupyter.engines.kubeflow.tasks import Kinds, Place, add_core, add_program
from couler_jupyter.engines.kubeflow.values import Expression, made
from couler_jupyter.ir import (
    AtLimit,
    OutputRef,
    Repeat,
    Step,
    Suspend,
    TurnRef,
)


def add_repeated(
    dag: Dag, step: Step, place: Place, after: list[str]
) -> tuple[str, Kinds]:
    """Add a step, or the first of its turns, each of which holds the next one."""
    if step.repeat is None:
        return add_core(dag, step, place, after)
    key = task_name(step.name)
    first = Dag(book=dag.book, parent=dag, loops=dag.loops)
    kinds = _add_turn(first, step, step.repeat, place, 1)
    component = dag.book.component(key, first.spec())
    given = first.given
    return dag.add(key, component, given=given, after=after, inner=first), kinds


def _add_turn(dag: Dag, step: Step, repeat: Repeat, place: Place, turn: int) -> Kinds:
    """Fill a DAG with one turn of a repeated step and all that may come after it."""
    key = task_name(step.name)
    dag.known[TurnRef()] = Known(constant(str(turn)))
    task, kinds = add_core(dag, step, place, _pause(dag, repeat, place, key, turn))
    dag.body = task
    used = [name for name in kinds if OutputRef(step.name, name) in place.used]
    for name, kind in kinds.items():
        own = output_of(task, port_name(name), kind)
        dag.known[OutputRef(step.name, name)] = own
    if turn == repeat.limit:
        for name in used:
            dag.leave(port_name(name), dag.known[OutputRef(step.name, name)])
        if repeat.at_limit is AtLimit.FAIL:
            whole = Expression(dag)
            what = f"the condition still holds after turn {turn}"
            node = ["stop", whole.node(repeat.condition), what]
            whole.computed(node, near=key, image=place.image)
        return kinds
    again = Dag(book=dag.book, parent=dag, loops=dag.loops)
    done = Dag(book=dag.book, parent=dag, loops=dag.loops)
    conditions = triggers(
        dag, again, done, repeat.condition, near=key, image=place.image
    )
    _add_turn(again, step, repeat, place, turn + 1)
    for name in used:
        value = OutputRef(step.name, name)
        done.leave(port_name(name), made(done, value, near=key, image=place.image))
    dag.again = add_branches(dag, key, (again, done), conditions, "-again")
    return kinds


def _pause(dag: Dag, repeat: Repeat, place: Place, key: str, turn: int) -> list[str]:
    if turn == 1 or repeat.pause == "0":
        return []
    wait = Step(name=f"{key}-pause", template=Suspend(seconds=repeat.pause))
    task, _ = add_program(dag, wait, cast("Suspend", wait.template), place, [])
    return [task]
