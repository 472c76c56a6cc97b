"""Requests that a view sends: each is answered, whatever becomes of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from couler_jupyter.errors import CoulerError
from couler_jupyter.protocol import Reply, Request, reply_to


def answer(
    request: Request,
    known: Mapping[str, Callable[[Request], object]],
    send: Callable[[Reply], None],
) -> None:
    """Do what is asked and say what came of it.

    Args:
        request: what is asked.
        known: what to call, by the type of the request; an object that it returns is
            sent back.
        send: takes the answer.
    """
    done = known.get(request["type"])
    if done is None:
        names = ", ".join(sorted(known)) or "none"
        send(reply_to(request, f"no request {request['type']!r}; known: {names}"))
        return
    try:
        made = done(request)
    except CoulerError as error:
        send(reply_to(request, str(error)))
    except Exception as error:
        send(reply_to(request, f"{type(error).__name__}: {error}"))
        raise
    else:
        send(reply_to(request, answer=made if isinstance(made, dict) else None))
