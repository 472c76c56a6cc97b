"""A simulator of caching over many runs, to judge policies and budgets by.

To bring runs of your own, write each as an `Asked`: all artifacts of the workflow as it
was then, each after what it reads, and the keys that were asked for. A key must change
with the step and with all before it; `own` with the step alone. `trace_from_json` reads
them from plain data, `simulate` replays them.
"""

from __future__ import annotations

from couler_jupyter.caching.simulate.habits import Habits
from couler_jupyter.caching.simulate.machine import Outcome, replay
from couler_jupyter.caching.simulate.oracle import Oracle
from couler_jupyter.caching.simulate.pace import Pace
from couler_jupyter.caching.simulate.report import (
    Report,
    simulate,
    trace_from_json,
    trace_to_json,
)
from couler_jupyter.caching.simulate.shape import SHAPES, Node, Shape
from couler_jupyter.caching.simulate.study import Finding, study
from couler_jupyter.caching.simulate.trace import Asked, trace_of

__all__ = [
    "SHAPES",
    "Asked",
    "Finding",
    "Habits",
    "Node",
    "Oracle",
    "Outcome",
    "Pace",
    "Report",
    "Shape",
    "replay",
    "simulate",
    "study",
    "trace_from_json",
    "trace_of",
    "trace_to_json",
]
