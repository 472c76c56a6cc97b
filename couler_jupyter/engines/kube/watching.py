"""Following one object, or those of a list, as they change, whatever breaks.

A watch goes on from a version. When the server has forgotten that version (410), or
the connection drops, the object is fetched anew: nothing is missed but states that
were passed through meanwhile.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from typing import Protocol

from couler_jupyter.engines.kube.closing import Closing
from couler_jupyter.engines.web.patience import USUAL, Patience
from couler_jupyter.engines.web.refusal import Refused
from couler_jupyter.engines.web.wire import ConnectionLost, Stream, lines
from couler_jupyter.ir import Json

_GONE = 410
_DELETED = "DELETED"


class Expired(Exception):
    """The server no longer knows the version that a watch was to go on from."""


class Watched(Protocol):
    """What is followed."""

    def fetch(self) -> Json:
        """Return the object as it is now; None if there is none."""
        ...

    def open(self, version: str) -> AbstractContextManager[Stream]:
        """Lend the answer that tells of changes behind `version`."""
        ...


def states(
    watched: Watched, closing: Closing, *, patience: Patience = USUAL
) -> Iterator[Json]:
    """Yield the object whenever it changed, None once it is gone.

    Args:
        watched: what is followed.
        closing: ends it; without that it never ends by itself.
        patience: how long it waits when watches break at once, again and again.

    Raises:
        Refused: it may not be seen (any longer).
        Unreachable: it cannot be fetched, however often it was tried.
    """
    quiet = 0
    while not closing.closed:
        found = watched.fetch()
        yield found
        if found is None:
            return
        before = time.monotonic()
        for kind, changed in _changes(watched, version_of(found), closing):
            yield None if kind == _DELETED else changed
            if kind == _DELETED:
                return
        quiet = _rested(before, quiet, closing, patience)


def members(
    watched: Watched, closing: Closing, *, patience: Patience = USUAL
) -> Iterator[Mapping[str, Json]]:
    """Yield the objects of a list, by name, whenever one of them changed.

    Args:
        watched: what is followed; `fetch` gives the list.
        closing: ends it; without that it never ends by itself.
        patience: how long it waits when watches break at once, again and again.

    Raises:
        Refused: they may not be seen (any longer).
        Unreachable: they cannot be fetched, however often it was tried.
    """
    quiet = 0
    while not closing.closed:
        found = watched.fetch()
        there = {_name_of(one): one for one in found.get("items") or ()}
        yield dict(there)
        before = time.monotonic()
        for kind, changed in _changes(watched, version_of(found), closing):
            there[_name_of(changed)] = changed
            if kind == _DELETED:
                del there[_name_of(changed)]
            yield dict(there)
        quiet = _rested(before, quiet, closing, patience)


def _rested(before: float, quiet: int, closing: Closing, patience: Patience) -> int:
    """Return how often watches ended at once, and wait: it must not become a busy loop."""
    quiet = 0 if time.monotonic() - before > 5.0 else quiet + 1
    if quiet > 1:
        closing.wait(patience.wait(quiet - 1))
    return quiet


def _name_of(found: Json) -> str:
    return str(found["metadata"]["name"])


def version_of(found: Json) -> str:
    """Return the version of an object; empty if it has none."""
    return str(found.get("metadata", {}).get("resourceVersion", ""))


def _changes(
    watched: Watched, version: str, closing: Closing
) -> Iterator[tuple[str, Json]]:
    """Yield kinds of changes, and the object, until the watch is no good any more."""
    while not closing.closed:
        heard = False
        try:
            with (
                watched.open(version) as stream,
                closing.interrupting(stream.hang_up),
            ):
                for line in lines(stream.chunks()):
                    kind, found = _event(line)
                    heard = True
                    version = version_of(found) or version
                    if kind != "BOOKMARK":
                        yield kind, found
        except (ConnectionLost, Expired):
            return
        except Refused as error:
            if error.status == _GONE or error.status >= 500 or error.status == 429:
                return
            raise
        if not heard:  # the server ended it in good order: ask how things stand
            return


def _event(line: bytes) -> tuple[str, Json]:
    """Return the kind of a change and the object, from either server's line."""
    line = line.removeprefix(b"data:").strip()
    try:
        event = json.loads(line)
    except ValueError:
        raise ConnectionLost("the connection was cut in the middle of a line") from None
    if not isinstance(event, dict) or "error" in event:
        raise Expired
    event = event.get("result", event)
    kind, found = event.get("type", ""), event.get("object")
    if kind == "ERROR" or not isinstance(found, dict):
        raise Expired
    return str(kind), found
