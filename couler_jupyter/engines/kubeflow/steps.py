"""Steps as tasks: a sub-DAG around each condition, each map and each exit handler.

A task whose condition does not hold is skipped, and what waits for it would be left out.
So a conditional step is a DAG that always runs and holds one that may not.
"""

from __future__ import annotations

from typing import cast

from couler_jupyter.engines.kubeflow.branching import add_branches
from couler_jupyter.engines.kubeflow.conditions import triggers
from couler_jupyter.engines.kubeflow.dag import (
    Dag,
    Known,
    output_of,
    own_input,
)
from couler_jupyter.engines.kubeflow.evaluating import ABSENT
from couler_jupyter.engines.kubeflow.names import (
    item_name,
    port_name,
    task_name,
)
from couler_jupyter.engines.kubeflow.tasks import Kinds, Place
from couler_jupyter.engines.kubeflow.turns import add_repeated
from couler_jupyter.engines.kubeflow.values import Expression, items_of
from couler_jupyter.ir import (
    Condition,
    Constant,
    ItemRef,
    Json,
    OutputRef,
    Step,
    SubWorkflow,
    condition_values,
    leaves,
)


def add_step(dag: Dag, step: Step, place: Place) -> None:
    """Add the tasks of a step; those of what it uses are there."""
    after = [dag.placed[one] for one in step.order_dependencies]
    guarded = step.when is not None and not is_per_item(step)
    add = _add_conditional if guarded else _add_looped
    task, kinds = add(dag, step, place, after)
    dag.placed[step.name] = task
    for name, kind in kinds.items():
        each = step.loop is not None
        known = output_of(task, port_name(name), kind, each=each)
        dag.known[OutputRef(step.name, name)] = known


def is_per_item(step: Step) -> bool:
    """Whether the condition of a step is asked for each item of its map."""
    return step.when is not None and any(
        isinstance(leaf, ItemRef)
        for value in condition_values(step.when)
        for leaf in leaves(value)
    )


def _add_conditional(
    dag: Dag, step: Step, place: Place, after: list[str]
) -> tuple[str, Kinds]:
    key = task_name(step.name)
    outer = Dag(book=dag.book, parent=dag, loops=dag.loops)
    kinds = _add_guarded(outer, step, place)
    component = dag.book.component(key, outer.spec())
    given = outer.given
    return dag.add(key, component, given=given, after=after, inner=outer), kinds


def _add_guarded(outer: Dag, step: Step, place: Place) -> Kinds:
    """Add a DAG that runs only if the condition of a step holds, and one for if not.

    What others use of the step is left in either case.
    """
    key = task_name(step.name)
    inner = Dag(book=outer.book, parent=outer, loops=outer.loops)
    other = Dag(book=outer.book, parent=outer, loops=outer.loops)
    when = cast("Condition", step.when)
    conditions = triggers(outer, inner, other, when, near=key, image=place.image)
    add = add_repeated if is_per_item(step) else _add_looped
    task, kinds = add(inner, step, place, [])
    inner.body = task
    for name, kind in kinds.items():
        if OutputRef(step.name, name) in place.used:
            inner.leave(port_name(name), output_of(task, port_name(name), kind))
            other.leave(port_name(name), _absent(other, step, name, place))
    outer.body = add_branches(outer, key, (inner, other), conditions)
    return kinds


def _absent(dag: Dag, step: Step, name: str, place: Place) -> Known:
    """Return what a step that is skipped leaves: a default, or that there is nothing."""
    value: Json = ABSENT
    if not isinstance(step.template, SubWorkflow) and not is_per_item(step):
        for output in step.template.outputs:
            default = getattr(output, "default", None)
            if output.name == name and isinstance(default, Constant):
                value = default.value
    near, node = task_name(step.name), ["constant", value]
    return Expression(dag).computed(node, near=near, image=place.image)


def _add_looped(
    dag: Dag, step: Step, place: Place, after: list[str]
) -> tuple[str, Kinds]:
    if step.loop is None:
        return add_repeated(dag, step, place, after)
    key = task_name(step.name)
    body = Dag(book=dag.book, parent=dag, loops=dag.loops + 1)
    item = body.channels.take(item_name(dag.loops))
    body.inputs["parameters"][item] = {"parameterType": "STRING"}
    body.known[ItemRef()] = Known(own_input("parameters", item))
    items = items_of(dag, step.loop, near=key, image=place.image)
    if isinstance(items, Known):
        ((_, name),) = body.take(items).given.items()
        items = {"inputParameter": name}
    kinds = _add_body(body, step, place)
    component = dag.book.component(f"{key}-each", body.spec())
    bound = step.loop.parallelism
    task = dag.add(
        key,
        component,
        given=body.given,
        after=after,
        inner=body,
        parameterIterator={"items": items, "itemInput": item},
        iteratorPolicy={} if bound is None else {"parallelismLimit": bound},
    )
    return task, kinds


def _add_body(body: Dag, step: Step, place: Place) -> Kinds:
    """Add what is done for each item; what others use of it leaves the body."""
    if is_per_item(step):
        kinds = _add_guarded(body, step, place)
        for of_kind in body.outputs.values():
            for name, (definition, selector) in of_kind.items():
                of_kind[name] = {**definition, "parameterType": "LIST"}, selector
        return kinds
    task, kinds = add_repeated(body, step, place, [])
    body.body = task
    for name, kind in kinds.items():
        if OutputRef(step.name, name) in place.used:
            port = port_name(name)
            body.leave(port, output_of(task, port, kind, each=True))
    return kinds
