"""What a server says when it refuses, in one line that says what to do."""

from __future__ import annotations

import json
from collections.abc import Mapping
from types import MappingProxyType

from couler_jupyter.engines.kube.troubles import trouble_in
from couler_jupyter.engines.kube.wire import Answer
from couler_jupyter.errors import SubmitFailed

_LONGEST = 400
_ADVICE: Mapping[int, str] = MappingProxyType(
    {
        302: "the server wants a login; set ARGO_TOKEN to a token",
        401: "the credentials are not accepted; log in again or renew the token",
        403: "ask for the right to do this in this namespace",
        404: "there is none of that name, or this server does not know the kind",
        409: "there is one of that name already, or it was changed meanwhile",
        413: "the document is too big for the server; split the workflow",
        429: "the server has too much to do; try again later",
    }
)


class Refused(SubmitFailed):
    """A server was reached and said no.

    Attributes:
        status: the HTTP status.
        reason: one word for it, as Kubernetes has it; empty if it gave none.
        said: what the server said itself.
    """

    def __init__(self, where: str, answer: Answer) -> None:
        self.status = answer.status
        self.reason, self.said = told(answer)
        trouble = trouble_in(self.said)
        advice = trouble.advice if trouble else _ADVICE.get(self.status, "")
        end = f"; {advice}" if advice else ""
        super().__init__(f"{where}: {self.said} ({self.status}){end}")


class Unreachable(SubmitFailed):
    """A server could not be reached, however often it was tried."""


def told(answer: Answer) -> tuple[str, str]:
    """Return the reason and the message in an answer.

    >>> told(Answer(404, {}, b'{"reason": "NotFound", "message": "no pod"}'))
    ('NotFound', 'no pod')
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
    line = " ".join(str(said).split())
    return str(found.get("reason") or ""), line[:_LONGEST] or f"status {answer.status}"
