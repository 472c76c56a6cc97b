"""resources: ask for the memory that earlier runs needed, where a step asks for none.

The request is the highest peak seen and a margin, the same for all steps that run the same
template, so that they still share it. What a step may use stays far more than that
(`most-mib`), since a limit that is too low kills what would have gone well. Nothing is
asked of an engine that would not honour it, nor from runs of a step that was written
otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import ClassVar, TypeAlias

from couler_jupyter.errors import UsageFailed
from couler_jupyter.ir import (
    Container,
    Feature,
    Function,
    Script,
    Step,
    SubWorkflow,
    Workflow,
)
from couler_jupyter.passes.base import Decision, Passed, Word
from couler_jupyter.passes.facts import Context, Estimate

_MIB = 2**20
_GRAIN = 16
"""MiB that a request is a multiple of."""

_Box: TypeAlias = Container | Script | Function
_Asks: TypeAlias = tuple[_Box, str]
"""The template of a step that asks for no memory, and the step's path."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resources:
    """Ask for memory.

    Attributes:
        margin: how much more than the peak is asked for, as a share of it.
        least_mib: MiB that are asked for at least.
        most_mib: MiB that are asked for at the most, and that may be used; a higher
            peak is left alone.
    """

    name: ClassVar[str] = "resources"
    margin: float = 0.5
    least_mib: int = 64
    most_mib: int = 65_536

    def __post_init__(self) -> None:
        """Reject options that make no sense."""
        if self.margin < 0:
            raise UsageFailed(
                f"pass resources: margin is {self.margin:g}; it must be 0 or more"
            )
        if not 1 <= self.least_mib <= self.most_mib:
            raise UsageFailed(
                f"pass resources: least-mib is {self.least_mib}; it must be 1 or more, "
                f"and {self.most_mib} (most-mib) or less"
            )

    def run(self, workflow: Workflow, context: Context) -> Passed:
        """Return the workflow with requests filled in."""
        engine = context.engine
        if engine is None or Feature.RESOURCES not in engine.features:
            return Passed(workflow)
        open_ = tuple(_asking_nothing(workflow, ""))
        sized: dict[int, _Box] = {}
        decisions: list[Decision] = []
        first = _first_equal(open_)
        peaks = _peaks(open_, context.past, first)
        for template, path in open_:
            if (equal := first[id(template)]) in peaks:
                peak, runs = peaks[equal]
                bigger, reason = self._size(template, peak, runs)
                word = Word.KEPT if bigger is None else Word.SIZED
                if bigger is not None:
                    sized[id(template)] = sized.setdefault(equal, bigger)
                decisions.append(self._say(word, path, reason))
            elif (past := context.past.get(path)) and past.changed:
                reason = f"nothing is known of it as it is written now: {past.changed}"
                decisions.append(self._say(Word.KEPT, path, reason))
        made = _sized(workflow, sized) if sized else workflow
        return Passed(made, tuple(decisions))

    def _size(self, template: _Box, peak: int, runs: int) -> tuple[_Box | None, str]:
        """Return a template of this peak with its requests, if it gets some; and why."""
        told = f"its peak was {_shown(peak)} in {runs} run{'s' * (runs != 1)}"
        if peak > self.most_mib * _MIB:
            return None, f"{told}, more than is asked for at the most"
        wanted = -(-peak * (1 + self.margin) // (_GRAIN * _MIB)) * _GRAIN
        asked = int(min(max(wanted, self.least_mib), self.most_mib)) * _MIB
        limit = self.most_mib * _MIB
        resources = replace(template.resources, memory=asked, memory_limit=limit)
        made = replace(template, resources=resources)
        return made, f"{told}, so it asks for {_shown(asked)} of memory"

    def _say(self, word: Word, step: str, reason: str) -> Decision:
        return Decision(pass_name=self.name, word=word, reason=reason, step=step)


def _asking_nothing(workflow: Workflow, front: str) -> Iterator[_Asks]:
    for step in _all_steps(workflow):
        path = f"{front}{step.name}"
        match step.template:
            case SubWorkflow(workflow=inner):
                yield from _asking_nothing(inner, f"{path}/")
            case Container() | Script() | Function() as template:
                asked = template.resources
                if asked.memory is None and asked.memory_limit is None:
                    yield template, path
            case _:
                pass


def _first_equal(open_: Iterable[_Asks]) -> dict[int, int]:
    """Return the id of the first equal template for that of each; hashing takes a while."""
    ids: dict[_Box, int] = {}
    found: dict[int, int] = {}
    for template, _ in open_:
        if id(template) not in found:
            found[id(template)] = ids.setdefault(template, id(template))
    return found


def _peaks(
    open_: Iterable[_Asks], past: Mapping[str, Estimate], first: Mapping[int, int]
) -> dict[int, tuple[int, int]]:
    """Return the highest peak of each template, and how many runs that is from."""
    found: dict[int, tuple[int, int]] = {}
    for template, path in open_:
        one = past.get(path)
        if one is not None and one.peak_memory and not one.changed:
            equal = first[id(template)]
            peak, runs = found.get(equal, (0, 0))
            found[equal] = max(peak, one.peak_memory), max(runs, one.runs)
    return found


def _sized(workflow: Workflow, sized: Mapping[int, _Box]) -> Workflow:
    steps = tuple(_sized_step(step, sized) for step in workflow.steps)
    ends = tuple(_sized_step(one.step, sized) for one in workflow.exit_handlers)
    before = (*workflow.steps, *(one.step for one in workflow.exit_handlers))
    if all(was is now for was, now in zip(before, (*steps, *ends), strict=True)):
        return workflow
    handlers = zip(workflow.exit_handlers, ends, strict=True)
    return replace(
        workflow,
        steps=steps,
        exit_handlers=tuple(replace(one, step=end) for one, end in handlers),
    )


def _sized_step(step: Step, sized: Mapping[int, _Box]) -> Step:
    match step.template:
        case SubWorkflow(workflow=inner) as template:
            within = _sized(inner, sized)
            if within is inner:
                return step
            return replace(step, template=replace(template, workflow=within))
        case Container() | Script() | Function() as template:
            made = sized.get(id(template))
            return step if made is None else replace(step, template=made)
        case _:
            return step


def _all_steps(workflow: Workflow) -> tuple[Step, ...]:
    return (*workflow.steps, *(one.step for one in workflow.exit_handlers))


def _shown(size: int) -> str:
    return f"{size / _MIB:,.0f} MiB"
