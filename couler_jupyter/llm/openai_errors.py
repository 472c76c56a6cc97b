"""What went wrong with an OpenAI-compatible endpoint, in one line and without the key."""

from __future__ import annotations

import sys
from json import JSONDecodeError
from typing import Any

from couler_jupyter.errors import ModelFailed
from couler_jupyter.llm.redacting import Redactor
from couler_jupyter.llm.settings import Settings

_LONGEST = 300


def expected_errors() -> tuple[type[Exception], ...]:
    """Return what the package openai raises, and what it lets through while reading."""
    import openai

    # it speaks HTTP through one of the two, and does not wrap all errors of either
    spoken = [sys.modules.get(name) for name in ("httpx", "httpx2")]
    below = [one.HTTPError for one in spoken if one is not None]
    unread = (JSONDecodeError, UnicodeDecodeError, RecursionError)
    return (openai.OpenAIError, *below, *unread)


def told(error: Exception, settings: Settings, key: str) -> ModelFailed:
    """Return the error to raise in its place."""
    line = " ".join(_line(error, settings).split())
    clean = Redactor([key]).clean(line)
    return ModelFailed(clean if len(clean) <= _LONGEST else f"{clean[:_LONGEST]}...")


def said(error: object) -> str:
    """Return what an endpoint said of what it refused, with the parameter it names."""
    param, code = getattr(error, "param", None), getattr(error, "code", None)
    return " ".join(str(part) for part in (_message(error), param, code) if part)


def _line(error: Exception, settings: Settings) -> str:
    import openai

    host, model = settings.host, settings.model
    match error:
        case openai.APITimeoutError():
            return f"{host} did not answer within {settings.seconds:g} s"
        case openai.APIConnectionError():
            return f"{host} cannot be reached: {_cause(error)}"
        case openai.APIStatusError():
            return _refused(error.status_code, _message(error), settings)
        case openai.APIError():
            return f"{model} at {host} broke off: {_message(error)}"
        case ValueError() | RecursionError():
            return f"{host} does not answer as an OpenAI-compatible endpoint does"
        case _:
            return f"{model} at {host} broke off: {_cause(error)}"


def _refused(status: int, message: str, settings: Settings) -> str:
    host, model = settings.host, settings.model
    from_where = settings.key or "COULER_LLM_API_KEY, which is not set"
    lines = {
        401: f"{host} refuses the key (401), which comes from {from_where}: {message}",
        403: f"{host} does not let this key use {model} (403): {message}",
        404: f"{host} has no model {model!r} at this address (404): {message}; base "
        "URLs mostly end in /v1",
        408: f"{host} took too long (408): {message}",
        413: f"the question is too long for {host} (413): {message}",
        429: f"{host} takes no more for now (429): {message}",
    }
    if status in lines:
        return lines[status]
    if status >= 500:
        return f"{host} failed ({status}): {message}"
    return f"{host} does not take the question ({status}): {message}"


def _message(error: object) -> str:
    body: Any = getattr(error, "body", None)
    message = body.get("message") if isinstance(body, dict) else None
    return str(message or getattr(error, "message", "") or error)


def _cause(error: Exception) -> str:
    cause = error.__cause__ or error
    return str(cause) or type(cause).__name__
