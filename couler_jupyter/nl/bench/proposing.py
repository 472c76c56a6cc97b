"""Who is measured: a model by way of the pipeline, or drafts without one."""

from __future__ import annotations

from functools import partial

from couler_jupyter.llm import Model
from couler_jupyter.nl.bench.sampling import Proposer
from couler_jupyter.nl.draft import draft
from couler_jupyter.nl.lake import Lake
from couler_jupyter.nl.pipeline import MOST_ROUNDS, propose


def asking(
    model: Model, *, most_rounds: int | None = None, temperature: float | None = None
) -> Proposer:
    """Return what asks a model, with the Code Lake that everybody has.

    Args:
        model: that is measured.
        most_rounds: how often faults go back to it; None for what is usual.
        temperature: of sampling; None for what the model does by itself.
    """
    return partial(
        propose,
        model=model,
        lake=Lake.builtin(),
        most_rounds=MOST_ROUNDS if most_rounds is None else most_rounds,
        temperature=temperature,
    )


def drafting() -> Proposer:
    """Return what drafts from the Code Lake that everybody has, without a model."""
    return partial(draft, lake=Lake.builtin())
