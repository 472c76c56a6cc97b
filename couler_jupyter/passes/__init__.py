"""Passes: pure functions from workflow to workflow, found by name."""

from couler_jupyter.passes.base import Budget, Context, Listener, Pass, optimize
from couler_jupyter.registry import Registry

PASSES: Registry[type[Pass]] = Registry("couler_jupyter.passes", {})

__all__ = ["PASSES", "Budget", "Context", "Listener", "Pass", "optimize"]
