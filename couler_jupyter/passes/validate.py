"""validate: what stands in the way of a plan, said before anything else is done.

A `Workflow` is well formed by construction; what is left to ask is whether it can be
submitted by itself, and whether it has what is asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from couler_jupyter.errors import UnknownName
from couler_jupyter.ir import Workflow, outermost_problems
from couler_jupyter.passes.base import Decision, Passed, Word
from couler_jupyter.passes.facts import Context


@dataclass(frozen=True, slots=True, kw_only=True)
class Validate:
    """Refuse what cannot be planned; nothing is changed."""

    name: ClassVar[str] = "validate"

    def run(self, workflow: Workflow, context: Context) -> Passed:
        """Return the workflow as it is, with what is wrong.

        Raises:
            UnknownName: a target is no step of it.
        """
        for target in context.targets:
            if target not in workflow.by_name:
                raise UnknownName("step", target, workflow.by_name)
        refused = (
            Decision(pass_name=self.name, word=Word.REFUSED, reason=str(problem))
            for problem in outermost_problems(workflow)
        )
        return Passed(workflow, tuple(refused))
