"""One workflow without the steps that are reused: the outermost, or one that is a step."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, cast

from couler_jupyter.ir import (
    Constant,
    ExitHandler,
    InputArtifact,
    Leaf,
    Outcome,
    OutputRef,
    ParameterRef,
    Step,
    StepRef,
    Storage,
    SubWorkflow,
    Suspend,
    Value,
    Workflow,
    WorkflowOutput,
)
from couler_jupyter.ir.given import outputs_of
from couler_jupyter.ir.step import After
from couler_jupyter.ir.template import Input
from couler_jupyter.passes.asked import Asked
from couler_jupyter.passes.base import Decision, Word
from couler_jupyter.passes.facts import Context, Stored
from couler_jupyter.passes.fates import LeftOut, ends_of, named_in
from couler_jupyter.passes.fitting import fitting
from couler_jupyter.passes.known_ends import settled
from couler_jupyter.passes.left_out import left_out, told_fact
from couler_jupyter.passes.offer import STORAGES, Offer
from couler_jupyter.passes.reading_back import (
    reading_back,
    reads_back,
)
from couler_jupyter.passes.stand_ins import put_in, step_with

NAME = "reuse"
NOTHING_LEFT = "reused"
"""Name of the step that stands where all others are reused: it waits for no time."""


@dataclass(slots=True)
class Level:
    """One workflow: the outermost, or one that is a step."""

    workflow: Workflow
    context: Context
    asked: Asked
    most_bytes: int
    prefix: str = ""
    offer: Offer = field(init=False)
    found: LeftOut = field(init=False)
    ends: Mapping[str, frozenset[Outcome]] = field(init=False)
    inner: dict[str, Level] = field(default_factory=dict)
    artifacts: dict[OutputRef, InputArtifact] = field(default_factory=dict)
    back: dict[str, dict[str, Storage]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        targets = () if self.prefix else self.context.targets
        stored = dict(self._candidates())
        self.offer = Offer(self.workflow, stored, self.most_bytes)
        self.found = left_out(self.workflow, stored, self.offer.barrier, targets)
        self.ends = ends_of(self.found, self.workflow)
        for step in self.workflow.steps:
            if step.name not in self.found.gone and self._goes_inside(step):
                assert isinstance(step.template, SubWorkflow)
                self.inner[step.name] = Level(
                    step.template.workflow,
                    self.context,
                    self.asked,
                    self.most_bytes,
                    f"{self.prefix}{step.name}/",
                )

    def rest(self) -> Workflow:
        """Return what is left to run."""
        gone = self.found.gone
        inner = {name: one.rest() for name, one in self.inner.items()}
        changed = {
            name
            for name, rest in inner.items()
            if rest is not self.inner[name].workflow
        }
        if not gone and not changed:
            return self.workflow
        left = {
            step.name: self._left(step, inner)
            for step in self.workflow.steps
            if step.name not in gone
        }
        outputs = tuple(
            replace(one, value=put_in(one.value, self._stand_in))
            for one in self.workflow.outputs
        )
        handlers = tuple(
            replace(one, step=self._left(one.step, inner))
            for one in self.workflow.exit_handlers
            if one.step.name not in gone
        )
        for name, places in self.back.items():
            left[name] = reading_back(self.workflow[name], places)
        steps = tuple(left[name] for name in self.workflow.by_name if name in left)
        return self._workflow_of(steps or (self._nothing(handlers),), outputs, handlers)

    def decisions(self) -> Iterator[Decision]:
        """Yield what was decided, in the order of the steps."""
        handlers = (one.step for one in self.workflow.exit_handlers)
        for step in (*self.workflow.steps, *handlers):
            path = f"{self.prefix}{step.name}"
            found, decided = self.found, partial(Decision, pass_name=NAME, step=path)
            if step.name in found.reused:
                stored = found.reused[step.name]
                why = "the same was run before, with the same inputs"
                yield decided(word=Word.REUSED, reason=why, to=stored.run)
            elif step.name in found.never:
                yield decided(word=Word.REMOVED, reason=found.never[step.name])
            elif step.name in found.unneeded:
                why = "only what is reused needs it"
                yield decided(word=Word.REMOVED, reason=why)
            elif step.name in found.kept:
                yield decided(word=Word.KEPT, reason=found.kept[step.name])
            if step.name in self.inner:
                yield from self.inner[step.name].decisions()

    def _candidates(self) -> Iterator[tuple[str, Stored]]:
        for step in self.workflow.steps:
            stored = self.context.stored.get(f"{self.prefix}{step.name}")
            if stored is None or step.daemon or reads_back(step):
                continue
            if self.asked.names(step.name):
                continue
            names = {one.global_name for one in outputs_of(step) if one.global_name}
            if names.isdisjoint(self.asked.globals):
                yield step.name, stored

    def _goes_inside(self, step: Step) -> bool:
        if not isinstance(step.template, SubWorkflow) or step.loop or step.repeat:
            return False
        start = f"{self.prefix}{step.name}/"
        return any(path.startswith(start) for path in self.context.stored)

    def _left(self, step: Step, inner: Mapping[str, Workflow]) -> Step:
        """Return a step that runs, with what stands in for those that do not."""
        if step.name in inner:
            step = replace(step, template=SubWorkflow(workflow=inner[step.name]))
        if self.found.gone.isdisjoint(step.dependencies):
            return step
        made = step_with(step, self._stand_in, partial(self._given, step))
        return replace(made, after=self._after(made, step))

    def _after(self, step: Step, original: Step) -> tuple[After, ...]:
        """Return what a step comes after, and what reused ones stood behind."""
        left = dict.fromkeys(self._open(step.after))
        behind = [name for name in original.dependencies if name in self.found.reused]
        seen = set(behind)
        while behind:
            before = self.workflow[behind.pop()]
            for one in self._open(before.after):
                if named_in(one).isdisjoint((step.name, *step.dependencies)):
                    left[one] = None
            more = {one for one in before.dependencies if one in self.found.reused}
            behind += sorted(more - seen)
            seen |= more
        return tuple(left)

    def _open(self, after: tuple[After, ...]) -> Iterator[After]:
        """Yield what is not settled yet of what must hold before a step runs."""
        for one in after:
            if isinstance(one, str):
                if one not in self.found.gone:
                    yield one
            elif not isinstance(rest := settled(one, self.ends), bool):
                yield rest

    def _stand_in(self, leaf: Leaf) -> Value | None:
        match leaf:
            case OutputRef(step=name) if name in self.found.reused:
                value = self.found.reused[name].outputs[leaf.name]
                if not isinstance(value, STORAGES):
                    return Constant.of(value)
                place = cast("Storage", value)
                if self.offer.is_artifact(leaf):
                    return ParameterRef(self._input_for(leaf, place).name)
                self.back.setdefault(name, {})[leaf.name] = place
                return leaf
            case StepRef(step=name, field=fact) if name in self.found.reused:
                return told_fact(fact)
            case OutputRef(step=name) | StepRef(step=name) if name in self.found.gone:
                return None
            case _:
                return leaf

    def _given(self, step: Step, ref: OutputRef, port: str) -> Value | Storage | None:
        if ref.step not in self.found.reused:
            return None
        value: Any = self.found.reused[ref.step].outputs[ref.name]
        if isinstance(value, STORAGES):
            is_artifact = self.offer.is_artifact(ref)
            return cast("Storage", value) if is_artifact else None
        return fitting(step, port, Constant.of(value))

    def _input_for(self, ref: OutputRef, place: Storage) -> InputArtifact:
        """Return the input of the workflow that an artifact is read by."""
        if ref not in self.artifacts:
            ports: tuple[Input, ...] = (
                *self.workflow.parameters,
                *self.workflow.artifacts,
            )
            taken = {one.name for one in ports}
            taken |= {made.name for made in self.artifacts.values()}
            name = _fresh(f"reused-{ref.step}-{ref.name}", taken)
            self.artifacts[ref] = InputArtifact(name=name, default=place)
        return self.artifacts[ref]

    def _workflow_of(
        self,
        steps: tuple[Step, ...],
        outputs: tuple[WorkflowOutput, ...],
        handlers: tuple[ExitHandler, ...],
    ) -> Workflow:
        parts = self.workflow.parts
        if parts is not None:
            parts = parts.of({step.name for step in steps})
        return replace(
            self.workflow,
            steps=steps,
            outputs=outputs,
            exit_handlers=handlers,
            artifacts=(*self.workflow.artifacts, *self.artifacts.values()),
            parts=parts,
        )

    def _nothing(self, handlers: tuple[ExitHandler, ...]) -> Step:
        taken = {one.step.name for one in handlers} | self.workflow.by_name.keys()
        return Step(name=_fresh(NOTHING_LEFT, taken), template=Suspend(seconds="0"))


def _fresh(name: str, taken: Collection[str]) -> str:
    number, fresh = 1, name
    while fresh in taken:
        number += 1
        fresh = f"{name}-{number}"
    return fresh
