"""What things may be called."""

from __future__ import annotations

import re
from collections.abc import Collection
from difflib import get_close_matches

_NAME = re.compile(r"\w[\w.-]*")
LONGEST = 253
_MOST_COMPARED = 300


def name_fault(name: str) -> str | None:
    """Return what is wrong with a name, or None.

    Letters (of any script), digits, `_`, `-` and `.` make a name; `/`, `[` and `#`
    are for paths of steps in a run.

    >>> name_fault("train-2"), name_fault("<b>")
    (None, 'may only have letters, digits, _ - . and starts with a letter, digit or _')
    """
    if not name:
        return "is empty"
    if len(name) > LONGEST:
        return f"is {len(name)} characters long; {LONGEST} at the most"
    if _NAME.fullmatch(name) is None:
        return (
            "may only have letters, digits, _ - . and starts with a letter, digit or _"
        )
    return None


def nearest(name: str, known: Collection[str]) -> str:
    """Return `; did you mean 'x'?`, or what there is, to end a message with.

    Among very many names none is looked for: a big file may have as many faults.
    """
    if not known:
        return "; there is none"
    if len(known) > _MOST_COMPARED:
        return f"; there are {len(known)} others"
    names = sorted(known)
    if hint := get_close_matches(name, names, n=1):
        return f"; did you mean {hint[0]!r}?"
    return f"; there is {', '.join(names[:8])}{' and more' * (len(names) > 8)}"
