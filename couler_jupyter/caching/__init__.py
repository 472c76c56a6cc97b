"""What is worth keeping: policies that decide at an artifact's birth, and a simulator.

Nothing here knows a disk; it is told what exists and says what should.
"""

from __future__ import annotations

from couler_jupyter.caching.artifact import Artifact, Course, Rates, course_of
from couler_jupyter.caching.keeper import Keeper
from couler_jupyter.caching.options import BadPolicy, policy_of
from couler_jupyter.caching.policy import DEFAULT, POLICIES, Policy, Term, Verdict
from couler_jupyter.caching.shelf import Shelf

__all__ = [
    "DEFAULT",
    "POLICIES",
    "Artifact",
    "BadPolicy",
    "Course",
    "Keeper",
    "Policy",
    "Rates",
    "Shelf",
    "Term",
    "Verdict",
    "course_of",
    "policy_of",
]
