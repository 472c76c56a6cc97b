"""What is known of an attempt before a run begins."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreseen:
    """What would become of an attempt.

    Attributes:
        run: the one that it is reused from; empty if it will be made.
        why: the reason, in plain words.
    """

    run: str
    why: str
