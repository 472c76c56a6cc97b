"""The short runs as a workflow: the step once for each setting, and what it needs.

It is a workflow like any other, so it runs wherever the step itself does. A step that prints
its log is never reused: what is reused prints nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import ceil

from couler_jupyter.errors import UsageFailed
from couler_jupyter.ir import (
    Argument,
    Cache,
    Constant,
    InputParameter,
    Setting,
    Step,
    Workflow,
    inputs_of,
)
from couler_jupyter.passes import Context
from couler_jupyter.passes.prune import Prune
from couler_jupyter.tuning.logs import RealSource
from couler_jupyter.tuning.verifying.choosing import Candidate

SHARE = 0.25
"""How much of a full run a short one is (design: a quarter ranks .55, a tenth .33)."""
_LEAST = 4
"""Units below which no curve is fitted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One short run: the step that does it."""

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
    name: str,
    wanted: Sequence[Candidate],
    *,
    units: int | None = None,
) -> Verification:
    """Return the workflow that tries some settings of a step.

    Args:
        workflow: that the step stands in; what it waits for runs, too.
        name: of the step, which stands in no sub-workflow.
        wanted: what is tried.
        units: how many units each trains; None for a quarter of a full run.

    Raises:
        UsageFailed: the step cannot be tried so.
    """
    step = _tried(workflow, name)
    tune = step.tune
    if tune is None:
        raise UsageFailed(f"step {name!r} is not to be tuned; see couler.tune")
    full = tune.model.max_units
    units = _units(tune.budget, units, full, name)
    needed = Prune().run(workflow, Context(targets=(name,))).workflow
    taken = {one.name for one in needed.steps}
    trials = tuple(
        Trial(candidate=one, step=_free(f"{name}-{number}", taken))
        for number, one in enumerate(wanted, 1)
    )
    budget = () if not tune.budget or units is None else ((tune.budget, units),)
    copies = tuple(
        replace(
            step,
            name=trial.step,
            tune=None,
            cache=step.cache if tune.log else Cache(enabled=False),
            arguments=_given(step, trial.candidate.setting, budget),
        )
        for trial in trials
    )
    made = replace(
        needed,
        name=f"{workflow.name}-verify",
        steps=(*(one for one in needed.steps if one.name != name), *copies),
        outputs=(),
        exit_handlers=(),
        schedule=None,
        fail_fast=False,
        parts=None,
    )
    return Verification(
        workflow=made, trials=trials, units=units, full=full, log=tune.log
    )


def _tried(workflow: Workflow, name: str) -> Step:
    step = workflow.by_name.get(name)
    if step is None:
        where = (
            " (one inside a sub-workflow is tried from there)" if "/" in name else ""
        )
        raise UsageFailed(f"workflow {workflow.name!r} has no step {name!r}{where}")
    if step.loop is not None or step.repeat is not None:
        raise UsageFailed(
            f"step {name!r} is mapped or repeated; tune one that runs once"
        )
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


def _given(
    step: Step, setting: Setting, budget: tuple[tuple[str, int], ...]
) -> tuple[Argument, ...]:
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
