"""Fields of Kubernetes objects, of those that say something."""

from __future__ import annotations

from typing import TypeAlias

from couler_jupyter.ir import Json

Fields: TypeAlias = dict[str, Json]
"""Fields of a Kubernetes object, in the order they are written."""


def said(**fields: Json) -> Fields:
    """Return the fields that say something: not None, False, or empty.

    >>> said(a=1, b="", c=None, d=[], e=False, f=0)
    {'a': 1, 'f': 0}
    """
    return {
        name: value
        for name, value in fields.items()
        if value or type(value) in (int, float)
    }
