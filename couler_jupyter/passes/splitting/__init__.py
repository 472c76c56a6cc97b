"""Cutting DAGs into parts: plain algorithms over whole numbers, no workflow, no engine."""

from couler_jupyter.passes.splitting.choosing import MOST_LIVE, Chosen, chosen
from couler_jupyter.passes.splitting.faults import (
    Oversize,
    backward,
    circular,
    cut_edges,
    over_budget,
    oversize,
    sums,
)
from couler_jupyter.passes.splitting.graph import Bounds, Cut, Graph, Work
from couler_jupyter.passes.splitting.keeping import NEW, kept
from couler_jupyter.passes.splitting.levels import by_levels
from couler_jupyter.passes.splitting.literal import printed, repaired
from couler_jupyter.passes.splitting.order import in_order
from couler_jupyter.passes.splitting.rings import rings
from couler_jupyter.passes.splitting.simulating import Machine, makespan

__all__ = [
    "MOST_LIVE",
    "NEW",
    "Bounds",
    "Chosen",
    "Cut",
    "Graph",
    "Machine",
    "Oversize",
    "Work",
    "backward",
    "by_levels",
    "chosen",
    "circular",
    "cut_edges",
    "in_order",
    "kept",
    "makespan",
    "over_budget",
    "oversize",
    "printed",
    "repaired",
    "rings",
    "sums",
]
