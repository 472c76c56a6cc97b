"""The corpus: small workflows, each for one thing, and what their runs come to."""

from couler_jupyter.testing.case import Case, cases_in
from couler_jupyter.testing.corpus import (
    artifacts,
    conditions,
    ending,
    fields,
    loops,
    order,
    places,
    reliability,
    templates,
    values,
)

CORPUS: dict[str, Case] = cases_in(
    order,
    conditions,
    loops,
    ending,
    reliability,
    values,
    templates,
    artifacts,
    places,
    fields,
)

__all__ = ["CORPUS"]
