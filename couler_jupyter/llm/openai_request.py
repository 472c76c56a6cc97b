"""What is sent to an OpenAI-compatible endpoint, and what it turns out not to take."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from couler_jupyter.llm.model import Message, Schema

_TELL_SCHEMA = (
    "Answer with one JSON value and nothing else: no talk around it, no code fence. "
    "It has to fit this JSON Schema:\n"
)
_OLD_SIZE, _NEW_SIZE = "max_tokens", "max_completion_tokens"
_TOO_LONG = ("context_length", "context length", "maximum context", "too many tokens")


class Shape(IntEnum):
    """How an answer by a schema is asked for, the best first."""

    SCHEMA = 0
    OBJECT = 1
    TEXT = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One question to an endpoint.

    Attributes:
        model: its name there.
        messages: the conversation.
        schema: what the answer has to be.
        most_tokens: of the answer.
        temperature: of sampling.
    """

    model: str
    messages: Sequence[Message]
    schema: Schema | None
    most_tokens: int | None
    temperature: float | None


@dataclass(slots=True)
class Habits:
    """What an endpoint takes, as far as it has turned out.

    Attributes:
        shape: how answers by a schema are asked for.
        stream: whether it can tell its answer piece by piece.
        usage: whether it counts the tokens of streams.
        temperature: whether it takes one.
        size: what it calls the most tokens of an answer.
    """

    shape: Shape = Shape.SCHEMA
    stream: bool = True
    usage: bool = True
    temperature: bool = True
    size: str = _OLD_SIZE

    def request(self, asked: Asked) -> dict[str, Any]:
        """Return the arguments for the package openai."""
        sent: dict[str, Any] = {
            "model": asked.model,
            "messages": [{"role": m.role, "content": m.text} for m in asked.messages],
        }
        if self.stream:
            sent["stream"] = True
        if self.stream and self.usage:
            sent["stream_options"] = {"include_usage": True}
        if asked.most_tokens is not None:
            sent[self.size] = asked.most_tokens
        if asked.temperature is not None and self.temperature:
            sent["temperature"] = asked.temperature
        if asked.schema is not None:
            self._shape(sent, asked.schema)
        return sent

    def lower(self) -> bool:
        """Ask for less by schema from now on; False where there is no less."""
        if self.shape is Shape.TEXT:
            return False
        self.shape = Shape(self.shape + 1)
        return True

    def adapt(self, why: str, sent: dict[str, Any], *, sure: bool = True) -> bool:
        """Leave out what an endpoint refused; False where that is nothing of this.

        Args:
            why: what it said, with the name of the parameter if it told that.
            sent: what it refused.
            sure: whether it blames the question; some fail over a format they lack.
        """
        why = why.lower()
        if any(words in why for words in _TOO_LONG):
            return False
        if "stream_options" in why and "stream_options" in sent:
            self.usage = False
        elif "temperature" in why and "temperature" in sent:
            self.temperature = False
        elif self.size in why and self.size in sent:
            # each endpoint that refuses one of the two names knows the other
            other = _NEW_SIZE if self.size == _OLD_SIZE else _OLD_SIZE
            if why.count(other) == 0 and "support" not in why and "unknown" not in why:
                return False
            self.size = other
        elif "response_format" in sent and (sure or "response_format" in why):
            return self.lower()
        elif "stream" in why and "stream" in sent:
            self.stream = False
        else:
            return False
        return True

    def _shape(self, sent: dict[str, Any], schema: Schema) -> None:
        if self.shape is Shape.SCHEMA:
            form = {"name": "answer", "schema": schema, "strict": _is_strict(schema)}
            sent["response_format"] = {"type": "json_schema", "json_schema": form}
            return
        told = {"role": "system", "content": _TELL_SCHEMA + json.dumps(schema)}
        sent["messages"] = [told, *sent["messages"]]
        if self.shape is Shape.OBJECT:
            sent["response_format"] = {"type": "json_object"}


def _is_strict(schema: Any) -> bool:  # noqa: ANN401 (any JSON)
    """Whether each object in it is closed and needs all that it has, as OpenAI asks."""
    if isinstance(schema, list):
        return all(map(_is_strict, schema))
    if not isinstance(schema, dict):
        return True
    if schema.get("type") == "object":
        known, needed = (
            set(schema.get("properties", ())),
            set(schema.get("required", ())),
        )
        if schema.get("additionalProperties") is not False or known != needed:
            return False
    return all(map(_is_strict, schema.values()))
