"""tune: hyper-parameters that were chosen take the place of what a step is given.

Nothing is chosen here. What was, and from what it was foretold, is a fact; where there is
none, the step runs with what it is given, and that is said.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import ClassVar

from couler_jupyter.ir import (
    Argument,
    Constant,
    Setting,
    Step,
    SubWorkflow,
    Tune,
    Workflow,
)
from couler_jupyter.passes.base import Decision, Passed, Word
from couler_jupyter.passes.facts import Context, Tuned

_OPEN = "nothing is chosen yet, so it runs with what it is given; couler tune chooses"


@dataclass(frozen=True, slots=True, kw_only=True)
class FillIn:
    """Fill in the hyper-parameters that were chosen."""

    name: ClassVar[str] = "tune"

    def run(self, workflow: Workflow, context: Context) -> Passed:
        """Return the workflow with the settings that were chosen."""
        filling = _Filling(self.name, context)
        return Passed(filling.workflow(workflow, ""), tuple(filling.decisions))


class _Filling:
    def __init__(self, name: str, context: Context) -> None:
        self._name = name
        self._tuned = context.tuned
        self.decisions: list[Decision] = []

    def workflow(self, workflow: Workflow, front: str) -> Workflow:
        """Return a workflow with all in it filled in; the same if nothing is."""
        steps = tuple(self._step(one, front) for one in workflow.steps)
        before = workflow.exit_handlers
        ends = tuple(self._step(one.step, front) for one in before)
        was = (*workflow.steps, *(one.step for one in before))
        if all(one is now for one, now in zip(was, (*steps, *ends), strict=True)):
            return workflow
        handlers = tuple(
            replace(one, step=end) for one, end in zip(before, ends, strict=True)
        )
        return replace(workflow, steps=steps, exit_handlers=handlers)

    def _step(self, step: Step, front: str) -> Step:
        path = f"{front}{step.name}"
        if isinstance(step.template, SubWorkflow):
            was = step.template.workflow
            within = self.workflow(was, f"{path}/")
            if within is was:
                return step
            return replace(step, template=replace(step.template, workflow=within))
        if step.tune is None:
            return step
        chosen = self._tuned.get(path)
        if chosen is None:
            self._say(Word.NOTED, path, _OPEN)
            return step
        if not step.tune.space.contains(chosen.setting.as_dict()):
            what = f"{chosen.setting} was chosen, which is not in its space any more"
            self._say(Word.NOTED, path, f"{what}; it runs with what it is given")
            return step
        self._say(Word.TUNED, path, why(chosen, step.tune))
        return replace(
            step, arguments=_filled(step.arguments, chosen.setting), tune=None
        )

    def _say(self, word: Word, step: str, reason: str) -> None:
        self.decisions.append(
            Decision(pass_name=self._name, word=word, reason=reason, step=step)
        )


def _filled(arguments: Iterable[Argument], setting: Setting) -> tuple[Argument, ...]:
    """Return arguments with those of a setting; what it does not set stays."""
    chosen = {name: Constant.of(value) for name, value in setting.as_dict().items()}
    kept = tuple(
        Argument(one.name, chosen.pop(one.name)) if one.name in chosen else one
        for one in arguments
    )
    return (*kept, *(Argument(name, value) for name, value in chosen.items()))


def why(chosen: Tuned, tune: Tune) -> str:
    """Return in one line what was chosen, from what, and what the default would give."""
    metric = tune.goal.name
    said = f"{chosen.setting}, from {chosen.source}"
    if chosen.value is None:
        return said
    verb = "reached" if chosen.measured else "is foretold to reach"
    said += f": {verb} {metric} {chosen.value:.4g}"
    if chosen.low is not None and chosen.high is not None:
        band = f"{chosen.low:.4g} to {chosen.high:.4g}"
        fitted = "calibrated" if chosen.calibrated else "not calibrated"
        said += f" ({chosen.level:.0%} band {band}, {fitted})"
    if chosen.usual_value is not None:
        said += f"; the default ({chosen.usual}) {chosen.usual_value:.4g}"
    return said
