from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from couler_jupyter.errors import ModelFailed, SpendingLimit
from couler_jupyter.llm import Answer, Counted, Message, Spending, Spent
from couler_jupyter.llm.prices import Price
from couler_jupyter.testing.models import QueueModel

ASK = [Message("user", "x" * 40)]
PRICES = {"m": Price(prompt=1.0, answer=2.0)}


def answer(asked: int, said: int) -> Answer:
    spent = Spent(calls=1, prompt_tokens=asked, answer_tokens=said)
    return Answer(text="yes", model="m", spent=spent)


def test_a_session_counts_tokens_and_money() -> None:
    spending = Spending(prices=PRICES)
    model = Counted(QueueModel([answer(10, 5), answer(20, 5)], "m"), spending)
    assert model.complete(ASK).spent.dollars == pytest.approx(20e-6)
    model.complete(ASK)
    assert (spending.spent.calls, spending.spent.tokens) == (2, 40)
    assert spending.spent.dollars == pytest.approx(50e-6)


def test_without_a_price_the_cost_is_unknown() -> None:
    spending = Spending()
    assert (
        Counted(QueueModel([answer(1, 1)]), spending).complete(ASK).spent.dollars
        is None
    )
    assert spending.spent.dollars is None


def test_nothing_is_asked_beyond_the_limit() -> None:
    queue = QueueModel([answer(10, 5)], "m")
    model = Counted(queue, Spending(most_tokens=40))
    model.complete(ASK)
    with pytest.raises(SpendingLimit, match=r"spent 15 tokens.*limit of 40 tokens"):
        model.complete(ASK)
    assert len(queue.asked) == 1


@pytest.mark.parametrize(
    ("most", "given", "sent"), [(100, None, 86), (100, 20, 20), (0, 7, 7)]
)
def test_an_answer_may_have_what_is_left(most: int, given: Any, sent: int) -> None:
    queue = QueueModel([answer(10, 5)], "m")
    Counted(queue, Spending(most_tokens=most)).complete(ASK, most_tokens=given)
    assert queue.asked[0].most_tokens == sent


def test_a_limit_in_dollars_becomes_one_of_tokens() -> None:
    queue = QueueModel([answer(10, 5)], "m")
    Counted(queue, Spending(most_dollars=114e-6, prices=PRICES)).complete(ASK)
    assert queue.asked[0].most_tokens == 50
    with pytest.raises(SpendingLimit, match=r"limit of \$1e-05"):
        Counted(queue, Spending(most_dollars=1e-5, prices=PRICES)).complete(ASK)


def test_a_limit_in_dollars_is_not_kept_without_prices() -> None:
    queue = QueueModel(["yes"], "other")
    with pytest.raises(SpendingLimit, match="nobody gave the prices"):
        Counted(queue, Spending(most_dollars=1, prices=PRICES)).complete(ASK)
    assert not queue.asked


def test_free_models_are_free_within_any_limit() -> None:
    free = {"m": Price(prompt=0.0, answer=0.0)}
    queue = QueueModel([answer(10, 5)], "m")
    Counted(queue, Spending(most_dollars=1, prices=free)).complete(ASK)
    assert queue.left == 0


class Breaks:
    name = "m"

    def complete(
        self,
        messages: Any,
        *,
        on_text: Callable[[str], None] | None = None,
        **how: Any,
    ) -> Answer:
        assert on_text is not None
        on_text("x" * 80)
        raise ModelFailed("gone")


def test_what_broke_off_was_paid_for() -> None:
    spending = Spending(prices=PRICES)
    pieces: list[str] = []
    with pytest.raises(ModelFailed):
        Counted(Breaks(), spending).complete(ASK, on_text=pieces.append)
    assert (spending.spent.answer_tokens, spending.spent.reckoned) == (20, True)
    assert pieces == ["x" * 80]


def test_what_was_refused_at_once_costs_nothing() -> None:
    spending = Spending()
    with pytest.raises(ModelFailed):
        Counted(QueueModel([ModelFailed("no key")]), spending).complete(ASK)
    assert spending.spent == Spent()
