"""The short runs as a workflow: the step once for each setting, and what it needs.

It is a workflow like any other, so it runs wherever the step itself does. A step that prints
its log is never reused: what is reused prints nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import ceil
from typing import TypeAlias

from couler_jupyter.errors import UsageFailed
from couler_jupyter.ir import (
    Argument,
    Cache,
    Constant,
    InputParameter,
    Setting,
    Step,
    SubWorkflow,
    Workflow,
    inputs_of,
)
from couler_jupyter.passes import Context
from couler_jupyter.passes.prune import Prune
from couler_jupyter.tuning.logs import RealSource
from couler_jupyter.tuning.verifying.choosing import Candidate

SHARE = 0.25
"""How much of a full run a short one is (design: a quarter ranks .55, a tenth .33)."""
_Set: TypeAlias = tuple[tuple[str, int], ...]
_LEAST = 4
"""Units below which no curve is fitted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One short run: the path of the step that does it."""

    candidate: Candidate
    step: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """Short runs of one step.

    Attributes:
        workflow: what is run.
        trials: which of its steps tries what.
        units: how many each trains; None where nobody can tell.
        full: how many a full run trains; None where nobody can tell.
        log: the output that holds the training log; empty where it is printed.
    """

    workflow: Workflow
    trials: tuple[Trial, ...]
    units: int | None
    full: int | None
    log: str = ""

    @property
    def source(self) -> RealSource:
        """Whether these are short or full runs."""
        short = None not in (self.units, self.full) and self.units != self.full
        return RealSource.SHORT_RUN if short else RealSource.FULL_RUN

    @property
    def cost(self) -> float:
        """What all of it takes, in full runs."""
        if self.units is None or self.full is None:
            return float(len(self.trials))
        return len(self.trials) * self.units / self.full


def verification(
    workflow: Workflow,
    path: str,
    wanted: Sequence[Candidate],
    *,
    units: int | None = None,
) -> Verification:
    """Return the workflow that tries some settings of a step.

    Of a step inside a sub-workflow that sub-workflow runs once, with all trials in it.

    Args:
        workflow: that the step stands in; what it waits for runs, too.
        path: of the step, as `train`, or `learn/train` in sub-workflow `learn`.
        wanted: what is tried.
        units: how many units each trains; None for a quarter of a full run.

    Raises:
        UsageFailed: the step cannot be tried so.
    """
    step = _tried(workflow, path)
    tune = step.tune
    if tune is None:
        raise UsageFailed(f"step {path!r} is not to be tuned; see couler.tune")
    full = tune.model.max_units
    units = _units(tune.budget, units, full, path)
    budget = () if not tune.budget or units is None else ((tune.budget, units),)
    made, trials = _trying(workflow, "", path, wanted, budget)
    return Verification(
        workflow=replace(made, name=f"{workflow.name}-verify", schedule=None),
        trials=trials,
        units=units,
        full=full,
        log=tune.log,
    )


def _trying(
    workflow: Workflow, front: str, path: str, wanted: Sequence[Candidate], budget: _Set
) -> tuple[Workflow, tuple[Trial, ...]]:
    """Return a workflow with trials in the place of a step, and those, by path."""
    name, _, rest = path.partition("/")
    step = workflow[name]
    needed = Prune().run(workflow, Context(targets=(name,))).workflow
    others = tuple(one for one in needed.steps if one.name != name)
    if rest and isinstance(step.template, SubWorkflow):
        within = step.template.workflow
        inner, trials = _trying(within, f"{front}{name}/", rest, wanted, budget)
        template = replace(step.template, workflow=inner)
        copies: tuple[Step, ...] = (replace(step, template=template),)
    else:
        taken = {one.name for one in needed.steps}
        named = [
            (one, _free(f"{name}-{number}", taken))
            for number, one in enumerate(wanted, 1)
        ]
        copies = tuple(_copy(step, free, one, budget) for one, free in named)
        trials = tuple(
            Trial(candidate=one, step=f"{front}{free}") for one, free in named
        )
    made = replace(
        needed,
        steps=(*others, *copies),
        outputs=(),
        exit_handlers=(),
        fail_fast=False,
        parts=None,
    )
    return made, trials


def _copy(step: Step, name: str, one: Candidate, budget: _Set) -> Step:
    """Return a step that tries a setting."""
    prints = step.tune is None or not step.tune.log
    return replace(
        step,
        name=name,
        tune=None,
        cache=Cache(enabled=False) if prints else step.cache,
        arguments=_given(step, one.setting, budget),
    )


def _tried(workflow: Workflow, path: str) -> Step:
    """Return the step at a path.

    Raises:
        UsageFailed: there is none, or it, or a sub-workflow around it, runs more than once.
    """
    within: Workflow | None = workflow
    step: Step | None = None
    for name in path.split("/"):
        step = None if within is None else within.by_name.get(name)
        if step is None:
            raise UsageFailed(f"workflow {workflow.name!r} has no step {path!r}")
        if step.loop is not None or step.repeat is not None:
            raise UsageFailed(
                f"step {name!r} is mapped or repeated; tune one that runs once"
            )
        template = step.template
        within = template.workflow if isinstance(template, SubWorkflow) else None
    assert step is not None
    return step


def _units(budget: str, units: int | None, full: int | None, name: str) -> int | None:
    """Return how many units are trained; all that there are without a budget.

    Raises:
        UsageFailed: that many make no sense.
    """
    if units is not None and not budget:
        raise UsageFailed(
            f"step {name!r} cannot be cut short; name the input that says how many units "
            "it trains: couler.tune(..., budget='epochs')"
        )
    if units is not None and units < 1:
        raise UsageFailed(f"{units} units are no training; 1 at the least")
    if not budget or (units is None and full is None):
        return full
    wanted = max(ceil((full or 0) * SHARE), _LEAST) if units is None else units
    return wanted if full is None else min(wanted, full)


def _given(step: Step, setting: Setting, budget: _Set) -> tuple[Argument, ...]:
    """Return the arguments of a trial; what an input may be decides how it is given."""
    ports = {
        one.name: one
        for one in inputs_of(step.template)
        if isinstance(one, InputParameter)
    }
    chosen = {
        name: Constant.of(value)
        for name, value in (*setting.as_dict().items(), *budget)
        if name in ports
    }
    kept = tuple(one for one in step.arguments if one.name not in chosen)
    return (*kept, *(Argument(name, value) for name, value in chosen.items()))


def _free(name: str, taken: set[str]) -> str:
    free, number = name, 1
    while free in taken:
        number += 1
        free = f"{name}-{number}"
    taken.add(free)
    return free
