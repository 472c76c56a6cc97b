"""Which gates a part needs, and what its steps are once those stand there.

A step of another part that is asked for something, how it ended or what it left, has a
gate of its own, which is called as it is. Of the others that are only waited for, all that
the same steps wait for in one part have one gate together.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from couler_jupyter.engines.argo.names import free_name, port_name, task_name
from couler_jupyter.engines.argo.parts.children import Gate
from couler_jupyter.engines.argo.parts.places import Places
from couler_jupyter.engines.argo.structure.crossing import Crossing
from couler_jupyter.engines.argo.structure.ports import is_wrapped
from couler_jupyter.engines.argo.structure.waiting import ended_names
from couler_jupyter.ir import (
    Argument,
    FromPerson,
    Json,
    Leaf,
    OutputParameter,
    OutputRef,
    Step,
    StepField,
    StepRef,
    Suspend,
    Value,
    ValueType,
    Workflow,
    leaves,
    output_of,
)
from couler_jupyter.ir.given import given_by_output
from couler_jupyter.ir.template import inputs_of


@dataclass(slots=True)
class _Need:
    """What a part asks of a step of another.

    Attributes:
        outputs: it uses, in the order of use.
        facts: likewise.
        alone: whether there must be a gate for it alone.
        waiting: the steps that only wait for it.
    """

    outputs: dict[str, None] = field(default_factory=dict[str, None])
    facts: dict[StepField, None] = field(default_factory=dict[StepField, None])
    alone: bool = False
    waiting: list[str] = field(default_factory=list[str])


class Gating:
    """The steps of one part, and what they need of others.

    Attributes:
        steps: the steps of the part, in whose place others may stand afterwards.
    """

    def __init__(
        self,
        workflow: Workflow,
        members: Collection[str],
        at: Mapping[str, int],
        places: Places,
    ) -> None:
        """Look at the steps of one part.

        Args:
            workflow: the whole.
            members: names of the steps of the part.
            at: the number of the part that each step is in.
            places: where artifacts lie.
        """
        self._workflow = workflow
        self._inside = frozenset(members)
        self._at = at
        self._places = places
        self._needs: dict[str, _Need] = {}
        self._beside: dict[tuple[str, str], Mapping[str, Json]] = {}
        self.steps = tuple(self._looked_at(workflow.by_name[name]) for name in members)

    def value(self, value: Value) -> None:
        """Note what a value needs that is no step's."""
        self._data(leaves(value))

    def gates(self) -> tuple[list[Gate], list[Step], Crossing]:
        """Return the gates, the steps that they are, and what is said of them.

        The steps of the part wait for these from now on.
        """
        taken = set(self._workflow.by_name)
        gates: list[Gate] = []
        steps: list[Step] = []
        makers: dict[str, Step] = {}
        facts: dict[tuple[str, StepField], str] = {}
        instead: dict[str, str] = {}
        for names in self._grouped():
            first = names[0]
            maker = self._workflow.by_name[first]
            if len(names) == 1:
                step, told = gate_step(
                    maker, self._needs[first].outputs, self._facts(first)
                )
                makers[first] = maker
                facts |= {(first, fact): name for fact, name in told}
                outputs = tuple(self._needs[first].outputs)
            else:
                called = free_name(f"{first}-and-{len(names) - 1}-more", taken)
                taken.add(called)
                step, told, outputs = Step(name=called, template=Suspend()), (), ()
                instead |= dict.fromkeys(names, called)
            steps.append(step)
            gates.append(
                Gate(
                    task=task_name(step.name),
                    steps=tuple(names),
                    part=self._at[first] + 1,
                    outputs=outputs,
                    facts=told,
                )
            )
        if instead:
            self.steps = tuple(_waiting(step, instead) for step in self.steps)
        names_of = frozenset(step.name for step in steps)
        return (
            gates,
            steps,
            Crossing(gates=names_of, makers=makers, facts=facts, beside=self._beside),
        )

    def _facts(self, name: str) -> tuple[StepField, ...]:
        return tuple(self._needs[name].facts)

    def _grouped(self) -> Iterator[list[str]]:
        """Yield the steps of other parts as gates stand for them."""
        groups: dict[tuple[object, ...], list[str]] = {}
        for name, need in self._needs.items():
            alone = need.alone or bool(need.outputs) or bool(need.facts)
            key = (name,) if alone else (self._at[name], *need.waiting)
            groups.setdefault(key, []).append(name)
        yield from groups.values()

    def _need(self, name: str) -> _Need:
        return self._needs.setdefault(name, _Need())

    def _looked_at(self, step: Step) -> Step:
        """Note what a step needs; return it with artifacts taken from where they lie."""
        step, lying = self._with_places(step)
        asked = self._data(step.references())
        trees = ended_names(step)
        for name in trees - self._inside:
            self._need(name).alone = True
        plain = [one for one in step.after if isinstance(one, str)]
        added = [name for name in lying if name not in {*plain, *asked, *trees}]
        if added:
            step = replace(step, after=(*step.after, *added))
        for name in dict.fromkeys((*plain, *added)):
            if name not in self._inside:
                self._need(name).waiting.append(step.name)
        return step

    def _data(self, used: Iterable[Leaf]) -> set[str]:
        """Note outputs and facts that are used; return whose they are."""
        found: set[str] = set()
        for leaf in used:
            match leaf:
                case OutputRef(step=step, name=name) if step not in self._inside:
                    if (
                        given_by_output(self._workflow.by_name[step], name)
                        == "artifact"
                    ):
                        self._places.refuse(leaf, "it is one of a choice there")
                    self._need(step).outputs[name] = None
                    found.add(step)
                case StepRef(step=step, field=fact) if step not in self._inside:
                    need = self._need(step)
                    need.alone = True
                    if fact is not StepField.PHASE:
                        need.facts[fact] = None
                    found.add(step)
                case _:
                    continue
        return found

    def _with_places(self, step: Step) -> tuple[Step, dict[str, None]]:
        lying: dict[str, None] = {}
        arguments: list[Argument] = []
        for one in step.arguments:
            ref = one.value
            if isinstance(ref, OutputRef) and self._is_far_artifact(ref):
                lying[ref.step] = None
                arguments.append(Argument(one.name, self._places.of(ref)))
                self._note_beside(step, one.name, ref)
            else:
                arguments.append(one)
        if not lying:
            return step, lying
        return replace(step, arguments=tuple(arguments)), lying

    def _note_beside(self, step: Step, name: str, ref: OutputRef) -> None:
        port = next(one for one in inputs_of(step.template) if one.name == name)
        if said := self._places.beside(ref, port):
            self._beside[step.name, port_name(name)] = said
            if is_wrapped(step):
                why = (
                    f"step {step.name!r} stands in a template of its own, which cannot "
                    "say how it is packed, or that it may be missing"
                )
                self._places.refuse(ref, why)

    def _is_far_artifact(self, ref: OutputRef) -> bool:
        if ref.step in self._inside:
            return False
        maker = self._workflow.by_name[ref.step]
        return given_by_output(maker, ref.name) == "artifact"


