"""What runs before and behind a step's program: it lays files out, and keeps them."""

from __future__ import annotations

from dataclasses import dataclass, field

from couler_jupyter.engines.kube.fields import Fields, said
from couler_jupyter.engines.tekton.drafts import Draft
from couler_jupyter.engines.tekton.places import MOUNT
from couler_jupyter.engines.tekton.texts import Unsayable, plan_text
from couler_jupyter.ir import Json

MOST = 4096
"""Bytes of all results of a task, as Tekton is installed."""
_LONGEST = 128 * 2**10
"""Bytes of one argument of a program (Linux)."""


@dataclass(slots=True)
class Filing:
    """A program of ours that is to be run, with what it is told."""

    draft: Draft
    program: str
    plan: Fields = field(default_factory=dict[str, Json])
    given: list[str] = field(default_factory=list[str])

    def at(self, text: str) -> int:
        """Return the number of a text that only the run knows."""
        if text not in self.given:
            self.given.append(text)
        return self.given.index(text)

    def add(self, key: str, one: Json) -> None:
        """Add one thing to do to those of its kind."""
        self.plan.setdefault(key, []).append(one)

    def fields(self, image: str) -> Fields:
        """Return the step that runs it."""
        return program_step(self.draft, self.program, self.plan, self.given, image)


def program_step(
    draft: Draft, program: str, plan: Fields, given: list[str], image: str
) -> Fields:
    """Return a step that runs a program of ours.

    Raises:
        Unsayable: it is told more than an argument can hold.
    """
    text = plan_text(plan)
    if len(text.encode()) >= _LONGEST:
        raise Unsayable(
            f"its texts have {len(text.encode()):,} bytes; one argument of a program "
            f"has less than {_LONGEST:,}; put them into its image"
        )
    shared = program != "reckon"
    return {
        "name": program,
        "image": image,
        "script": draft.program(program),
        "args": [text, *given],
        **said(volumeMounts=[MOUNT] if shared else []),
    }
