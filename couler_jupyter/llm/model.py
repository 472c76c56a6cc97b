"""What a language model is to the rest: messages in, one answer out, counted."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol, TypeAlias

Role: TypeAlias = Literal["system", "user", "assistant"]
Schema: TypeAlias = Mapping[str, Any]
"""A JSON Schema."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a conversation.

    Attributes:
        role: whose it is.
        text: what is said.
    """

    role: Role
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """What answers have cost.

    Attributes:
        calls: how many there were.
        prompt_tokens: of what was asked.
        answer_tokens: of what was answered.
        reckoned: True where an endpoint did not count, and tokens are an estimate.
        dollars: US dollars; None where the price is not known.
    """

    calls: int = 0
    prompt_tokens: int = 0
    answer_tokens: int = 0
    reckoned: bool = False
    dollars: float | None = 0.0

    @property
    def tokens(self) -> int:
        """Of questions and answers together."""
        return self.prompt_tokens + self.answer_tokens

    def __add__(self, other: Spent) -> Spent:
        unknown = self.dollars is None or other.dollars is None
        return Spent(
            calls=self.calls + other.calls,
            prompt_tokens=self.prompt_tokens + other.prompt_tokens,
            answer_tokens=self.answer_tokens + other.answer_tokens,
            reckoned=self.reckoned or other.reckoned,
            dollars=None if unknown else (self.dollars or 0) + (other.dollars or 0),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a model said.

    Attributes:
        text: all of it; where a schema was given, JSON that fits it, if the model managed.
        model: the one that answered, as its endpoint names it.
        spent: for this answer alone.
        cut: True where it ended because the most tokens were reached.
    """

    text: str
    model: str
    spent: Spent
    cut: bool = False


class Model(Protocol):
    """Something that continues a conversation."""

    @property
    def name(self) -> str:
        """As people call it."""
        ...

    def complete(
        self,
        messages: Sequence[Message],
        *,
        schema: Schema | None = None,
        most_tokens: int | None = None,
        temperature: float | None = None,
        on_text: Callable[[str], None] | None = None,
    ) -> Answer:
        """Return what comes next.

        Args:
            messages: the conversation so far, the oldest first.
            schema: what the answer has to be, as JSON; None for free text.
            most_tokens: of the answer.
            temperature: of sampling; None for what the model does by itself.
            on_text: told each piece of the answer as it comes.

        Raises:
            ModelFailed: it could not be reached, refused, or broke off.
            SpendingLimit: the limit of the session is reached; nothing was asked.
        """
        ...
