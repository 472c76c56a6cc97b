"""prune: leave out what the targets do not need; without targets, nothing.

A target needs what it waits for, and whoever makes a global output that is read. What the
workflow hands out is left out if nobody makes it now. An exit handler runs whatever
happens: what it reads of steps that stay is there, so what else it reads stays, too; one
that reads only steps that are left out has nothing to do.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import ClassVar

from couler_jupyter.ir import (
    ExitHandler,
    OutputRef,
    StepRef,
    Workflow,
    WorkflowOutput,
    leaves,
)
from couler_jupyter.ir.graph import needed_for
from couler_jupyter.passes.base import Decision, Passed, Word
from couler_jupyter.passes.facts import Context
from couler_jupyter.passes.global_names import readers_of_globals
from couler_jupyter.passes.mentions import mentions_in


@dataclass(frozen=True, slots=True, kw_only=True)
class Prune:
    """Leave out steps that no target needs."""

    name: ClassVar[str] = "prune"

    def run(self, workflow: Workflow, context: Context) -> Passed:
        """Return the workflow with what the targets need.

        Raises:
            UnknownName: a target is no step.
        """
        if not context.targets:
            return Passed(workflow)
        kept, why = _kept(workflow, context.targets)
        if len(kept) == len(workflow.steps):
            return Passed(workflow)
        decisions = (
            *self._gone(workflow, kept, context.targets),
            *(self._say(Word.KEPT, reason, step) for step, reason in why.items()),
            *self._gone_with_them(workflow, kept),
        )
        return Passed(_only(workflow, kept), decisions)

    def _gone(
        self, workflow: Workflow, kept: frozenset[str], targets: tuple[str, ...]
    ) -> Iterator[Decision]:
        reason = f"no target needs it ({', '.join(targets)})"
        for step in workflow.steps:
            if step.name not in kept:
                yield self._say(Word.REMOVED, reason, step.name)

    def _gone_with_them(
        self, workflow: Workflow, kept: frozenset[str]
    ) -> Iterator[Decision]:
        for handler in workflow.exit_handlers:
            if not _stays(handler, kept):
                reason = f"all that it reads is left out: {_listed(_read_by(handler))}"
                yield self._say(Word.REMOVED, reason, handler.step.name)
        for output in workflow.outputs:
            if lost := _makers(output) - kept:
                reason = f"output {output.name!r} is left out with {_listed(lost)}"
                yield self._say(Word.NOTED, reason)

    def _say(self, word: Word, reason: str, step: str = "") -> Decision:
        return Decision(pass_name=self.name, word=word, reason=reason, step=step)


def _kept(
    workflow: Workflow, targets: tuple[str, ...]
) -> tuple[frozenset[str], dict[str, str]]:
    """Return the steps that stay, and why of those that no target waits for."""
    kept, why = needed_for(workflow, targets), dict[str, str]()
    others = (*readers_of_globals(workflow), *_mentions(workflow))
    while more := {
        name: reason
        for name, reason in _also(workflow, kept, others)
        if name not in kept
    }:
        why |= more
        kept |= needed_for(workflow, more)
    return kept, why


def _also(
    workflow: Workflow, kept: frozenset[str], others: Iterable[tuple[str, str, str]]
) -> Iterator[tuple[str, str]]:
    """Yield what must stay although nothing that stays waits for it, and why."""
    staying = {one.step.name for one in workflow.exit_handlers if _stays(one, kept)}
    for handler in workflow.exit_handlers:
        read = _read_by(handler)
        if not read.isdisjoint(kept):
            reason = f"exit handler {handler.step.name!r} reads it"
            yield from ((name, reason) for name in sorted(read))
    for reader, maker, reason in others:
        if reader in kept or reader in staying or not reader:
            yield maker, reason


def _mentions(workflow: Workflow) -> Iterator[tuple[str, str, str]]:
    for name, path in mentions_in(workflow).items():
        reader = path.partition("/")[0]
        whose = f"step {reader!r}" if reader else "the workflow"
        yield reader, name, f"{whose} may name it in words of its engine"


def _only(workflow: Workflow, kept: frozenset[str]) -> Workflow:
    return replace(
        workflow,
        steps=tuple(step for step in workflow.steps if step.name in kept),
        outputs=tuple(one for one in workflow.outputs if _makers(one) <= kept),
        exit_handlers=tuple(one for one in workflow.exit_handlers if _stays(one, kept)),
        parts=None if workflow.parts is None else workflow.parts.of(kept),
    )


def _read_by(handler: ExitHandler) -> set[str]:
    return {ref.step for ref in handler.step.references()}


def _stays(handler: ExitHandler, kept: frozenset[str]) -> bool:
    return _read_by(handler) <= kept


def _makers(output: WorkflowOutput) -> set[str]:
    """Return the steps that an output tells of: what they made, or how they ended."""
    found = (
        one for one in leaves(output.value) if isinstance(one, OutputRef | StepRef)
    )
    return {leaf.step for leaf in found}


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))
