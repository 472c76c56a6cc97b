"""Lengths of time as Argo reads them: whole seconds alone, or a number with a unit."""

from __future__ import annotations

from decimal import Decimal


def duration_text(seconds: float) -> str:
    """Return seconds as a duration.

    >>> duration_text(90), duration_text(0.05), duration_text(1e-9)
    ('90', '0.05s', '0.000000001s')
    """
    if float(seconds).is_integer():
        return str(int(seconds))
    return f"{Decimal(repr(float(seconds))):f}s"


def go_duration(seconds: float) -> str:
    """Return seconds as a duration that always has its unit.

    >>> go_duration(90)
    '90s'
    """
    return f"{duration_text(seconds).removesuffix('s')}s"
