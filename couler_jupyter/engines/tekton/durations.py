"""Lengths of time as Go reads them."""

from __future__ import annotations

from decimal import Decimal


def duration_text(seconds: float) -> str:
    """Return seconds as a duration; 0 is for ever where Tekton asks for a timeout.

    >>> duration_text(90), duration_text(0.05)
    ('90s', '0.05s')
    """
    if float(seconds).is_integer():
        return f"{int(seconds)}s"
    return f"{Decimal(repr(float(seconds))):f}s"
