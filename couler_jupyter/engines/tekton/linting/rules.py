"""All rules, in the order of their ids."""

from __future__ import annotations

from couler_jupyter.engines.finding import Rule
from couler_jupyter.engines.tekton.checking import order, references, runs, tasks
from couler_jupyter.engines.tekton.linting import fields, linter

RULES: tuple[Rule, ...] = tuple(
    sorted(
        {
            one
            for place in (fields, linter, order, references, runs, tasks)
            for one in vars(place).values()
            if isinstance(one, Rule)
        },
        key=lambda one: one.id,
    )
)
"""What is looked for; each stands beside the check that looks for it."""
