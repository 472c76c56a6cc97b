from __future__ import annotations

import pytest

from couler_jupyter.errors import UsageFailed
from couler_jupyter.llm.prices import Price, make_price, price_of, read_prices


def test_the_longest_start_of_a_name_gives_the_price() -> None:
    prices = read_prices("big=5/15, big-mini = 0.5/1")
    assert price_of(prices, "big-mini-2026") == Price(prompt=0.5, answer=1.0)
    assert price_of(prices, "big-2026") == Price(prompt=5.0, answer=15.0)
    assert price_of(prices, "other") is None


def test_a_price_is_for_a_million_tokens() -> None:
    assert Price(prompt=2, answer=10).of(1_000_000, 500_000) == 7.0


@pytest.mark.parametrize(
    "text", ["big", "big=5", "=1/2", "big=a/b", "big=-1/2", "b=nan/1"]
)
def test_what_is_no_price_is_refused(text: str) -> None:
    with pytest.raises(UsageFailed, match="price"):
        read_prices(text)


def test_true_is_no_price() -> None:
    with pytest.raises(UsageFailed):
        make_price("m", True, 1)
