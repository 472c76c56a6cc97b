"""Drafts without a model: prose by rules, steps from the Code Lake, joints by type."""

from couler_jupyter.nl.draft.drafting import draft

__all__ = ["draft"]
