"""What models cost, as the person who pays gave it; nothing is assumed."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from couler_jupyter.errors import UsageFailed

_MILLION = 1_000_000
_FORM = "MODEL=PROMPT/ANSWER, in US dollars for a million tokens"


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """What tokens of one model cost.

    Attributes:
        prompt: US dollars for a million tokens of what is asked.
        answer: US dollars for a million tokens of what is answered.
    """

    prompt: float
    answer: float

    def of(self, prompt_tokens: int, answer_tokens: int) -> float:
        """Return what some tokens cost, in US dollars."""
        both = prompt_tokens * self.prompt + answer_tokens * self.answer
        return both / _MILLION


def price_of(prices: Mapping[str, Price], model: str) -> Price | None:
    """Return the price whose name is the longest start of the model's; None if none is.

    >>> both = {"m": Price(prompt=1, answer=2), "m-big": Price(prompt=5, answer=9)}
    >>> price_of(both, "m-big-2026").answer, price_of(both, "m-1").answer
    (9, 2)
    """
    fitting = [name for name in prices if model.startswith(name)]
    return prices[max(fitting, key=len)] if fitting else None


def read_prices(text: str) -> dict[str, Price]:
    """Return prices from one line, as a variable holds them.

    >>> read_prices("small=0.5/1, big=5/15")["big"]
    Price(prompt=5.0, answer=15.0)

    Raises:
        UsageFailed: it is not of that form.
    """
    found: dict[str, Price] = {}
    for one in filter(None, (part.strip() for part in text.split(","))):
        name, _, both = one.rpartition("=")
        prompt, slash, answer = both.partition("/")
        if not name.strip() or not slash:
            raise UsageFailed(f"{one!r} is no price; one is written as {_FORM}")
        found[name.strip()] = make_price(name.strip(), prompt, answer)
    return found


def make_price(name: str, prompt: object, answer: object) -> Price:
    """Return a price.

    Raises:
        UsageFailed: one of the two is no amount of money.
    """
    return Price(prompt=_amount(name, prompt), answer=_amount(name, answer))


def _amount(name: str, given: object) -> float:
    try:
        if isinstance(given, bool) or not isinstance(given, str | int | float):
            raise ValueError  # noqa: TRY301, TRY004 (told below, as what is no number)
        amount = float(given)
    except ValueError:
        raise UsageFailed(f"the price of {name} is {given!r}, no amount") from None
    if not math.isfinite(amount) or amount < 0:
        raise UsageFailed(f"the price of {name} is {given!r}, no amount")
    return amount
