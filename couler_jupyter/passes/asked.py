"""What is asked of steps by other ways than references."""

from __future__ import annotations

from dataclasses import dataclass

from couler_jupyter.ir import (
    Extra,
    GlobalRef,
    Workflow,
    leaves_in,
    own_words,
)
from couler_jupyter.passes.mentions import is_named, text_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked for by other ways than references.

    Attributes:
        globals: names of outputs that somebody uses wherever they come from.
        words: expressions of engines, which may name steps.
    """

    globals: frozenset[str]
    words: str

    def names(self, step: str) -> bool:
        """Whether words of an engine may name a step."""
        return is_named(step, self.words)


def asked_in(workflow: Workflow) -> Asked:
    """Return what is asked in a workflow and all that is in it."""
    named = {leaf.name for leaf, _ in leaves_in(workflow) if type(leaf) is GlobalRef}
    return Asked(globals=frozenset(named), words=_words_of(workflow))


def _words_of(workflow: Workflow) -> str:
    """Return all expressions of engines in a workflow, as one text."""
    return "\n".join(
        text_of(word)
        for word, _ in own_words(workflow)
        if not (isinstance(word, Extra) and word.ignorable)
    )
