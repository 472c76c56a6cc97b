"""A simulator of caching over many runs, to judge policies and budgets by."""

from __future__ import annotations

from couler_jupyter.caching.simulate.habits import Habits
from couler_jupyter.caching.simulate.machine import Outcome, replay
from couler_jupyter.caching.simulate.shape import SHAPES, Node, Shape
from couler_jupyter.caching.simulate.trace import Asked, trace_of

__all__ = [
    "SHAPES",
    "Asked",
    "Habits",
    "Node",
    "Outcome",
    "Shape",
    "replay",
    "trace_of",
]
