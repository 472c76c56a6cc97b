"""How values arrive at the inputs of a function, and which leave as files.

Texts pass as results. What is no plain data, or too long for one, passes as a file on the
run's volume, if a function gives it straight to a function.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from couler_jupyter.engines.tekton.functions import holds_python, takes_any
from couler_jupyter.engines.tekton.scope import Scope
from couler_jupyter.ir import (
    Constant,
    Format,
    Function,
    InputParameter,
    OutputParameter,
    OutputRef,
    ParameterRef,
    RunRef,
    Step,
    Storage,
    Value,
    ValueType,
    Workflow,
    inputs_of,
    leaves,
    output_of,
)


def text_inputs(step: Step, scope: Scope) -> frozenset[str]:
    """Return inputs of a function that arrive as text, though their type is any."""
    if not isinstance(step.template, Function):
        return frozenset()
    ports = {one.name for one in step.template.inputs if takes_any(one)}
    return frozenset(
        one.name
        for one in step.arguments
        if one.name in ports and _is_text(one.value, scope)
    )


def json_inputs(step: Step) -> frozenset[str]:
    """Return inputs of a function that are read as whatever JSON says."""
    if not isinstance(step.template, Function):
        return frozenset()
    return frozenset(one.name for one in step.template.inputs if takes_any(one))


def _is_text(value: Value | Storage, scope: Scope) -> bool:
    match value:
        case Format():
            return any(not isinstance(leaf, Constant) for leaf in leaves(value))
        case OutputRef() | ParameterRef() | RunRef():
            return scope.type_of(value) is ValueType.STRING
        case _:
            return False


@dataclass(frozen=True, slots=True)
class Pickled:
    """Which outputs may leave as files, and which inputs may arrive as such.

    Attributes:
        outputs: those of each step, by its name.
    """

    outputs: Mapping[str, frozenset[str]]

    def inputs(self, step: Step, scope: Scope) -> dict[str, str]:
        """Return where values of a step's inputs may lie on the run's volume."""
        return {
            name: f"{scope.artifact(ref)}.value"
            for name, ref in _straight(step)
            if ref.name in self.outputs.get(ref.step, frozenset())
        }


def pickled_in(workflow: Workflow) -> Pickled:
    """Return which values of a workflow may pass as files.

    Those are outputs of functions that functions are given, and nothing else reads.
    """
    given: set[OutputRef] = set()
    read: set[OutputRef] = set()
    for step in (*workflow.steps, *(one.step for one in workflow.exit_handlers)):
        straight = dict(_straight(step))
        given.update(straight.values())
        others = tuple(one for one in step.arguments if one.name not in straight)
        for value in replace(step, arguments=others).values():
            read.update(leaf for leaf in leaves(value) if isinstance(leaf, OutputRef))
    found: dict[str, set[str]] = {}
    for ref in given - read:
        if _leaves_python(workflow, ref):
            found.setdefault(ref.step, set()).add(ref.name)
    return Pickled({name: frozenset(some) for name, some in found.items()})


def _straight(step: Step) -> Iterator[tuple[str, OutputRef]]:
    """Yield the outputs that inputs of a function are given as they are."""
    if not isinstance(step.template, Function):
        return
    ports = {
        one.name
        for one in inputs_of(step.template)
        if isinstance(one, InputParameter) and holds_python(one)
    }
    for one in step.arguments:
        if one.name in ports and isinstance(one.value, OutputRef):
            yield one.name, one.value


def _leaves_python(workflow: Workflow, ref: OutputRef) -> bool:
    maker = workflow.by_name[ref.step]
    found = output_of(maker, ref.name)
    return (
        isinstance(maker.template, Function)
        and maker.loop is None
        and isinstance(found, OutputParameter)
        and holds_python(found)
    )
