"""Amounts as Kubernetes writes them.

Source: https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
"""

from __future__ import annotations

import re

_QUANTITY = re.compile(
    r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[KMGTPE]i|[numkMGTPE]|[eE][+-]?[0-9]+)?"
)


def is_quantity(text: str) -> bool:
    """Return whether a text is an amount: a number, and maybe a unit.

    >>> is_quantity("1.5Gi"), is_quantity("1gb")
    (True, False)
    """
    return _QUANTITY.fullmatch(text) is not None
