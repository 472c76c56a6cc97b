"""Passes: pure functions from workflow to workflow, found by name."""

from couler_jupyter.passes.base import (
    Decision,
    Listener,
    Pass,
    Passed,
    Word,
    optimize,
)
from couler_jupyter.passes.facts import (
    Budget,
    Context,
    EngineFacts,
    Estimate,
    Measure,
    Stored,
    Tuned,
)
from couler_jupyter.passes.table import DEFAULT, PASSES
from couler_jupyter.passes.text import parse_passes, passes_text

__all__ = [
    "DEFAULT",
    "PASSES",
    "Budget",
    "Context",
    "Decision",
    "EngineFacts",
    "Estimate",
    "Listener",
    "Measure",
    "Pass",
    "Passed",
    "Stored",
    "Tuned",
    "Word",
    "optimize",
    "parse_passes",
    "passes_text",
]
