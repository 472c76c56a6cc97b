"""Components of Kubeflow's own: kept as they were written, given what the workflow says.

All values pass as texts here, so such a component takes and leaves texts and files.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import cast

from couler_jupyter.engines.kubeflow.book import Book, Object
from couler_jupyter.engines.kubeflow.names import port_name
from couler_jupyter.ir import (
    Constant,
    Foreign,
    OutputRef,
    Step,
    Workflow,
    inputs_of,
    leaves,
    output_names,
)

_TEXT = "STRING"
_BODY = frozenset({"component", "executor", "platform"})


def own_component(book: Book, wanted: str, template: Foreign) -> str:
    """Return the name of a component that is kept as it was written."""
    body = cast("Object", template.body.value)
    ports = {k: v for k, v in body["component"].items() if k != "executorLabel"}
    return book.own(wanted, ports, body["executor"], body.get("platform", {}))


def known_values(step: Step) -> Mapping[str, Object]:
    """Return what a component is given that is known already, of whatever kind."""
    return {
        one.name: {"runtimeValue": {"constant": one.value.value}}
        for one in step.arguments
        if isinstance(one.value, Constant)
    }


def foreign_faults(step: Step, used: frozenset[OutputRef]) -> Iterator[str]:
    """Yield why a component of Kubeflow's own cannot be part of a workflow.

    Args:
        step: what runs it.
        used: outputs of steps that something uses.
    """
    template = cast("Foreign", step.template)
    body = template.body.value
    if (
        not isinstance(body, dict)
        or not {"component", "executor"} <= set(body) <= _BODY
    ):
        yield "its body must hold a component and an executor"
        return
    inputs, outputs = (
        (body["component"].get(side) or {}).get("parameters") or {}
        for side in ("inputDefinitions", "outputDefinitions")
    )
    names = (*(one.name for one in inputs_of(template)), *output_names(template))
    for name in names:
        if port_name(name) != name:
            yield f"{name!r} is no name of a port"
    known = known_values(step)
    for argument in step.arguments:
        kind = inputs.get(argument.name, {}).get("parameterType", _TEXT)
        if kind != _TEXT and argument.name not in known:
            yield f"its input {argument.name!r} takes {kind}, and values pass as texts"
    for name, definition in outputs.items():
        kind = definition.get("parameterType")
        if kind != _TEXT and OutputRef(step.name, name) in used:
            yield f"its output {name!r} is {kind}, and values pass as texts"


def used_in(workflow: Workflow) -> frozenset[OutputRef]:
    """Return the outputs of steps that something in a workflow uses."""
    steps = (*workflow.steps, *(one.step for one in workflow.exit_handlers))
    found = {leaf for step in steps for leaf in step.references()}
    for output in workflow.outputs:
        found |= {one for one in leaves(output.value) if isinstance(one, OutputRef)}
    return frozenset(one for one in found if isinstance(one, OutputRef))
