"""What an OpenAI-compatible endpoint answers, piece by piece or at once."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from couler_jupyter.errors import ModelFailed
from couler_jupyter.llm.model import Answer, Message, Spent
from couler_jupyter.llm.reckoning import reckon, reckon_messages

_LARGEST = 1 << 22
_LONGEST_TOKEN = 32


@dataclass(slots=True)
class Heard:
    """What has been said so far.

    Attributes:
        model: that answers, as the endpoint names it.
        most_tokens: that were asked for; what goes far beyond is not read.
        on_text: told each piece.
        pieces: of the text.
        refusal: why it will not answer, in its own words.
        finish: why it ended.
        usage: tokens of question and answer, where it counts.
        any: whether anything came at all.
    """

    model: str
    most_tokens: int | None = None
    on_text: Callable[[str], None] | None = None
    pieces: list[str] = field(default_factory=list)
    refusal: str = ""
    finish: str = ""
    usage: tuple[int, int] | None = None
    any: bool = False
    _size: int = 0

    def stream(self, chunks: Iterable[Any], until: float) -> None:
        """Hear pieces as they come.

        Args:
            chunks: of the package openai, which promises nothing about what is in them.
            until: when to stop, by the monotonic clock.

        Raises:
            ModelFailed: it takes too long, or does not end.
        """
        for chunk in chunks:
            if self._take(chunk, "delta"):
                return
            if time.monotonic() > until:
                raise ModelFailed(f"{self.model} did not come to an end in time")

    def whole(self, completion: object) -> None:
        """Hear all of it at once."""
        self._take(completion, "message")

    def answer(self, messages: list[Message]) -> Answer:
        """Return what was said.

        Raises:
            ModelFailed: nothing was said, or it was held back.
        """
        text = "".join(self.pieces)
        if self.refusal:
            why = " ".join(self.refusal.split())[:300]
            raise ModelFailed(f"{self.model} will not answer this: {why}")
        if self.finish == "content_filter":
            raise ModelFailed(f"the endpoint of {self.model} held back its answer")
        if not text.strip():
            cut = self.finish == "length"
            why = ": all tokens went into thinking; allow more" if cut else ""
            raise ModelFailed(f"{self.model} said nothing{why}")
        reckoned = self.usage is None
        asked, said = self.usage or (reckon_messages(messages), reckon(text))
        spent = Spent(
            calls=1, prompt_tokens=asked, answer_tokens=said, reckoned=reckoned
        )
        return Answer(
            text=text, model=self.model, spent=spent, cut=self.finish == "length"
        )

    def _take(self, part: object, where: str) -> bool:
        """Take in one part; True where no more is to be read."""
        if usage := _usage(getattr(part, "usage", None)):
            self.usage = usage
        model = getattr(part, "model", None)
        if isinstance(model, str) and model:
            self.model = model
        for choice in getattr(part, "choices", None) or ():
            self.any = True
            said = getattr(choice, where, None)
            self._hear(getattr(said, "content", None))
            refusal = getattr(said, "refusal", None)
            self.refusal += refusal if isinstance(refusal, str) else ""
            finish = getattr(choice, "finish_reason", None)
            self.finish = finish if isinstance(finish, str) else self.finish
        return self._too_long()

    def _hear(self, piece: object) -> None:
        if isinstance(piece, str) and piece:
            self.pieces.append(piece)
            self._size += len(piece)
            if self.on_text is not None:
                self.on_text(piece)

    def _too_long(self) -> bool:
        most = min(_LARGEST, (self.most_tokens or _LARGEST) * _LONGEST_TOKEN)
        if self._size > most:
            self.finish = "length"
        return self._size > most


def _usage(usage: object) -> tuple[int, int] | None:
    asked = getattr(usage, "prompt_tokens", None)
    said = getattr(usage, "completion_tokens", None)
    if isinstance(asked, int) and isinstance(said, int) and asked + said > 0:
        return max(asked, 0), max(said, 0)
    return None
