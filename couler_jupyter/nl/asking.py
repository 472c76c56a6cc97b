"""One wish's talk with a model: what is asked, told on the way, and counted."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from couler_jupyter.errors import ModelFailed
from couler_jupyter.llm import Answer, Message, Model, Schema, Spent
from couler_jupyter.llm.near_json import near_json
from couler_jupyter.nl.progress import Listener, Paid, Writing

_MOST_AGAIN = 2
"""How often JSON that does not fit is sent back."""


class Talk:
    """What is asked of a model for one wish.

    Attributes:
        spent: for all answers so far.
    """

    def __init__(
        self, model: Model, listener: Listener | None, temperature: float | None = None
    ) -> None:
        self.spent = Spent()
        self._model, self._listener = model, listener
        self._temperature = temperature

    def ask(
        self,
        messages: Sequence[Message],
        *,
        most_tokens: int,
        schema: Schema | None = None,
    ) -> Answer:
        """Return what the model answers.

        Raises:
            ModelFailed: it could not be reached, refused, or broke off.
            SpendingLimit: the limit of the session is reached.
        """
        answer = self._model.complete(
            messages,
            schema=schema,
            most_tokens=most_tokens,
            temperature=self._temperature,
            on_text=None if self._listener is None else self._told,
        )
        self.spent += answer.spent
        if self._listener is not None:
            self._listener(Paid(self.spent))
        return answer

    def ask_json(
        self, messages: Sequence[Message], schema: Schema, *, most_tokens: int
    ) -> Mapping[str, Any]:
        """Return an object that fits a schema; what does not fit is sent back.

        Raises:
            ModelFailed: likewise, and where no answer fits.
            SpendingLimit: the limit of the session is reached.
        """
        said = list(messages)
        for left in range(_MOST_AGAIN, -1, -1):
            answer = self.ask(said, most_tokens=most_tokens, schema=schema)
            try:
                found: Mapping[str, Any] = json.loads(
                    near_json(answer.text, schema, whole=not answer.cut)
                )
            except ModelFailed as error:
                if not left:
                    raise
                said = [*messages, *sent_back(answer, str(error))]
            else:
                return found
        raise AssertionError("the last turn returns or raises")

    def _told(self, piece: str) -> None:
        if self._listener is not None:
            self._listener(Writing(piece))


def sent_back(answer: Answer, why: str) -> tuple[Message, Message]:
    """Return an answer and why it is not taken, as the next two messages."""
    end = "; it was cut off, so make it shorter" if answer.cut else ""
    return (
        Message("assistant", answer.text),
        Message("user", f"{why}{end}. Answer again, with JSON only."),
    )
