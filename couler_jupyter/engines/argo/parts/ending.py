"""The child that runs the exit handlers, when all other children have ended.

What Argo tells exit handlers of one Workflow (its status, its failures, how long it took)
and what the steps left are parameters of this one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType

from couler_jupyter.engines.argo.names import port_name
from couler_jupyter.engines.argo.parts.children import AT_END, Asked, Child, What
from couler_jupyter.engines.argo.parts.gating import gate_step
from couler_jupyter.engines.argo.parts.outer import claims_used
from couler_jupyter.engines.argo.parts.pieces import (
    ALWAYS,
    Names,
    Piece,
    asked_of_run,
    part_of,
)
from couler_jupyter.engines.argo.parts.places import Places
from couler_jupyter.engines.argo.structure.crossing import Crossing
from couler_jupyter.engines.argo.structure.waiting import ended_names
from couler_jupyter.engines.argo.structure.writer import task_names
from couler_jupyter.ir import (
    Argument,
    ExitHandler,
    GlobalRef,
    Json,
    NewClaim,
    OutputRef,
    RunField,
    Step,
    StepRef,
    Volume,
    Workflow,
    leaves,
    leaves_in,
)
from couler_jupyter.ir.given import given_by_output
from couler_jupyter.ir.template import inputs_of

_AT_END: Mapping[RunField, What] = MappingProxyType(
    {
        **ALWAYS,
        RunField.KUBE_STATUS: What.STATUS,
        RunField.FAILURES: What.FAILURES,
        RunField.DURATION: What.DURATION,
    }
)
"""What exit handlers ask of the run."""


def ending(workflow: Workflow, places: Places) -> Piece | None:
    """Return the piece of the exit handlers of a workflow; None if it has none.

    Args:
        workflow: the whole, which has parts.
        places: where artifacts lie.
    """
    if not workflow.exit_handlers:
        return None
    names = Names.beside(workflow)
    told = names.told(_AT_END)
    handlers = tuple(
        _with_places(one, workflow, places) for one in workflow.exit_handlers
    )
    ends = {
        ref: names.take(f"{ref.step}-{ref.name}")
        for ref in _outputs(handlers, workflow)
    }
    known = {one: names.take(one) for one in _globals(handlers, workflow)}
    stubs = _stubs(handlers, workflow, ends)
    made = part_of(
        workflow,
        stubs,
        outputs=(),
        parameters=(*told.values(), *ends.values(), *known.values()),
        volumes=_volumes(workflow),
    )
    asked = (
        *asked_of_run(told, _AT_END),
        *(
            Asked(parameter=name, what=What.OUTPUT, step=ref.step, name=ref.name)
            for ref, name in ends.items()
        ),
        *(
            Asked(parameter=name, what=What.GLOBAL, name=one)
            for one, name in known.items()
        ),
    )
    assert workflow.parts is not None
    child = Child(
        part=AT_END,
        steps=tuple(one.step.name for one in handlers),
        waits_for=tuple(range(1, len(workflow.parts.members) + 1)),
        asked=asked,
    )
    return Piece(
        child=child,
        workflow=replace(made, exit_handlers=handlers, timeout=None),
        crossing=Crossing(
            run=places.run,
            gates=frozenset(one.name for one in stubs),
            makers={one.name: workflow.by_name[one.name] for one in stubs},
            told=told,
            ends=ends,
            beside=_beside(workflow, places),
            known=known,
        ),
        called=task_names(workflow.steps),
    )


def _with_places(
    handler: ExitHandler, workflow: Workflow, places: Places
) -> ExitHandler:
    step = handler.step
    arguments = tuple(
        Argument(one.name, places.of(one.value))
        if isinstance(one.value, OutputRef) and _is_artifact(one.value, workflow)
        else one
        for one in step.arguments
    )
    if arguments == step.arguments:
        return handler
    return replace(handler, step=replace(step, arguments=arguments))


def _beside(
    workflow: Workflow, places: Places
) -> dict[tuple[str, str], Mapping[str, Json]]:
    """Return what arguments of handlers say of artifacts beside where they lie."""
    found: dict[tuple[str, str], Mapping[str, Json]] = {}
    for handler in workflow.exit_handlers:
        ports = {one.name: one for one in inputs_of(handler.step.template)}
        for one in handler.step.arguments:
            if isinstance(one.value, OutputRef) and _is_artifact(one.value, workflow):
                said = places.beside(one.value, ports[one.name])
                found[handler.step.name, port_name(one.name)] = said
    return found


def _is_artifact(ref: OutputRef, workflow: Workflow) -> bool:
    maker = workflow.by_name.get(ref.step)
    return maker is not None and given_by_output(maker, ref.name) == "artifact"


def _outputs(handlers: tuple[ExitHandler, ...], workflow: Workflow) -> list[OutputRef]:
    """Return the outputs of steps that the handlers use, in the order of use."""
    used: dict[OutputRef, None] = {}
    for handler in handlers:
        for ref in handler.step.references():
            if isinstance(ref, OutputRef) and ref.step in workflow.by_name:
                used[ref] = None
    return list(used)


def _globals(handlers: tuple[ExitHandler, ...], workflow: Workflow) -> list[str]:
    """Return the global outputs that handlers read, those of sub-workflows in them too."""
    names = {handler.step.name for handler in handlers}
    found = {
        leaf.name: None
        for leaf, path in leaves_in(workflow)
        if isinstance(leaf, GlobalRef) and path.partition("/")[0] in names
    }
    return list(found)


def _stubs(
    handlers: tuple[ExitHandler, ...],
    workflow: Workflow,
    ends: Mapping[OutputRef, str],
) -> tuple[Step, ...]:
    """Return what stands for the steps that handlers name; one if they name none."""
    asked = dict.fromkeys(_named(handlers))
    names = [name for name in asked if name in workflow.by_name]
    return tuple(
        gate_step(
            workflow.by_name[name],
            (ref.name for ref in ends if ref.step == name),
            (),
        )[0]
        for name in names or [workflow.steps[0].name]
    )


def _named(handlers: tuple[ExitHandler, ...]) -> Iterator[str]:
    for handler in handlers:
        step = handler.step
        yield from (one for one in step.after if isinstance(one, str))
        yield from sorted(ended_names(step))
        for value in step.values():
            for leaf in leaves(value):
                if isinstance(leaf, OutputRef | StepRef):
                    yield leaf.step


def _volumes(workflow: Workflow) -> tuple[Volume, ...]:
    used = claims_used(workflow, (one.step for one in workflow.exit_handlers))
    return tuple(
        one
        for one in workflow.volumes
        if not isinstance(one.source, NewClaim) or one in used
    )