def gate_step(
    maker: Step, outputs: Iterable[str], facts: Iterable[StepField]
) -> tuple[Step, tuple[tuple[StepField, str], ...]]:
    """Return the step that stands for `maker`, and the parameters of facts of it."""
    ports = [_port(maker, name) for name in outputs]
    taken = {port_name(one.name) for one in ports}
    told = tuple((fact, free_name(f"couler-{fact.value}", taken)) for fact in facts)
    ports += [OutputParameter(name=name, source=FromPerson()) for _, name in told]
    return Step(name=maker.name, template=Suspend(outputs=tuple(ports))), told


def _port(maker: Step, name: str) -> OutputParameter:
    kind = given_by_output(maker, name)
    if not isinstance(kind, ValueType) or kind is ValueType.PYTHON:
        kind = ValueType.JSON
    default = getattr(output_of(maker, name), "default", None)
    return OutputParameter(
        name=name,
        source=FromPerson(),
        type=kind,
        default=default if maker.loop is None else None,
    )


def _waiting(step: Step, instead: Mapping[str, str]) -> Step:
    """Return a step that waits for gates in the place of the steps they stand for."""
    after = tuple(
        dict.fromkeys(
            instead.get(one, one) if isinstance(one, str) else one for one in step.after
        )
    )
    return step if after == step.after else replace(step, after=after)
