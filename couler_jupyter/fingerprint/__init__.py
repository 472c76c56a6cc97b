"""What makes two runs of a step the same: its parts, one fingerprint, their difference."""

from __future__ import annotations

from couler_jupyter.fingerprint.change import Change, changes, told_changes
from couler_jupyter.fingerprint.opting_out import never_reused
from couler_jupyter.fingerprint.parts import Part, fingerprint_of, own_of, parts_of

__all__ = [
    "Change",
    "Part",
    "changes",
    "fingerprint_of",
    "never_reused",
    "own_of",
    "parts_of",
    "told_changes",
]
