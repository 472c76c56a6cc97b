"""Hypothesis strategies: random well-formed workflows, and ones that run anywhere."""

from couler_jupyter.testing.runnable import runnable_workflows
from couler_jupyter.testing.strategies.plain import constants, jsons, names, texts
from couler_jupyter.testing.strategies.whole import workflows

__all__ = ["constants", "jsons", "names", "runnable_workflows", "texts", "workflows"]
