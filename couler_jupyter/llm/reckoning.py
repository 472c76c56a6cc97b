"""How many tokens a text is, where an endpoint does not say."""

from __future__ import annotations

from collections.abc import Sequence

from couler_jupyter.llm.model import Message

_BYTES = 4
_AROUND = 4


def reckon(text: str) -> int:
    """Return an estimate: a token for each four bytes of UTF-8, rounded up.

    >>> reckon("train a model"), reckon("")
    (4, 0)
    """
    return -(-len(text.encode("utf-8", "replace")) // _BYTES)


def reckon_messages(messages: Sequence[Message]) -> int:
    """Return an estimate for a conversation, with what stands around each message."""
    return sum(reckon(one.text) + _AROUND for one in messages)
