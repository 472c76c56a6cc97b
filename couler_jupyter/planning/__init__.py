"""Plans: what a run would do and take, made from what is known, before anything runs."""

from couler_jupyter.planning.facts import Facts, facts_for, facts_of_past
from couler_jupyter.planning.making import make_plan, passed_of
from couler_jupyter.planning.plan import Fate, Part, Plan, Row, Size, Span, Total
from couler_jupyter.planning.prices import Prices, Rates, load_prices
from couler_jupyter.planning.view import plan_view

__all__ = [
    "Facts",
    "Fate",
    "Part",
    "Plan",
    "Prices",
    "Rates",
    "Row",
    "Size",
    "Span",
    "Total",
    "facts_for",
    "facts_of_past",
    "load_prices",
    "make_plan",
    "passed_of",
    "plan_view",
]
