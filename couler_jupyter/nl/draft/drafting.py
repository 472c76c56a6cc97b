"""A wish without a model: a plan from its words, written with steps of the Code Lake."""

from __future__ import annotations

from couler_jupyter.nl.checking import Tryer, check
from couler_jupyter.nl.draft.left_out import left_out
from couler_jupyter.nl.draft.plan import Plan
from couler_jupyter.nl.draft.planning import plan_and_rest
from couler_jupyter.nl.draft.writing import Writing
from couler_jupyter.nl.lake import Lake
from couler_jupyter.nl.modules import Kind, Module
from couler_jupyter.nl.pipeline import LONGEST_WISH, workflow_name
from couler_jupyter.nl.progress import Checked, Decomposed, Listener, Retrieved
from couler_jupyter.nl.proposal import Attempt, Proposal, Question, Wish

_ASK = (
    "what are its steps, in their order? for example: load sales.csv, clean it, train a "
    "random forest and an SVM in parallel, then compare them"
)
_TOO_LONG = f"what is it about, in {LONGEST_WISH:,} characters at the most?"


def draft(
    wish: Wish,
    lake: Lake,
    listener: Listener | None = None,
    *,
    try_program: Tryer | None = None,
) -> Proposal | Question:
    """Return a draft for a wish, by rules and the lake alone: the same one every time.

    Args:
        wish: what somebody asks for.
        lake: where steps come from.
        listener: is told what is done, as it is done.
        try_program: builds the workflow; by default a process of its own does.

    Raises:
        UnknownName: there is no such engine.
    """
    if len(wish.text) > LONGEST_WISH:
        return Question(wish=wish, text=_TOO_LONG)
    plan, rest = plan_and_rest(wish.text)
    if not is_known(plan):
        return Question(wish=wish, text=_ASK)
    if circle := in_circle(plan):
        names = ", ".join(circle)
        text = f"these wait for each other, so that none can begin: {names}; which is first?"
        return Question(wish=wish, text=text)
    modules = modules_of(plan)
    name = workflow_name(wish, "-".join(one.name for one in modules[:2]))
    writing = Writing(plan, lake, name)
    missing = tuple(left_out(rest))
    code = writing.code(missing)
    entries = tuple(dict.fromkeys(writing.entries))
    if listener is not None:
        listener(Decomposed(modules))
        listener(Retrieved(entries))
    report, workflow = check(code, name, engine=wish.engine, try_program=try_program)
    if listener is not None:
        listener(Checked(1, report))
    attempt = Attempt(code=code, report=report)
    if workflow is None:
        fault = report.faults[0]
        text = (
            f"a draft does not pass its checks: {fault}. Can the wish be put otherwise?"
        )
        return Question(wish=wish, text=text, attempts=(attempt,), modules=modules)
    return Proposal(
        wish=wish,
        name=name,
        code=code,
        workflow=workflow,
        modules=modules,
        entries=entries,
        attempts=(attempt,),
        source="draft",
        note=_told(missing),
    )


def modules_of(plan: Plan) -> tuple[Module, ...]:
    """Return a plan as what a wish is taken apart into."""
    inner = {
        loop.name: [one.name for one in plan.activities if one.loop == loop.name]
        for loop in plan.loops
    }
    return tuple(
        Module(
            name=one.name,
            kind=one.kind,
            does=one.does,
            needs=tuple(part for need in one.needs for part in inner.get(need, [need])),
        )
        for one in (*plan.activities, *(end.activity for end in plan.exits))
    )


def _told(missing: tuple[tuple[str, str], ...]) -> str:
    parts = ", ".join(f"{what} ({written})" for what, written in missing)
    return f"the wish speaks of what a draft leaves out: {parts}" if parts else ""


def in_circle(plan: Plan) -> tuple[str, ...]:
    """Return the names of what can never begin, as each waits for another of them."""
    needs = {one.name: {*one.needs} for one in plan.activities}
    needs |= {loop.name: {*loop.needs, loop.over} - {""} for loop in plan.loops}
    while free := [name for name, some in needs.items() if not some & needs.keys()]:
        for name in free:
            del needs[name]
    return tuple(needs)


def is_known(plan: Plan) -> bool:
    """Whether more is recognised than one word that may mean anything."""
    done = plan.activities
    return (
        len(done) + len(plan.exits) > 1
        or any(one.kind is not Kind.CUSTOM for one in done)
        or any(one.image or one.command or one.loop for one in done)
    )
