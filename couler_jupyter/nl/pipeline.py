"""From a wish to a proposal: decompose, retrieve, generate, check, calibrate.

Nothing that is made here runs: the program is checked, and shown to a person.
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterable, Sequence

from couler_jupyter.engines import ENGINES
from couler_jupyter.llm import Model, Spent
from couler_jupyter.nl.asking import Talk
from couler_jupyter.nl.attempting import Attempting
from couler_jupyter.nl.checking import Tryer, check
from couler_jupyter.nl.decomposing import decompose
from couler_jupyter.nl.generating import generate, retrieve, task_of
from couler_jupyter.nl.lake import Entry, Lake
from couler_jupyter.nl.modules import Module
from couler_jupyter.nl.progress import Decomposed, Listener, Retrieved
from couler_jupyter.nl.proposal import Proposal, Question, Wish

MOST_ROUNDS = 3
"""How often faults go back to the model at the most."""
LONGEST_WISH = 8_000
"""Characters of a wish; what is longer is a document."""
_LONGEST_NAME = 40


def propose(
    wish: Wish,
    *,
    model: Model,
    lake: Lake,
    listener: Listener | None = None,
    most_rounds: int = MOST_ROUNDS,
    temperature: float | None = None,
    try_program: Tryer | None = None,
) -> Proposal | Question:
    """Return a program for a wish, or what has to be known first.

    A proposal passes all its checks. Where no attempt does, a question comes back that
    holds them, with what is wrong.

    Args:
        wish: what somebody asks for.
        model: that is asked.
        lake: where examples are found.
        listener: is told what is done, as it is done.
        most_rounds: how often faults go back to the model.
        temperature: of sampling; None for what the model does by itself.
        try_program: builds the workflow; by default a process of its own does.

    Raises:
        ModelFailed: the model could not be asked before there was any program.
        SpendingLimit: the limit of the session is reached before that.
        UnknownName: there is no such engine.
    """
    ENGINES.get(wish.engine)  # before anything is spent
    if fault := _unreadable(wish):
        return Question(wish=wish, text=fault)
    talk = Talk(model, listener, temperature)
    plan = decompose(wish, talk)
    if plan.question:
        return Question(wish=wish, text=plan.question, spent=talk.spent)
    _tell(listener, Decomposed(plan.modules))
    entries = retrieve(wish, plan.modules, lake)
    _tell(listener, Retrieved(tuple(one.name for one in entries)))
    name = workflow_name(wish, plan.name, plan.modules)
    attempting = Attempting(
        wish=wish,
        talk=talk,
        task=task_of(wish, plan.modules),
        judge=lambda code: check(
            code,
            name,
            engine=wish.engine,
            try_program=try_program,
            modules=plan.modules,
        ),
        listener=listener,
    )
    attempting.run(lambda: generate(wish, plan.modules, entries, talk), most_rounds)
    return outcome(attempting, name, plan.modules, entries, talk.spent)


def outcome(
    attempting: Attempting,
    name: str,
    modules: Sequence[Module],
    entries: Sequence[Entry],
    spent: Spent,
) -> Proposal | Question:
    """Return what came of some attempts."""
    if attempting.workflow is None:
        return Question(
            wish=attempting.wish,
            text=attempting.question or _unmet(attempting),
            attempts=() if attempting.question else attempting.attempts,
            modules=tuple(modules),
            spent=spent,
        )
    best = attempting.attempts[-1]
    return Proposal(
        wish=attempting.wish,
        name=name,
        code=best.code,
        workflow=attempting.workflow,
        modules=tuple(modules),
        entries=tuple(one.name for one in entries),
        attempts=attempting.attempts,
        spent=spent,
        note=attempting.note,
    )


def workflow_name(wish: Wish, wanted: str, modules: Iterable[Module] = ()) -> str:
    """Return what the workflow is called: as wished, else as the model has it.

    It is a name that neither the notebook nor a step has.

    >>> workflow_name(Wish(text="", taken=frozenset({"report"})), "Report!")
    'report-2'
    """
    if wish.name:
        return wish.name
    plain = re.sub(r"[^a-z0-9]+", "-", wanted.lower()).strip("-")[:_LONGEST_NAME]
    plain = plain.strip("-") or "workflow"
    if keyword.iskeyword(plain) or not plain[0].isalpha():
        plain = f"workflow-{plain}"
    names = (*wish.taken, *(one.name for one in modules))
    taken = {one.replace("_", "-") for one in names}
    number = 2
    free = plain
    while free in taken:
        free = f"{plain}-{number}"
        number += 1
    return free


def _unreadable(wish: Wish) -> str:
    if not wish.text.strip():
        return "what should the workflow do? the wish is empty"
    if len(wish.text) > LONGEST_WISH:
        long = f"the wish has {len(wish.text):,} characters"
        return f"{long}; what is it about, in {LONGEST_WISH:,} at the most?"
    return ""


def _unmet(attempting: Attempting) -> str:
    attempts = attempting.attempts
    fault = attempts[-1].report.faults[0]
    tries = f"{len(attempts)} attempts" if len(attempts) > 1 else "one attempt"
    why = f" ({attempting.note})" if attempting.note else ""
    said = f"no program passed its checks in {tries}{why}; of the best one is said: {fault}"
    return f"{said}. Can the wish be put otherwise, or be made smaller?"


def _tell(listener: Listener | None, event: Decomposed | Retrieved) -> None:
    if listener is not None:
        listener(event)
