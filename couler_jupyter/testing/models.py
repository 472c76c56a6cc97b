"""A model for tests: it gives answers from a queue, and keeps what it was asked."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from couler_jupyter.llm import Answer, Message, Schema, Spent
from couler_jupyter.llm.reckoning import reckon, reckon_messages

Planned: TypeAlias = str | Answer | Exception | Callable[[Sequence[Message]], str]
"""What comes of one question: a text, an answer, an error, or a text made of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What a model was asked."""

    messages: tuple[Message, ...]
    schema: Schema | None = None
    most_tokens: int | None = None
    temperature: float | None = None

    @property
    def text(self) -> str:
        """All that was said, for tests that look for something in it."""
        return "\n".join(one.text for one in self.messages)


@dataclass(slots=True)
class QueueModel:
    """Answers with what stands next in a queue.

    Attributes:
        answers: what it will say, the next first.
        name: as people call it.
        asked: what it was asked, the oldest first.
    """

    answers: Iterable[Planned] = ()
    name: str = "queue"
    asked: list[Question] = field(default_factory=list[Question])
    _queue: deque[Planned] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Line the answers up."""
        self._queue = deque(self.answers)

    @property
    def left(self) -> int:
        """How many answers were not asked for."""
        return len(self._queue)

    def complete(
        self,
        messages: Sequence[Message],
        *,
        schema: Schema | None = None,
        most_tokens: int | None = None,
        temperature: float | None = None,
        on_text: Callable[[str], None] | None = None,
    ) -> Answer:
        """Give the next answer, in one piece.

        Raises:
            AssertionError: there is none left.
            Exception: that stood in the queue.
        """
        self.asked.append(
            Question(
                messages=tuple(messages),
                schema=schema,
                most_tokens=most_tokens,
                temperature=temperature,
            )
        )
        if not self._queue:
            raise AssertionError(f"{self.name} is asked more often than it has answers")
        planned = self._queue.popleft()
        if isinstance(planned, Exception):
            raise planned
        answer = (
            planned if isinstance(planned, Answer) else self._say(planned, messages)
        )
        if on_text is not None:
            on_text(answer.text)
        return answer

    def _say(
        self,
        planned: str | Callable[[Sequence[Message]], str],
        messages: Sequence[Message],
    ) -> Answer:
        text = planned if isinstance(planned, str) else planned(messages)
        spent = Spent(
            calls=1,
            prompt_tokens=reckon_messages(messages),
            answer_tokens=reckon(text),
            reckoned=True,
        )
        return Answer(text=text, model=self.name, spent=spent)
