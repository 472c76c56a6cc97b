"""Predictions held against short real runs, and what to do next."""

from couler_jupyter.tuning.verifying.advising import Advice, Next, advise
from couler_jupyter.tuning.verifying.choosing import Candidate, Why, candidates
from couler_jupyter.tuning.verifying.costing import Cost, full_seconds
from couler_jupyter.tuning.verifying.outlook import Outlook, outlooks
from couler_jupyter.tuning.verifying.reading import read_log
from couler_jupyter.tuning.verifying.running import Trial, Verification, verification

__all__ = [
    "Advice",
    "Candidate",
    "Cost",
    "Next",
    "Outlook",
    "Trial",
    "Verification",
    "Why",
    "advise",
    "candidates",
    "full_seconds",
    "outlooks",
    "read_log",
    "verification",
]
