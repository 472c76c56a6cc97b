"""reuse: steps whose outputs are kept are not run; what they left behind stands in.

A JSON value becomes a constant, an artifact is read from where it is kept: as the
argument that it is, or anywhere else through an input of the workflow. The order that a
reused step kept between others stays.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from couler_jupyter.ir import Workflow
from couler_jupyter.passes.asked import asked_in
from couler_jupyter.passes.base import Decision, Passed
from couler_jupyter.passes.facts import Context
from couler_jupyter.passes.level import NAME, Level


@dataclass(frozen=True, slots=True, kw_only=True)
class Reuse:
    """Leave out the steps whose outputs are kept, and read those instead.

    Attributes:
        most_bytes: of a JSON value that may stand in the workflow itself; a step with
            a larger one is run if somebody reads that.
    """

    name: ClassVar[str] = NAME
    most_bytes: int = 65_536

    def run(self, workflow: Workflow, context: Context) -> Passed:
        """Return the workflow without the steps that need not run."""
        decided: dict[str, Decision] = {}
        while context.stored:  # what goes may have been all that held others
            level = Level(workflow, context, asked_in(workflow), self.most_bytes)
            rest = level.rest()
            decided |= {one.step: one for one in level.decisions()}
            if rest is workflow:
                break
            workflow = rest
        return Passed(workflow, tuple(decided.values()))
