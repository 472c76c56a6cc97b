"""fit: what the engine cannot express, what has no effect there, and what is too big.

Nothing is changed and nothing dropped: what cannot go to the engine stops the workflow.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from couler_jupyter.errors import Problem
from couler_jupyter.ir import Workflow
from couler_jupyter.passes.base import Decision, Passed, Word
from couler_jupyter.passes.facts import Context, EngineFacts

_STEP = re.compile(r"step '([^']+)'")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """Say how a workflow fits its engine."""

    name: ClassVar[str] = "fit"

    def run(self, workflow: Workflow, context: Context) -> Passed:
        """Return the workflow as it is, with its gaps."""
        if context.engine is None:
            return Passed(workflow)
        return Passed(workflow, tuple(self._decisions(workflow, context.engine)))

    def _decisions(self, workflow: Workflow, engine: EngineFacts) -> Iterator[Decision]:
        problems = engine.problems(engine.lower(workflow))
        for problem in problems:
            yield self._say(Word.REFUSED, problem)
        for note in engine.notes(workflow):
            yield self._say(Word.NOTED, note)
        if not problems and engine.limits:
            sizes = engine.sizes(workflow)
            for limit in engine.limits:
                if (size := sizes.get(limit.of, 0)) > limit.most:
                    what = (
                        f"{size:,} {limit.of}, and {engine.name} takes {limit.most:,}"
                    )
                    where = f"workflow {workflow.name!r}"
                    yield self._say(Word.REFUSED, Problem(where, what))

    def _say(self, word: Word, problem: Problem) -> Decision:
        found = _STEP.fullmatch(problem.where)
        return Decision(
            pass_name=self.name,
            word=word,
            reason=" ".join(problem.what.split()),
            step=found[1] if found else "",
        )
