"""The passes there are, by name, and the order in which they help each other."""

from __future__ import annotations

from couler_jupyter.passes.base import Pass
from couler_jupyter.registry import Registry

PASSES: Registry[type[Pass]] = Registry(
    "couler_jupyter.passes",
    {
        "tune": "couler_jupyter.passes.tune:FillIn",
        "reuse": "couler_jupyter.passes.reuse:Reuse",
        "validate": "couler_jupyter.passes.validate:Validate",
        "prune": "couler_jupyter.passes.prune:Prune",
        "dedupe": "couler_jupyter.passes.dedupe:Dedupe",
        "resources": "couler_jupyter.passes.resources:Resources",
        "fold": "couler_jupyter.passes.fold:Fold",
        "split": "couler_jupyter.passes.split:Split",
        "fit": "couler_jupyter.passes.fit:Fit",
    },
)

DEFAULT: tuple[str, ...] = (
    "validate",
    "prune",
    "tune",
    "dedupe",
    "reuse",
    "resources",
    "fold",
    "split",
    "fit",
)
"""What runs where nobody says otherwise, in this order.

First what makes the workflow smaller, then what fills it in, then what cuts it up, and at
the end what is said of the whole. A pass that is added takes the place it needs here.
"""
