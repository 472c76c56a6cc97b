"""Wishes in a notebook: what it may tell of itself, what was proposed, how that looks."""

from couler_jupyter.session.wishes.context import notebook_context
from couler_jupyter.session.wishes.following import Following
from couler_jupyter.session.wishes.proposals import Granted, Proposals
from couler_jupyter.session.wishes.views import proposal_view

__all__ = [
    "Following",
    "Granted",
    "Proposals",
    "notebook_context",
    "proposal_view",
]
