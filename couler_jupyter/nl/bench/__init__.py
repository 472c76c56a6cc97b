"""A benchmark of prose to workflows: tasks as data, oracles that look at what comes of them.

An oracle knows no names and no wording: it compares the graph up to names, what steps run
that matters, and how runs with stand-ins for the steps go.
"""

from couler_jupyter.nl.bench.comparing import Paired, compare
from couler_jupyter.nl.bench.estimate import Interval, mcnemar, mean_interval, pass_at_k
from couler_jupyter.nl.bench.oracle import Verdict, judge
from couler_jupyter.nl.bench.proposing import asking, drafting
from couler_jupyter.nl.bench.reading import CLASSES, read_tasks
from couler_jupyter.nl.bench.reference import reference
from couler_jupyter.nl.bench.result import Result, Sample
from couler_jupyter.nl.bench.sampling import Proposer, sample_all
from couler_jupyter.nl.bench.table import failures, lines_of, rate
from couler_jupyter.nl.bench.task import Task

__all__ = [
    "CLASSES",
    "Interval",
    "Paired",
    "Proposer",
    "Result",
    "Sample",
    "Task",
    "Verdict",
    "asking",
    "compare",
    "drafting",
    "failures",
    "judge",
    "lines_of",
    "mcnemar",
    "mean_interval",
    "pass_at_k",
    "rate",
    "read_tasks",
    "reference",
    "sample_all",
]
