"""What is asked of steps by other ways than references."""

from __future__ import annotations

from dataclasses import dataclass

from couler_jupyter.ir import (
    Extra,
    Foreign,
    GlobalRef,
    Raw,
    Workflow,
    leaves_in,
    own_words,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked for by other ways than references.

    Attributes:
        globals: names of outputs that somebody uses wherever they come from.
        words: expressions of engines, which may name steps.
    """

    globals: frozenset[str]
    words: str


def asked_in(workflow: Workflow) -> Asked:
    """Return what is asked in a workflow and all that is in it."""
    named = {leaf.name for leaf, _ in leaves_in(workflow) if type(leaf) is GlobalRef}
    return Asked(globals=frozenset(named), words=_words_of(workflow))


def _words_of(workflow: Workflow) -> str:
    """Return all expressions of engines in a workflow, as one text."""
    texts: list[str] = []
    for word, _ in own_words(workflow):
        match word:
            case Raw(text=text):
                texts.append(text)
            case Extra(value=value, ignorable=False):
                texts.append(value.json)
            case Foreign(body=body):
                texts.append(body.json)
            case _:
                pass
    return "\n".join(texts)
