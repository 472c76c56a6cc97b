"""What was asked and answered, line by line, in a file that only its owner can read."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from couler_jupyter.errors import CoulerError, StoreFailed
from couler_jupyter.llm.model import Answer, Message, Model, Schema
from couler_jupyter.llm.redacting import Redactor

_FLAGS = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0)


def records_folder() -> Path:
    """Return where the records are: a file a day, in the user's folder for state."""
    from platformdirs import user_state_path

    return user_state_path("couler") / "models"


class Record:
    """A file of lines, each what was asked and what came of it, without secrets."""

    def __init__(self, redactor: Redactor, folder: Path | None = None) -> None:
        """Prepare to write.

        Args:
            redactor: that takes secrets out.
            folder: for the files; None for the usual one.
        """
        self._redactor = redactor
        self._folder = folder

    def check(self) -> None:
        """Make sure that it can be written, before money is spent.

        Raises:
            StoreFailed: it cannot.
        """
        self._append(b"")

    def add(self, model: str, messages: Sequence[Message], **what: object) -> None:
        """Write down one question and what came of it.

        Raises:
            StoreFailed: it cannot be written.
        """
        line = {
            "at": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "model": model,
            "messages": [asdict(one) for one in messages],
            **what,
        }
        text = json.dumps(_clean(line, self._redactor), ensure_ascii=False)
        self._append(f"{text}\n".encode("utf-8", "replace"))

    def _append(self, data: bytes) -> None:
        folder = self._folder or records_folder()
        path = folder / f"{datetime.now(UTC):%Y-%m-%d}.jsonl"
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            file = os.open(path, _FLAGS, 0o600)
            with os.fdopen(file, "ab", buffering=0) as open_file:
                fcntl.flock(open_file, fcntl.LOCK_EX)
                open_file.write(data)
        except OSError as error:
            raise StoreFailed(
                f"{path}: what a language model is asked cannot be written down "
                f"({error.strerror}); COULER_LLM_RECORD=off does without"
            ) from None


@dataclass(frozen=True, slots=True)
class Recorded:
    """A model of which every question and answer is written down.

    Attributes:
        model: that is asked.
        record: where to.
    """

    model: Model
    record: Record

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
        """Ask, and write down what was asked and what came of it.

        Raises:
            StoreFailed: it cannot be written down; nothing was asked, then.
        """
        self.record.check()
        how = {"schema": schema, "most_tokens": most_tokens, "temperature": temperature}
        try:
            answer = self.model.complete(
                messages,
                schema=schema,
                most_tokens=most_tokens,
                temperature=temperature,
                on_text=on_text,
            )
        except (CoulerError, KeyboardInterrupt) as error:
            why = str(error) or type(error).__name__
            self.record.add(self.name, messages, **how, error=why)
            raise
        self.record.add(self.name, messages, **how, answer=asdict(answer))
        return answer


def _clean(value: Any, redactor: Redactor) -> Any:  # noqa: ANN401 (JSON may be anything)
    match value:
        case str():
            return redactor.clean(value)
        case dict():
            return {
                redactor.clean(str(name)): _clean(one, redactor)
                for name, one in value.items()
            }
        case list() | tuple():
            return [_clean(one, redactor) for one in value]
        case _:
            return value
