"""What becomes of the steps of a workflow that do not run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from couler_jupyter.ir import Ended, Outcome, Step, Workflow
from couler_jupyter.ir.condition import atoms
from couler_jupyter.ir.step import After
from couler_jupyter.passes.facts import Stored

Reason: TypeAlias = str
WELL = frozenset({Outcome.SUCCEEDED, Outcome.ANY_SUCCEEDED})
"""What is true of a step that is reused."""
_WELL_WITHOUT_ITEMS = frozenset({Outcome.SUCCEEDED})
_NEVER = frozenset({Outcome.OMITTED})


@dataclass(slots=True)
class LeftOut:
    """What becomes of the steps of one workflow that do not run.

    Attributes:
        reused: those whose outputs stand in for them.
        kept: those that are stored and run all the same, and why.
        never: those that would run only if a reused one ended otherwise, and why.
        unneeded: those that only reused ones needed.
    """

    reused: dict[str, Stored]
    kept: dict[str, Reason] = field(default_factory=dict)
    never: dict[str, Reason] = field(default_factory=dict)
    unneeded: frozenset[str] = frozenset()

    @property
    def gone(self) -> frozenset[str]:
        """All that do not run."""
        return frozenset((*self.reused, *self.never, *self.unneeded))


def ends_of(found: LeftOut, workflow: Workflow) -> dict[str, frozenset[Outcome]]:
    """Return what is true of the ends that are known."""
    ends = dict.fromkeys(found.never, _NEVER)
    for name, stored in found.reused.items():
        mapped = workflow[name].loop is not None
        empty = mapped and [] in stored.outputs.values()
        ends[name] = _WELL_WITHOUT_ITEMS if empty else WELL
    return ends


def users_of(workflow: Workflow) -> Iterator[Step]:
    """Yield all that may use what steps leave behind: steps, then exit handlers."""
    yield from workflow
    yield from (one.step for one in workflow.exit_handlers)


def named_in(one: After) -> set[str]:
    """Return the steps whose end something asks for."""
    if isinstance(one, str):
        return {one}
    return {atom.step for atom in atoms(one) if isinstance(atom, Ended)}
