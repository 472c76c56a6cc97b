"""What a session has spent on models, and the limits that it may not pass."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from threading import Lock

from couler_jupyter.errors import SpendingLimit
from couler_jupyter.llm.model import Answer, Message, Model, Schema, Spent
from couler_jupyter.llm.prices import Price, price_of
from couler_jupyter.llm.reckoning import reckon, reckon_messages

_FEWEST = 16
"""Tokens below which no answer says anything."""
_MANY = 1 << 40


@dataclass(slots=True)
class Spending:
    """Counts what is spent, and says what is left.

    Attributes:
        most_tokens: of questions and answers together; 0 for any number.
        most_dollars: US dollars; 0 for any number.
        prices: by the start of a model's name.
        spent: so far.
    """

    most_tokens: int = 0
    most_dollars: float = 0.0
    prices: Mapping[str, Price] = field(default_factory=dict[str, Price])
    spent: Spent = field(default_factory=Spent)
    _lock: Lock = field(default_factory=Lock, repr=False)

    def left(self, model: str, prompt_tokens: int) -> int | None:
        """Return how many tokens an answer may have; None for any number.

        Args:
            model: that would be asked.
            prompt_tokens: of the question.

        Raises:
            SpendingLimit: a limit would be passed, or cannot be kept.
        """
        limits: list[int] = []
        if self.most_tokens:
            limits.append(self.most_tokens - self.spent.tokens - prompt_tokens)
        if self.most_dollars:
            limits.append(self._affordable(model, prompt_tokens))
        if not limits:
            return None
        if min(limits) < _FEWEST:
            raise SpendingLimit(
                f"{model} is not asked: {self._said()}, and a question of about "
                f"{prompt_tokens:,} tokens would pass the limit of {self._limit()}"
            )
        return min(limits)

    def add(self, spent: Spent) -> None:
        """Count what was spent."""
        with self._lock:
            self.spent += spent

    def priced(self, model: str, spent: Spent) -> Spent:
        """Return the same with what it costs; None where nobody gave a price."""
        price = price_of(self.prices, model)
        if price is None:
            return replace(spent, dollars=None)
        cost = price.of(spent.prompt_tokens, spent.answer_tokens)
        return replace(spent, dollars=cost)

    def _affordable(self, model: str, prompt_tokens: int) -> int:
        price = price_of(self.prices, model)
        if price is None or self.spent.dollars is None:
            raise SpendingLimit(
                f"{model} is not asked: there is a limit of ${self.most_dollars:g}, and "
                "nobody gave the prices to keep it; set COULER_LLM_PRICES, or limit "
                "tokens"
            )
        money = self.most_dollars - self.spent.dollars - price.of(prompt_tokens, 0)
        if money < 0:
            return 0
        return int(money / price.of(0, 1)) if price.answer else _MANY

    def _said(self) -> str:
        dollars = self.spent.dollars
        cost = "" if dollars is None else f" for ${dollars:.4g}"
        return f"this session has spent {self.spent.tokens:,} tokens{cost}"

    def _limit(self) -> str:
        tokens = f"{self.most_tokens:,} tokens" if self.most_tokens else ""
        dollars = f"${self.most_dollars:g}" if self.most_dollars else ""
        return " and ".join(filter(None, (tokens, dollars)))


@dataclass(frozen=True, slots=True)
class Counted:
    """A model whose every answer is counted, within the limits.

    Attributes:
        model: that is asked.
        spending: of the session.
    """

    model: Model
    spending: Spending

    @property
    def name(self) -> str:
        """As people call it."""
        return self.model.name

    def complete(
        self,
        messages: Sequence[Message],
        *,
        schema: Schema | None = None,
        most_tokens: int | None = None,
        temperature: float | None = None,
        on_text: Callable[[str], None] | None = None,
    ) -> Answer:
        """Ask within what is left.

        Raises:
            SpendingLimit: nothing was asked, as a limit would be passed.
        """
        asked = reckon_messages(messages)
        left = self.spending.left(self.name, asked)
        sizes = [size for size in (most_tokens, left) if size is not None]
        heard: list[str] = []
        try:
            answer = self.model.complete(
                messages,
                schema=schema,
                most_tokens=min(sizes) if sizes else None,
                temperature=temperature,
                on_text=_hearing(heard, on_text),
            )
        except BaseException:
            if heard:  # what broke off half-way was paid for as well
                self._count(_reckoned(asked, heard))
            raise
        return replace(answer, spent=self._count(answer.spent))

    def _count(self, spent: Spent) -> Spent:
        priced = self.spending.priced(self.name, spent)
        self.spending.add(priced)
        return priced


def _hearing(
    heard: list[str], on_text: Callable[[str], None] | None
) -> Callable[[str], None]:
    def hear(piece: str) -> None:
        heard.append(piece)
        if on_text is not None:
            on_text(piece)

    return hear


def _reckoned(asked: int, heard: list[str]) -> Spent:
    said = reckon("".join(heard))
    return Spent(calls=1, prompt_tokens=asked, answer_tokens=said, reckoned=True)
