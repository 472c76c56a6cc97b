"""What in a workflow is written in the words of one engine, and where."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias, assert_never

from couler_jupyter.ir.condition import atoms
from couler_jupyter.ir.everywhere import Shared, leaves_of, places_in
from couler_jupyter.ir.features import Feature
from couler_jupyter.ir.step import Extra, Step
from couler_jupyter.ir.template import Foreign
from couler_jupyter.ir.value import Raw
from couler_jupyter.ir.workflow import Workflow

OwnWord: TypeAlias = Extra | Raw | Foreign
"""Something that only one engine can read."""


def own_words(workflow: Workflow) -> Iterator[tuple[OwnWord, str]]:
    """Yield each extra, raw expression and foreign template with the path of its step.

    The path is empty for the workflow itself and `tune/fit` inside a sub-workflow.
    """
    shared: Shared = {}
    for one, path in places_in(workflow):
        for word in _words_of(one, shared):
            yield word, path


def _words_of(one: Workflow | Step, shared: Shared) -> Iterator[OwnWord]:
    yield from one.extras
    if isinstance(one, Step) and isinstance(one.template, Foreign):
        yield one.template
    for leaf in leaves_of(one, shared):
        if isinstance(leaf, Raw):
            yield leaf
    for condition in one.conditions() if isinstance(one, Step) else ():
        yield from (atom for atom in atoms(condition) if isinstance(atom, Raw))


def feature_of(word: OwnWord) -> Feature:
    """Return the feature that a word of one engine is."""
    match word:
        case Extra():
            return Feature.EXTRA
        case Raw():
            return Feature.RAW
        case Foreign():
            return Feature.FOREIGN
        case _ as never:
            assert_never(never)


OWN_WORDS = frozenset({Feature.EXTRA, Feature.RAW, Feature.FOREIGN})
"""The features that are words of one engine."""
