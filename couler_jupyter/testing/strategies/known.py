"""What may be named, and what may be used, where something is drawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

from hypothesis import strategies as st

from couler_jupyter.ir import Feature, Step, Workflow

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What may be named and used where something is drawn.

    Attributes:
        features: what may be used.
        parameters: names of the workflow's parameters.
        of_run: names of the parameters of the outermost workflow.
        steps: the steps drawn before.
        inner: workflows to use as steps, if they may nest deeper.
    """

    features: frozenset[Feature]
    parameters: tuple[str, ...] = ()
    of_run: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()
    inner: st.SearchStrategy[Workflow] | None = None


def some(
    known: Known, needed: Feature, strategy: st.SearchStrategy[T], otherwise: T
) -> st.SearchStrategy[T]:
    """Draw from `strategy` or not; never where the feature is not wanted."""
    if needed not in known.features:
        return st.just(otherwise)
    return st.one_of(st.just(otherwise), strategy)


def leaving(known: Known) -> list[str]:
    """Steps with a result that is surely there for who waits for it."""
    return [
        step.name
        for step in known.steps
        if step.when is None
        and any(one.name == "result" for one in getattr(step.template, "outputs", ()))
    ]
