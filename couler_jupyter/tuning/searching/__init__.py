"""Further search by Optuna, from the same space and what is known of it."""

from couler_jupyter.tuning.searching.baselines import Course, courses
from couler_jupyter.tuning.searching.distributions import (
    distributions_of,
    space_of,
    suggested,
)
from couler_jupyter.tuning.searching.warm_start import begin, objective_of

__all__ = [
    "Course",
    "begin",
    "courses",
    "distributions_of",
    "objective_of",
    "space_of",
    "suggested",
]
