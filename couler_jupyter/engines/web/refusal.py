"""What a server says when it refuses, in one line that says what to do."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import ClassVar

from couler_jupyter.engines.web.wire import Answer
from couler_jupyter.errors import SubmitFailed

_LONGEST = 400
_AGAIN = frozenset({408, 429, 500, 502, 503, 504})


class Refused(SubmitFailed):
    """A server was reached and said no; a kind of server says more in its own class.

    Attributes:
        status: the HTTP status.
        reason: one word for it, where the server has such; empty if it gave none.
        said: what the server said itself.
    """

    advice_by_status: ClassVar[Mapping[int, str]] = {}

    def __init__(self, where: str, answer: Answer) -> None:
        self.status = answer.status
        self.reason, self.said = told(answer)
        advice = self.advice()
        end = f"; {advice}" if advice else ""
        super().__init__(f"{where}: {self.said} ({self.status}){end}")

    def advice(self) -> str:
        """Return what to do about it; empty where nobody knows."""
        return self.advice_by_status.get(self.status, "")

    def may_pass(self) -> bool:
        """Whether the same question may be answered in a while."""
        return self.status in _AGAIN


class Unreachable(SubmitFailed):
    """A server could not be reached, however often it was tried."""


def told(answer: Answer) -> tuple[str, str]:
    """Return the reason and the message in an answer.

    >>> told(Answer(404, {}, b'{"reason": "NotFound", "message": "no pod"}'))
    ('NotFound', 'no pod')
    >>> told(Answer(404, {}, b'{"detail": "no run"}'))
    ('', 'no run')
    >>> told(Answer(502, {}, b"<html>Bad Gateway</html>"))
    ('', 'status 502')
    """
    try:
        found = json.loads(answer.body)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        text = answer.body.decode("utf-8", "replace")
        plain = "" if "<" in text else " ".join(text.split())
        return "", plain[:_LONGEST] or f"status {answer.status}"
    error = found.get("error")
    inner = error if isinstance(error, dict) else found
    said = inner.get("message") or (error if isinstance(error, str) else "")
    line = " ".join(str(said or _detail(found)).split())
    return str(found.get("reason") or ""), line[:_LONGEST] or f"status {answer.status}"


def _detail(found: Mapping[str, object]) -> str:
    """Return what an answer says as FastAPI has it: a text, or faults with their places."""
    detail = found.get("detail")
    if not isinstance(detail, list):
        return str(detail or "")
    faults = [one for one in detail if isinstance(one, dict)]
    return "; ".join(
        f"{'.'.join(map(str, one.get('loc', ())))}: {one.get('msg', '')}"
        for one in faults
    )
