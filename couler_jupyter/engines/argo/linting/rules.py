"""All rules, in the order of their ids."""

from __future__ import annotations

from couler_jupyter.engines.argo.linting import (
    arguments,
    bindings,
    containers,
    dags,
    fault,
    inputs,
    kinds,
    linter,
    names,
    outputs,
    policies,
    references,
    resources,
    schedules,
    shape,
    stored,
    templates,
    timing,
    users,
    workflows,
)
from couler_jupyter.engines.finding import Rule

_PLACES = (
    arguments,
    bindings,
    containers,
    dags,
    fault,
    inputs,
    kinds,
    linter,
    names,
    outputs,
    policies,
    references,
    resources,
    schedules,
    shape,
    stored,
    templates,
    timing,
    users,
    workflows,
)

RULES: tuple[Rule, ...] = tuple(
    sorted(
        {
            one
            for place in _PLACES
            for one in vars(place).values()
            if isinstance(one, Rule)
        },
        key=lambda one: one.id,
    )
)
"""What is looked for; each stands beside the check that looks for it."""
