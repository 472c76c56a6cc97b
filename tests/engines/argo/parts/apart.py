"""Runs the children of a workflow one after another, on this machine.

Each is read back from its manifest. Its gates end as what they stand for did in the
children before, and supply what that left; so no controller is needed to see whether the
parts of a workflow together mean what the whole does.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from couler_jupyter.engines.argo.engine import Argo
from couler_jupyter.engines.argo.importing import import_manifest
from couler_jupyter.engines.argo.live.parts.ends import End
from couler_jupyter.engines.argo.live.parts.verdict import Verdict
from couler_jupyter.engines.argo.names import port_name, task_name
from couler_jupyter.engines.argo.parts.annotations import child_of
from couler_jupyter.engines.argo.parts.children import AT_END, Child, Gate, What
from couler_jupyter.engines.argo.parts.compiling import BuiltChild
from couler_jupyter.engines.argo.parts.pieces import Piece
from couler_jupyter.engines.argo.parts.places import with_places
from couler_jupyter.engines.argo.structure.crossing import kept_at
from couler_jupyter.engines.argo.structure.ports import is_wrapped
from couler_jupyter.engines.local import Local
from couler_jupyter.errors import PassFailed
from couler_jupyter.ir import (
    Compare,
    Constant,
    FromFile,
    FromStdout,
    Function,
    Json,
    Operator,
    OutputArtifact,
    OutputParameter,
    Phase,
    Script,
    Step,
    Suspend,
    Workflow,
    as_text,
    output_of,
)
from couler_jupyter.passes import Context
from couler_jupyter.passes.split import Split
from couler_jupyter.testing.case import Expected
from couler_jupyter.testing.outcome import Outcome, outcome_of

_NOTHING: Mapping[str, Json] = MappingProxyType({})
_PHASES = {
    Phase.SUCCEEDED: "Succeeded",
    Phase.CACHED: "Succeeded",
    Phase.SKIPPED: "Skipped",
    Phase.OMITTED: "Omitted",
    Phase.FAILED: "Failed",
    Phase.ERRORED: "Error",
}
_BROKEN = Step(name="couler-broken", template=Script(source="exit 1"))


def cut(workflow: Workflow, most: int) -> Workflow | None:
    """Return a workflow in parts of at most so many steps; None if it stays whole."""
    try:
        made = Split(max_steps=most).run(workflow, Context()).workflow
    except PassFailed:
        return None
    return made if made.parts is not None else None


def finest(workflow: Workflow) -> Workflow | None:
    """Return a workflow in the smallest parts that it can be cut into."""
    for most in range(1, workflow.size + 1):
        made = cut(workflow, most)
        if made is not None:
            return made
    return None


@dataclass(slots=True)
class Apart:
    """A run of a workflow in parts.

    Attributes:
        local: where children run.
        workflow: the whole, in parts.
        arguments: of the run.
        typed: what a person types in.
        steps: phases by path, of what has run.
        outputs: what it left.
    """

    local: Local
    workflow: Workflow
    arguments: Mapping[str, Json] = field(default_factory=lambda: _NOTHING)
    typed: Mapping[str, Mapping[str, Json]] = field(default_factory=lambda: _NOTHING)
    name: str = "run"
    _halted: bool = False
    steps: dict[str, Phase] = field(default_factory=dict[str, Phase])
    outputs: dict[str, Mapping[str, object]] = field(
        default_factory=dict[str, Mapping[str, object]]
    )

    def run(self) -> Outcome:
        """Run all children and return what they came to together."""
        whole: dict[str, object] = {}
        engine = Argo()
        made = engine.children(engine.lower(self.workflow))
        for one in made.children:
            assert child_of(one.built.document).steps == one.piece.child.steps
            child = one.piece.child
            flow, names = self._flow(one)
            if self._halted and child.part != AT_END:
                self.steps |= dict.fromkeys(child.steps, Phase.OMITTED)
                continue
            outcome = self._run(flow, child, names)
            called = {names(one): one for one in child.steps}
            for path, phase in outcome.steps.items():
                head, *rest = _parts(path)
                if head in called:
                    self.steps["".join((called[head], *rest))] = phase
            for path, outputs in outcome.outputs.items():
                head, *rest = _parts(path)
                if head in called:
                    self.outputs["".join((called[head], *rest))] = self._named(
                        called[head], outputs, rest
                    )
            if child.part != AT_END:
                whole |= self._whole(outcome.outputs.get("", {}))
                self._halted = self._halted or self._halts()
        self.steps[""] = self._phase()
        return Outcome(steps=self.steps, outputs={**self.outputs, "": whole})

    def _flow(self, one: BuiltChild) -> tuple[Workflow, Callable[[str], str]]:
        """Return what a child runs, and what steps are called there.

        It is read back from its manifest, if other engines have words for all of that.
        """
        if one.piece.child.part == AT_END or not _has_functions(one.piece.workflow):
            (flow,) = import_manifest(one.built.text, one.called)
            if not self.local.problems(self.local.lower(flow)):
                return flow, task_name
        assert one.piece.child.part != AT_END, "exit handlers are read back"
        return _kept(one.piece), str

    def _run(
        self, flow: Workflow, child: Child, names: Callable[[str], str]
    ) -> Outcome:
        gates = {gate.task: gate for gate in child.gates}
        typed = dict(self.typed)
        steps: list[Step] = []
        for step in flow.steps:
            gate = gates.get(task_name(step.name))
            if gate is None:
                steps.append(step)
                continue
            phase = self._gate_phase(gate)
            if phase is Phase.SUCCEEDED:
                typed[step.name] = self._supplied(gate, typed=names is str)
            steps += _ended(step, phase)
        if any(_BROKEN.name in step.after for step in steps):
            steps.append(_BROKEN)
        arguments = {**self.arguments, **dict(self._told(child))}
        known = {one.name for one in flow.parameters}
        known |= {one.name for one in flow.artifacts}
        return outcome_of(
            self.local,
            replace(flow, steps=tuple(steps)),
            arguments={k: v for k, v in arguments.items() if k in known},
            typed=typed,
        )

    def _gate_phase(self, gate: Gate) -> Phase:
        phases = [self.steps[one] for one in gate.steps]
        if len(phases) == 1:
            return Phase.SUCCEEDED if phases[0] is Phase.CACHED else phases[0]
        well = {Phase.SUCCEEDED, Phase.CACHED, Phase.SKIPPED}
        return Phase.SUCCEEDED if well.issuperset(phases) else Phase.OMITTED

    def _supplied(self, gate: Gate, *, typed: bool) -> dict[str, Json]:
        """Return what a gate is given: of a map what Argo passes on, if not `typed`."""
        maker = self.workflow.by_name[gate.steps[0]]
        made: Mapping[str, Json] = self.outputs.get(maker.name, {})
        if maker.loop is None or typed:
            return {port_name(name): made.get(name) for name in gate.outputs}
        return {port_name(name): self._text(maker.name, name) for name in gate.outputs}

    def _text(self, step: str, name: str) -> str:
        """Return what Argo would pass on: of a map the list of the texts of its items."""
        maker = self.workflow.by_name[step]
        value = self.outputs.get(step, {}).get(name)
        if maker.loop is None or is_wrapped(maker):
            return as_text(value)
        items = value if isinstance(value, list) else []
        if all(isinstance(one, list | dict) for one in items):
            return json.dumps(items)
        return json.dumps([as_text(one) for one in items])

    def _told(self, child: Child) -> Iterator[tuple[str, Json]]:
        for one in child.asked:
            match one.what:
                case What.STATUS:
                    yield one.parameter, _PHASES[self._phase()]
                case What.FAILURES:
                    yield one.parameter, json.dumps(list(self._failures()))
                case What.OUTPUT:
                    yield one.parameter, self._text(one.step, one.name)
                case What.DURATION:
                    yield one.parameter, "1.5"
                case _:
                    yield one.parameter, self.name

    def _failures(self) -> Iterator[Json]:
        for path, phase in self.steps.items():
            if phase in (Phase.FAILED, Phase.ERRORED):
                yield {"displayName": task_name(path), "phase": _PHASES[phase]}

    def _phase(self) -> Phase:
        ends = {
            name: End(phase=_PHASES[self.steps[name]])
            for name in self.workflow.by_name
            if name in self.steps
        }
        phase, _ = Verdict(self.workflow).of(ends)
        return next(one for one, word in _PHASES.items() if word == phase)

    def _halts(self) -> bool:
        return self.workflow.fail_fast and any(
            Verdict(self.workflow).halts(name, End(phase=_PHASES[phase]))
            for name, phase in self.steps.items()
            if name in self.workflow.by_name
        )

    def _named(
        self, step: str, outputs: Mapping[str, object], inner: list[str]
    ) -> Mapping[str, object]:
        """Return outputs under the names that the workflow has for them."""
        maker = self.workflow.by_name.get(step)
        if maker is None or any("/" in one for one in inner):
            return outputs
        names = {port_name(name): name for name in _names(maker)}
        printed = [name for name in _names(maker) if _is_printed(maker, name)]
        if printed:
            names.setdefault("result", printed[0])
        return {names.get(name, name): value for name, value in outputs.items()}

    def _whole(self, outputs: Mapping[str, object]) -> Mapping[str, object]:
        names = {port_name(one.name): one.name for one in self.workflow.outputs}
        return {names.get(name, name): value for name, value in outputs.items()}


def as_expected(outcome: Outcome, expected: Expected) -> Expected:
    """Return what a run was to come to, as far as children say it."""
    return replace(expected, steps={k: v for k, v in expected.steps.items() if k})


def _has_functions(workflow: Workflow) -> bool:
    return any(isinstance(step.template, Function) for step in workflow.steps)


def _kept(piece: Piece) -> Workflow:
    """Return what a piece runs, which leaves artifacts where others look for them."""
    run = piece.crossing.run
    steps = tuple(
        with_places(
            step,
            {
                name: kept_at(run, f"{task_name(step.name)}/{port_name(name)}")
                for name in piece.crossing.kept.get(step.name, ())
                if isinstance(output_of(step, name), OutputArtifact)
            },
        )
        for step in piece.workflow.steps
    )
    return replace(piece.workflow, steps=steps)


def _parts(path: str) -> list[str]:
    for at, letter in enumerate(path):
        if letter in "/[#":
            return [path[:at], path[at:]]
    return [path]


def _ended(step: Step, phase: Phase) -> list[Step]:
    """Return steps that end as a gate does."""
    if phase is Phase.SUCCEEDED:
        return [step]
    if phase is Phase.SKIPPED:
        never = Compare(Constant("1"), Operator.EQUAL, Constant("2"))
        return [replace(step, when=never)]
    assert isinstance(step.template, Suspend)
    outputs = tuple(
        OutputParameter(name=one.name, source=FromFile("nowhere"), default=one.default)
        for one in step.template.outputs
        if isinstance(one, OutputParameter)
    )
    if phase is Phase.OMITTED:
        waits = (*step.after, _BROKEN.name)
        return [
            replace(step, template=Script(source="true", outputs=outputs), after=waits)
        ]
    return [replace(step, template=Script(source="exit 1", outputs=outputs))]


def _names(maker: Step) -> list[str]:
    template = maker.template
    outputs = getattr(template, "outputs", None)
    if outputs is None:
        outputs = template.workflow.outputs  # type: ignore[union-attr]
    return [one.name for one in outputs]


def _is_printed(maker: Step, name: str) -> bool:
    output = output_of(maker, name)
    return isinstance(output, OutputParameter) and isinstance(output.source, FromStdout)
