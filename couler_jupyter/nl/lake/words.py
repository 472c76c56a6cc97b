"""Words of a text as they are compared: lower case, without endings and small words."""

from __future__ import annotations

import re
from typing import Final

_WORD = re.compile(r"[a-z]+|[0-9]+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_SMALL: Final = frozenset(
    _WORD.findall(
        "a an and are as at be but by can do does for from get give has have i if in "
        "into is it its let like make me my need of on one or our please should so some "
        "that the their them then there they this to up us use using want was we what "
        "which will with would you your also any because just must such than these those "
        "too very "
    )
)
_ENDINGS: Final = (
    ("ations", "at"),
    ("ation", "at"),
    ("ingly", ""),
    ("ments", ""),
    ("ment", ""),
    ("ings", ""),
    ("ing", ""),
    ("ies", "y"),
    ("ied", "y"),
    ("ers", ""),
    ("ors", ""),
    ("ed", ""),
    ("er", ""),
    ("or", ""),
    ("es", ""),
    ("ly", ""),
    ("s", ""),
    ("e", ""),
)
_SHORTEST = 3


def words_of(text: str) -> list[str]:
    """Return the words that say something, folded, in their order.

    Source code is fine, too: `set_exit_handler` is three words.
    """
    plain = _CAMEL.sub(" ", text).lower()
    return [folded(one) for one in _WORD.findall(plain) if one not in _SMALL]


def folded(word: str) -> str:
    """Return a word without its ending, so that `trains` and `training` are the same."""
    for ending, instead in _ENDINGS:
        stem = word.removesuffix(ending)
        if stem != word and len(stem) >= _SHORTEST and not word.endswith("ss"):
            return _undoubled(stem + instead)
    return word


def _undoubled(stem: str) -> str:
    """Return `split` for `splitt`, but `class` and `fill` as they are."""
    doubled = len(stem) > _SHORTEST and stem[-1] == stem[-2]
    return stem[:-1] if doubled and stem[-1] not in "lsz" else stem
