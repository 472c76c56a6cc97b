"""Any OpenAI-compatible endpoint: OpenAI, Azure, vLLM, Ollama, llama.cpp's server."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from couler_jupyter.errors import ModelFailed, UsageFailed
from couler_jupyter.llm.model import Answer, Message, Schema, Spent
from couler_jupyter.llm.near_json import near_json
from couler_jupyter.llm.openai_answer import Heard
from couler_jupyter.llm.openai_errors import expected_errors, said, told
from couler_jupyter.llm.openai_request import Asked, Habits
from couler_jupyter.llm.settings import Settings
from couler_jupyter.targets import read_secret

_MOST_TRIES = 8
"""How often a question is put otherwise: each time, one thing less is asked for."""
_BLAMES = frozenset({400, 422})
_MAY_BLAME = frozenset({500, 501})
_CONNECT_SECONDS = 10.0


@dataclass(slots=True)
class OpenAIModel:
    """A model behind the chat completions of an OpenAI-compatible endpoint.

    Answers by a schema are asked for by `json_schema`, where that is refused or does not
    hold by `json_object`, and last in words; each is checked, and small slips mended. One
    that does not fit at last is returned as it came: whoever asked can say what is wrong.

    Attributes:
        settings: which, and where.
    """

    settings: Settings
    _habits: Habits = field(default_factory=Habits, repr=False)

    def __post_init__(self) -> None:
        """Begin as OpenAI itself would have it."""
        if not self.settings.base_url:
            self._habits.size = "max_completion_tokens"

    @property
    def name(self) -> str:
        """The model's name at its endpoint."""
        return self.settings.model

    def complete(
        self,
        messages: Sequence[Message],
        *,
        schema: Schema | None = None,
        most_tokens: int | None = None,
        temperature: float | None = None,
        on_text: Callable[[str], None] | None = None,
    ) -> Answer:
        """Return what comes next; see `Model`.

        Raises:
            ModelFailed: with one line that says why; the key is not in it.
        """
        asked = Asked(
            model=self.name,
            messages=messages,
            schema=schema,
            most_tokens=most_tokens,
            temperature=temperature,
        )
        with _Line(self.settings) as line:
            return self._answer(line, asked, on_text)

    def _answer(
        self, line: _Line, asked: Asked, on_text: Callable[[str], None] | None
    ) -> Answer:
        spent = Spent()
        while True:
            answer = self._ask(line, asked, on_text)
            spent += answer.spent
            text = _fitting(answer, asked.schema)
            if text is not None:
                return replace(answer, text=text, spent=spent)
            if answer.cut or not self._habits.lower():
                return replace(answer, spent=spent)

    def _ask(
        self, line: _Line, asked: Asked, on_text: Callable[[str], None] | None
    ) -> Answer:
        for _ in range(_MOST_TRIES):
            sent = self._habits.request(asked)
            heard = Heard(self.name, asked.most_tokens, on_text)
            try:
                line.send(sent, heard)
            except expected_errors() as error:
                if not self._adapts(error, sent):
                    raise told(error, self.settings, line.key) from None
                continue
            if heard.any:
                return heard.answer(list(asked.messages))
            if not self._habits.stream:
                break
            self._habits.stream = False  # it took the word, and told nothing
        raise ModelFailed(
            f"{self.settings.host} does not answer as an OpenAI-compatible endpoint "
            "does; base URLs mostly end in /v1"
        )

    def _adapts(self, error: Exception, sent: dict[str, Any]) -> bool:
        status = getattr(error, "status_code", None)
        if status not in _BLAMES | _MAY_BLAME:
            return False
        return self._habits.adapt(said(error), sent, sure=status in _BLAMES)


class _Line:
    """An open line to an endpoint; the key is kept no longer than it."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.key = _key(settings)

    def __enter__(self) -> _Line:
        self._client = _client(self._settings, self.key)
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def send(self, sent: dict[str, Any], heard: Heard) -> None:
        came = self._client.chat.completions.create(**sent)
        if "stream" not in sent:
            heard.whole(came)
            return
        with came as chunks:
            heard.stream(chunks, time.monotonic() + self._settings.seconds)


def _fitting(answer: Answer, schema: Schema | None) -> str | None:
    """Return the answer as what was asked for; None if it is not that."""
    if schema is None:
        return answer.text
    try:
        return near_json(answer.text, schema, whole=not answer.cut)
    except ModelFailed:
        return None


def _key(settings: Settings) -> str:
    if settings.key:
        try:
            return read_secret(settings.key)
        except UsageFailed as error:
            raise ModelFailed(f"{settings.model} needs its key: {error}") from None
    if settings.base_url and not settings.api_version:
        return ""
    raise ModelFailed(
        f"{settings.model} needs a key; set COULER_LLM_API_KEY to it, or to where it is "
        "(env:NAME or keyring:SERVICE/NAME)"
    )


def _client(settings: Settings, key: str) -> Any:  # noqa: ANN401 (of a package that may be missing)
    try:
        import openai
    except ImportError:
        raise ModelFailed(
            "language models need the package openai; "
            "install it with pip install 'couler-jupyter[openai]'"
        ) from None
    seconds = settings.seconds
    how: dict[str, Any] = {
        "api_key": key or "none",  # servers of one's own ask for none, the package does
        "timeout": openai.Timeout(seconds, connect=min(seconds, _CONNECT_SECONDS)),
        "max_retries": settings.retries,
    }
    if not settings.api_version:
        url = settings.base_url or "https://api.openai.com/v1"
        return openai.OpenAI(base_url=url, **how)
    return openai.AzureOpenAI(
        azure_endpoint=settings.base_url,
        azure_deployment=settings.deployment or settings.model,
        api_version=settings.api_version,
        **how,
    )
