"""dedupe: one step where several are equal: template, arguments, what they wait for.

The first in order stays and is read in place of the others, whose names are then not in
the run. So nothing goes that is asked for by name: targets, steps whose facts are read
(their start is not that of another), steps that words of one engine may name, and those
whose way of ending others wait for.

Equal steps need not give equal outputs: two flips of a coin are two. So only steps that
say `cache=True` are merged, which says that one run may stand for another, unless
`trust=all`. Steps that only have an effect are never merged; nor is anything in a
workflow that is cut into parts already.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import ClassVar

from couler_jupyter.fingerprint import never_reused
from couler_jupyter.ir import (
    Ended,
    GlobalRef,
    Raw,
    Step,
    StepRef,
    Template,
    Workflow,
    atoms,
    leaves,
)
from couler_jupyter.ir.renaming import rename_in, renamed
from couler_jupyter.passes.base import Decision, Passed, Word
from couler_jupyter.passes.facts import Context
from couler_jupyter.passes.mentions import mentions_in


class Trust(StrEnum):
    """Which equal steps are taken to give equal outputs."""

    DECLARED = "declared"
    ALL = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dedupe:
    """Merge equal steps.

    Attributes:
        trust: which of them are taken to give equal outputs.
    """

    name: ClassVar[str] = "dedupe"
    trust: Trust = Trust.DECLARED

    def run(self, workflow: Workflow, context: Context) -> Passed:
        """Return the workflow with one step for all that are equal."""
        if workflow.parts is not None:
            return Passed(workflow)
        named, awaited = _named(workflow, context), _awaited(workflow)
        decisions: list[Decision] = []
        into: dict[str, str] = {}
        for step, twin in _twins(workflow, into):
            why_not = (
                named.get(step.name) or awaited.get(step.name) or awaited.get(twin)
            )
            if not why_not and self.trust is Trust.DECLARED and step.cache is None:
                why_not = (
                    "one run may not stand for both as long as none says cache=True"
                )
            if why_not:
                word, reason = Word.KEPT, f"it is equal to {twin!r}, but {why_not}"
            else:
                word, reason = (
                    Word.MERGED,
                    "they are equal, and one run stands for both",
                )
                into[step.name] = twin
            decisions.append(
                Decision(
                    pass_name=self.name,
                    word=word,
                    reason=reason,
                    step=step.name,
                    to=twin if word is Word.MERGED else "",
                )
            )
        made = _merged(workflow, into) if into else workflow
        return Passed(made, tuple(decisions))


def _twins(workflow: Workflow, into: Mapping[str, str]) -> Iterator[tuple[Step, str]]:
    """Yield each step that is equal to an earlier one, with the name of that.

    What was put `into` another meanwhile is read there.
    """
    templates: dict[Template, int] = {}
    known: dict[int, int] = {}
    first: dict[object, str] = {}
    for step in workflow:
        if never_reused(step) or not _is_plain(step):
            continue
        number = known.get(id(step.template))
        if number is None:
            number = templates.setdefault(step.template, len(templates))
            known[id(step.template)] = number
        twin = first.setdefault(_key(renamed(step, into), number), step.name)
        if twin != step.name:
            yield step, twin


def _is_plain(step: Step) -> bool:
    """Whether all that a step is given is the same whenever it starts."""
    found = (leaf for value in step.values() for leaf in leaves(value))
    return not step.extras and not any(
        isinstance(one, GlobalRef | Raw) for one in found
    )


def _key(step: Step, template: int) -> object:
    """Return what is the same for equal steps, whatever they are called."""
    if step.repeat is not None:  # its condition may name the step itself
        step = renamed(step, {step.name: ""})
    return (
        template,
        frozenset(step.arguments),
        frozenset(step.after),
        step.when,
        step.loop,
        step.repeat,
        step.retry,
        step.timeout,
        step.cache,
    )


def _named(workflow: Workflow, context: Context) -> Mapping[str, str]:
    """Return why steps have to be there under their own name."""
    found = {
        name: f"{path or 'the workflow'} may name it in words of its engine"
        for name, path in mentions_in(workflow).items()
    }
    for step in (*workflow.steps, *(one.step for one in workflow.exit_handlers)):
        for ref in step.references():
            if isinstance(ref, StepRef):
                found[ref.step] = f"{step.name!r} reads its {ref.field}"
    return found | dict.fromkeys(context.targets, "it is asked for")


def _awaited(workflow: Workflow) -> Mapping[str, str]:
    """Return the steps that others wait for whatever comes of them, and who does."""
    return {
        one.step: f"{step.name!r} asks how {one.step!r} ended"
        for step in workflow.steps
        for tree in step.after
        if not isinstance(tree, str)
        for one in atoms(tree)
        if isinstance(one, Ended)
    }


def _merged(workflow: Workflow, into: Mapping[str, str]) -> Workflow:
    return replace(
        workflow,
        steps=tuple(
            renamed(step, into) for step in workflow.steps if step.name not in into
        ),
        outputs=rename_in(workflow.outputs, into),
        exit_handlers=rename_in(workflow.exit_handlers, into),
    )
