"""Changes to a proposal in words, what they changed, and why a step is there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import unified_diff

from couler_jupyter.errors import UnknownName
from couler_jupyter.ir import Diff, Step, diff_of
from couler_jupyter.llm import Message, Model
from couler_jupyter.nl.asking import Talk
from couler_jupyter.nl.attempting import Attempting
from couler_jupyter.nl.checking import Tryer, check
from couler_jupyter.nl.generating import ask_code, data_of, opening
from couler_jupyter.nl.lake import Entry, Lake
from couler_jupyter.nl.modules import Module
from couler_jupyter.nl.pipeline import MOST_ROUNDS, outcome
from couler_jupyter.nl.progress import Listener, Retrieved
from couler_jupyter.nl.prompting import fenced, prompt
from couler_jupyter.nl.proposal import Proposal, Question

_MOST_EXAMPLES = 2


@dataclass(frozen=True, slots=True)
class Changes:
    """What a revision changed.

    Attributes:
        code: lines of the program, as a unified diff; empty where none changed.
        workflow: steps and their fields.
    """

    code: str
    workflow: Diff


def revise(
    proposal: Proposal,
    request: str,
    *,
    model: Model,
    lake: Lake,
    listener: Listener | None = None,
    most_rounds: int = MOST_ROUNDS,
    temperature: float | None = None,
    try_program: Tryer | None = None,
) -> Proposal | Question:
    """Return a proposal changed as somebody asks, or what has to be known first.

    What was spent is that of the revision alone.

    Args:
        proposal: what is changed.
        request: how, in words.
        model: that is asked.
        lake: where examples are found.
        listener: is told what is done, as it is done.
        most_rounds: how often faults go back to the model.
        temperature: of sampling; None for what the model does by itself.
        try_program: builds the workflow; by default a process of its own does.

    Raises:
        ModelFailed: the model could not be asked before there was any program.
        SpendingLimit: the limit of the session is reached before that.
    """
    wish = replace(proposal.wish, text=f"{proposal.wish.text}\nChanged: {request}")
    if not request.strip():
        return Question(wish=proposal.wish, text="what should be changed?")
    talk = Talk(model, listener, temperature)
    entries = [hit.entry for hit in lake.find(request, most=_MOST_EXAMPLES)]
    if listener is not None:
        listener(Retrieved(tuple(one.name for one in entries)))
    task = _task(proposal, request, entries)
    attempting = Attempting(
        wish=wish,
        talk=talk,
        task=_task(proposal, request),
        judge=lambda code: check(
            code, proposal.name, engine=wish.engine, try_program=try_program
        ),
        listener=listener,
    )
    attempting.run(lambda: ask_code(talk, task), most_rounds)
    return outcome(attempting, proposal.name, proposal.modules, entries, talk.spent)


def _task(
    proposal: Proposal, request: str, entries: Sequence[Entry] = ()
) -> tuple[Message, ...]:
    text = prompt(
        "revise",
        wish=proposal.wish.text,
        program=fenced(proposal.code),
        request=request,
        data=data_of(proposal.wish, entries),
    )
    return opening(text)


def changes(before: Proposal, after: Proposal) -> Changes:
    """Return what a revision changed."""
    lines = unified_diff(
        before.code.strip().splitlines(),
        after.code.strip().splitlines(),
        "before",
        "after",
        lineterm="",
    )
    return Changes("\n".join(lines), diff_of(before.workflow, after.workflow))


def why(proposal: Proposal, step: str) -> str:
    """Return why a step is there, in lines of text; no model is asked.

    Raises:
        UnknownName: the workflow has no such step.
    """
    every = (
        *proposal.workflow.steps,
        *(e.step for e in proposal.workflow.exit_handlers),
    )
    found = {one.name: one for one in every}
    if step not in found:
        raise UnknownName("step", step, found)
    return "\n".join(_reasons(proposal, found[step]))


def _reasons(proposal: Proposal, step: Step) -> Iterator[str]:
    module = _module_of(proposal, step.name)
    if module is None:
        yield f"{step.name}: no module of the wish has its name; the program adds it"
    else:
        yield f"{step.name}: module {module.name!r} ({module.kind}): {module.does}"
    if step.dependencies:
        yield f"waits for: {', '.join(step.dependencies)}"
    if step.origin is not None:
        yield f"written in line {step.origin.line} of the program"
    if proposal.entries:
        yield f"examples that were shown: {', '.join(proposal.entries)}"
    for number, attempt in enumerate(proposal.attempts[:-1], 1):
        for fault in attempt.report.faults:
            if f"'{step.name}'" in fault.what:
                yield f"attempt {number} was refused: {fault}"
    yield f"checks passed: {', '.join(proposal.report.done)}"
    for risk in proposal.report.risks:
        if risk.step == step.name:
            yield f"to be looked at: {risk.what}"


def _module_of(proposal: Proposal, step: str) -> Module | None:
    plain = re.sub(r"-\d+$", "", step).replace("-", "_")
    return next((one for one in proposal.modules if one.name == plain), None)
