"""What a wish wants at the end of a run, as activities beside its plan."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from couler_jupyter.nl.draft.exits import without_exits
from couler_jupyter.nl.draft.plan import Activity, Exit, Plan
from couler_jupyter.nl.modules import Kind


def with_exits(text: str, plan_of: Callable[[str], Plan]) -> tuple[Plan, str]:
    """Return the plan of a text with what is done at its end, and the text that was planned.

    An end at which not just one thing is done stays in the text, and is no exit handler.

    Args:
        text: of a wish.
        plan_of: plans a text that has no such ends.
    """
    main, ends = without_exits(text)
    plans = [(on, plan_of(what)) for on, what in ends]
    plan = plan_of(main) if ends else Plan()
    if not plan.activities or not all(_is_one(one) for _, one in plans):
        return plan_of(text), text
    taken = {one.name for one in plan.activities} | {one.name for one in plan.loops}
    exits: list[Exit] = []
    for on, one in plans:
        name = _free(one.activities[0].name, taken)
        taken.add(name)
        exits.append(Exit(on=on, activity=_of_its_own(one.activities[0], name)))
    return replace(plan, exits=tuple(exits)), main


def _is_one(plan: Plan) -> bool:
    """Whether a plan is one thing that is done, outside of any map."""
    return (
        len(plan.activities) == 1
        and not plan.loops
        and bool(plan.activities[0].verb or plan.activities[0].image)
    )


def _of_its_own(activity: Activity, name: str) -> Activity:
    """Return an activity as it is at an end, where no table and no model is at hand."""
    tells = activity.kind is Kind.NOTIFICATION
    return replace(activity, name=name, kind=activity.kind if tells else Kind.CUSTOM)


def _free(name: str, taken: set[str]) -> str:
    number, free = 2, name
    while free in taken:
        number, free = number + 1, f"{name}-{number}"
    return free
