"""Amounts as Kubernetes writes them.

Source: https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
"""

from __future__ import annotations

import re
from decimal import Decimal

from couler_jupyter.ir import Json

_QUANTITY = re.compile(
    r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[KMGTPE]i|[numkMGTPE]|[eE][+-]?[0-9]+)?"
)

_AMOUNT = re.compile(
    r"([+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+))(?:[eE]([+-]?[0-9]{1,2})|([A-Za-z]{0,2}))"
)
_UNITS = {
    "n": Decimal("1e-9"),
    "u": Decimal("1e-6"),
    "m": Decimal("1e-3"),
    "": Decimal(1),
    **{unit: Decimal(10) ** (3 * n) for n, unit in enumerate("kMGTPE", 1)},
    **{f"{unit}i": Decimal(1024) ** n for n, unit in enumerate("KMGTPE", 1)},
}


def is_quantity(text: str) -> bool:
    """Return whether a text is an amount: a number, and maybe a unit.

    >>> is_quantity("1.5Gi"), is_quantity("1gb")
    (True, False)
    """
    return _QUANTITY.fullmatch(text) is not None


def quantity_of(value: Json) -> Decimal | None:
    """Return a Kubernetes quantity as the number it is.

    >>> quantity_of("1Gi") == quantity_of("1024Mi"), quantity_of("500m"), quantity_of("x")
    (True, Decimal('0.500'), None)
    """
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    match = _AMOUNT.fullmatch(str(value).strip())
    if match is None:
        return None
    if match[2] is not None:
        return Decimal(match[1]) * Decimal(10) ** int(match[2])
    unit = _UNITS.get(match[3])
    return None if unit is None else Decimal(match[1]) * unit
