"""Answers that were given once, to be given again: by tests and in CI, without a model."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from couler_jupyter.errors import ModelFailed
from couler_jupyter.llm.model import Answer, Message, Model, Schema, Spent
from couler_jupyter.llm.redacting import Redactor


def question_key(
    model: str,
    messages: Sequence[Message],
    schema: Schema | None,
    temperature: float | None,
) -> str:
    """Return what tells a question from others: equal questions have equal keys."""
    asked = [model, [asdict(one) for one in messages], schema, temperature]
    text = json.dumps(asked, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(slots=True)
class Transcript:
    """A file of answers by question, a line each, in the order in which they came.

    The same question may have been asked several times, as samples are; each time it is
    asked again, the next of its answers is given.

    Attributes:
        path: of the file; it need not be there.
        redactor: takes secrets out of what is kept.
    """

    path: Path
    redactor: Redactor = field(default_factory=Redactor)
    _answers: dict[str, list[Answer]] = field(default_factory=dict, init=False)
    _given: Counter[str] = field(default_factory=Counter, init=False)

    def __post_init__(self) -> None:
        """Read the file.

        Raises:
            ModelFailed: it is no transcript.
        """
        if not self.path.exists():
            return
        with self.path.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                try:
                    found = json.loads(line)
                    answer = _answer(found["answer"])
                    self._answers.setdefault(str(found["key"]), []).append(answer)
                except (ValueError, KeyError, TypeError, AttributeError):
                    raise ModelFailed(
                        f"{self.path}, line {number} is none of a transcript"
                    ) from None

    def next(self, key: str) -> Answer | None:
        """Return the next answer to a question; None if there is none left."""
        answers = self._answers.get(key, [])
        if self._given[key] >= len(answers):
            return None
        self._given[key] += 1
        return answers[self._given[key] - 1]

    def times(self, key: str) -> int:
        """Return how often a question was answered when it was recorded."""
        return len(self._answers.get(key, []))

    def add(self, key: str, messages: Sequence[Message], answer: Answer) -> None:
        """Write down an answer that was just given."""
        self._answers.setdefault(key, []).append(answer)
        self._given[key] += 1
        line = {
            "key": key,
            "messages": [
                {"role": one.role, "text": self.redactor.clean(one.text)}
                for one in messages
            ],
            "answer": {
                **asdict(answer),
                "text": self.redactor.clean(answer.text),
            },
        }
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("a", encoding="utf-8") as file:
            file.write(f"{json.dumps(line, ensure_ascii=False, sort_keys=True)}\n")


@dataclass(frozen=True, slots=True)
class Replayed:
    """A model that gives the answers of a transcript, and asks another for the rest.

    Attributes:
        name: of the model that gave them.
        transcript: with the answers.
        model: asked for what is not there, and written down; None to ask nobody.
    """

    name: str
    transcript: Transcript
    model: Model | None = None

    def complete(
        self,
        messages: Sequence[Message],
        *,
        schema: Schema | None = None,
        most_tokens: int | None = None,
        temperature: float | None = None,
        on_text: Callable[[str], None] | None = None,
    ) -> Answer:
        """Give what was answered before.

        Raises:
            ModelFailed: it was never asked, and there is nobody to ask.
        """
        key = question_key(self.name, messages, schema, temperature)
        answer = self.transcript.next(key)
        if answer is not None:
            if on_text is not None:
                on_text(answer.text)
            return answer
        if self.model is None:
            raise ModelFailed(self._missing(key, messages))
        answer = self.model.complete(
            messages,
            schema=schema,
            most_tokens=most_tokens,
            temperature=temperature,
            on_text=on_text,
        )
        self.transcript.add(key, messages, answer)
        return answer

    def _missing(self, key: str, messages: Sequence[Message]) -> str:
        times = self.transcript.times(key)
        last = " ".join(self.transcript.redactor.clean(messages[-1].text).split())
        often = f"only {times} times" if times else "never"
        return (
            f"{self.transcript.path}: {self.name} was {often} asked this when it was "
            f"recorded (question {key[:12]}, which ends in {last[-80:]!r}); record it "
            "again with a model"
        )


def _answer(found: dict[str, Any]) -> Answer:
    spent = Spent(**found.pop("spent"))
    return Answer(spent=spent, **found)
