"""A workflow in parts as workflows of their own, in which gates stand for the others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from couler_jupyter.engines.argo.names import free_name, port_name
from couler_jupyter.engines.argo.parts.children import Asked, Child, What
from couler_jupyter.engines.argo.parts.gating import Gating
from couler_jupyter.engines.argo.parts.outer import claims_used, kept_extras
from couler_jupyter.engines.argo.parts.places import Places, with_places
from couler_jupyter.engines.argo.structure.carrying import carried_in
from couler_jupyter.engines.argo.structure.crossing import Crossing
from couler_jupyter.engines.argo.templates import holds_python
from couler_jupyter.errors import Problem
from couler_jupyter.ir import (
    Function,
    InputParameter,
    NewClaim,
    OutputRef,
    ParameterRef,
    RunField,
    Step,
    StepRef,
    Value,
    ValueType,
    Volume,
    Workflow,
    WorkflowOutput,
    leaves,
    leaves_in,
)
from couler_jupyter.ir.given import given_by_output

ALWAYS: Mapping[RunField, What] = MappingProxyType(
    {
        RunField.RUN: What.RUN,
        RunField.ID: What.ID,
        RunField.STARTED: What.STARTED,
    }
)
"""What every child may ask of the run, which it would not know by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One child before it is compiled.

    Attributes:
        child: what it is, without its digest.
        workflow: what it runs; the steps that are no gates are those of the part.
        crossing: what comes from other parts and goes to them.
        called: tasks of the steps that exit handlers ask about; None but for these.
    """

    child: Child
    workflow: Workflow
    crossing: Crossing
    called: Mapping[str, str] | None = None


@dataclass(slots=True)
class Names:
    """The parameters that children get beside those of the workflow."""

    _taken: set[str] = field(default_factory=set[str])

    @classmethod
    def beside(cls, workflow: Workflow) -> Names:
        """Return names that the parameters of a workflow leave free."""
        return cls({port_name(one.name) for one in workflow.parameters})

    def take(self, wanted: str) -> str:
        """Return a name that no other parameter has."""
        name = free_name(port_name(wanted), self._taken)
        self._taken.add(name)
        return name

    def told(self, facts: Mapping[RunField, What]) -> dict[RunField, str]:
        """Return the parameters that hold facts of the run."""
        return {one: self.take(f"couler-{what.value}") for one, what in facts.items()}


@dataclass(slots=True)
class Pieces:
    """The pieces of a workflow; what some need of others is known once all are made.

    Attributes:
        workflow: the whole.
        places: where artifacts lie.
        told: the parameters that hold facts of the run.
        found: the pieces so far.
        claimed: the volumes claimed anew that are used at all, once somebody asked.
    """

    workflow: Workflow
    places: Places
    told: Mapping[RunField, str]
    found: list[Piece] = field(default_factory=list["Piece"])
    claimed: set[Volume] | None = None

    @classmethod
    def of(cls, workflow: Workflow) -> Pieces:
        """Return the pieces of a workflow that has parts, but for exit handlers.

        There is none if something cannot go from part to part.
        """
        told = Names.beside(workflow).told(ALWAYS)
        places = Places(workflow, told[RunField.RUN])
        made = cls(workflow, places, told)
        parts = workflow.parts
        assert parts is not None
        at = parts.numbers()
        outputs = _outputs_by_part(workflow, at)
        gatings = [Gating(workflow, names, at, places) for names in parts.members]
        for number, gating in enumerate(gatings):
            for output in outputs.get(number, ()):
                gating.value(output.value)
        check_end(workflow, places)
        for number, gating in enumerate(() if places.problems else gatings):
            left = tuple(outputs.get(number, ()))
            made.found.append(made._piece(number, gating, left))
        return made

    @property
    def problems(self) -> list[Problem]:
        """What cannot go from part to part."""
        return self.places.problems

    def closed(self) -> list[Piece]:
        """Return the pieces once all that takes something from them was looked at."""
        plain: dict[str, set[str]] = {}
        for ref in outputs_at_end(self.workflow):
            plain.setdefault(ref.step, set()).add(ref.name)
        closed: list[Piece] = []
        for piece in reversed(self.found):  # what is asked of others comes first
            own = {one: frozenset(plain.get(one, ())) for one in piece.child.steps}
            crossing = replace(piece.crossing, plain=own)
            carried = carried_in(piece.workflow, crossing=crossing)
            for name in crossing.makers:
                plain.setdefault(name, set()).update(carried.plain.get(name, ()))
            taken = {ref for ports in carried.into.values() for ref in ports.values()}
            pickled = frozenset(one for one in crossing.pickled if one in taken)
            for ref in pickled:
                self.places.kept.setdefault(ref.step, set()).add(ref.name)
            crossing = replace(crossing, pickled=pickled)
            closed.append(replace(piece, crossing=crossing))
        return [self._with_kept(one) for one in reversed(closed)]

    def _piece(
        self,
        number: int,
        gating: Gating,
        outputs: tuple[WorkflowOutput, ...],
    ) -> Piece:
        workflow = self.workflow
        gates, steps, crossing = gating.gates()
        made = part_of(
            workflow,
            (*steps, *gating.steps),
            outputs=outputs,
            parameters=self.told.values(),
            volumes=self._volumes(gating.steps, first=number == 0),
        )
        child = Child(
            part=number + 1,
            steps=tuple(one.name for one in gating.steps),
            gates=tuple(gates),
            waits_for=tuple(sorted({one.part for one in gates})),
            asked=asked_of_run(self.told, ALWAYS),
        )
        crossing = replace(
            crossing,
            run=self.places.run,
            told=self.told,
            pickled=frozenset(_python_values(crossing.makers)),
        )
        return Piece(child=child, workflow=made, crossing=crossing)

    def _volumes(self, steps: Iterable[Step], *, first: bool) -> tuple[Volume, ...]:
        """Return the volumes of a part: one claimed anew is claimed where it is used.

        What nobody uses is claimed by the first part.
        """
        volumes = self.workflow.volumes
        if not any(isinstance(one.source, NewClaim) for one in volumes):
            return volumes
        if self.claimed is None:
            self.claimed = claims_used(self.workflow, self.workflow.steps)
        here, anywhere = claims_used(self.workflow, steps), self.claimed
        return tuple(
            one
            for one in volumes
            if not isinstance(one.source, NewClaim)
            or one in here
            or (first and one not in anywhere)
        )

    def _with_kept(self, piece: Piece) -> Piece:
        kept = {
            name: frozenset(self.places.kept[name])
            for name in piece.child.steps
            if name in self.places.kept
        }
        inside = {
            name: self.places.inside[name]
            for name in piece.child.steps
            if name in self.places.inside
        }
        workflow = piece.workflow
        if inside:
            steps = tuple(
                with_places(one, inside.get(one.name, {})) for one in workflow.steps
            )
            workflow = replace(workflow, steps=steps)
        crossing = replace(piece.crossing, kept=kept)
        return replace(piece, workflow=workflow, crossing=crossing)


def check_end(workflow: Workflow, places: Places) -> None:
    """Note artifacts that exit handlers take otherwise than from one step."""
    for handler in workflow.exit_handlers:
        plain = {id(one.value) for one in handler.step.arguments}
        for ref in handler.step.references():
            maker = workflow.by_name.get(ref.step)
            if maker is None or not isinstance(ref, OutputRef) or id(ref) in plain:
                continue
            if given_by_output(maker, ref.name) == "artifact":
                places.refuse(ref, "it is one of a choice there")


def part_of(
    workflow: Workflow,
    steps: tuple[Step, ...],
    *,
    outputs: tuple[WorkflowOutput, ...],
    parameters: Iterable[str],
    volumes: tuple[Volume, ...],
) -> Workflow:
    """Return a workflow of some steps, with what the whole says for all of them.

    Args:
        workflow: the whole.
        steps: those of the part, with gates.
        outputs: of the whole that are left here.
        parameters: that are given beside those of the whole.
        volumes: of the whole that are mounted here.
    """
    more = (InputParameter(name=one, type=ValueType.STRING) for one in parameters)
    bare = replace(
        workflow,
        steps=steps,
        parameters=(*workflow.parameters, *more),
        outputs=outputs,
        exit_handlers=(),
        volumes=volumes,
        extras=tuple(kept_extras(workflow.extras)),
        parts=None,
    )
    if not workflow.artifacts:
        return bare
    used = {
        leaf.name
        for leaf, path in leaves_in(bare)
        if isinstance(leaf, ParameterRef) and "/" not in path
    }
    return replace(
        bare, artifacts=tuple(one for one in bare.artifacts if one.name in used)
    )


def asked_of_run(
    told: Mapping[RunField, str], facts: Mapping[RunField, What]
) -> tuple[Asked, ...]:
    """Return the parameters of a child that hold facts of the run."""
    return tuple(
        Asked(parameter=told[one], what=what)
        for one, what in facts.items()
        if one in told
    )


def _outputs_by_part(
    workflow: Workflow, at: Mapping[str, int]
) -> dict[int, list[WorkflowOutput]]:
    """Return the outputs of a workflow by the last part that they need."""
    found: dict[int, list[WorkflowOutput]] = {}
    for output in workflow.outputs:
        needs = (at[leaf.step] for leaf in _refs_in(output.value))
        found.setdefault(max(needs, default=0), []).append(output)
    return found


def _refs_in(value: Value) -> Iterator[OutputRef | StepRef]:
    for leaf in leaves(value):
        if isinstance(leaf, OutputRef | StepRef):
            yield leaf


def _python_values(makers: Mapping[str, Step]) -> Iterator[OutputRef]:
    """Yield the outputs of other parts that may be what only Python can hold."""
    for name, maker in makers.items():
        template = maker.template
        if not isinstance(template, Function) or maker.loop or maker.repeat:
            continue
        for output in template.outputs:
            if holds_python(output):
                yield OutputRef(name, output.name)


def outputs_at_end(workflow: Workflow) -> Iterator[OutputRef]:
    """Yield the outputs of steps that exit handlers use."""
    for handler in workflow.exit_handlers:
        for value in handler.step.values():
            for leaf in leaves(value):
                if isinstance(leaf, OutputRef) and leaf.step in workflow.by_name:
                    yield leaf
