"""What variables are called that hold steps and workflows."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterator

_NOT_IN_NAMES = re.compile(r"\W+", re.ASCII)
_TAKEN = frozenset({"couler", "ir", "item", "result", "turn"})


class Names:
    """Gives names to what is called something, each its own."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def take(self, wanted: str) -> str:
        """Return a name that no other has."""
        plain = _NOT_IN_NAMES.sub("_", wanted).strip("_").lower() or "step"
        if plain[0].isdigit():
            plain = f"step_{plain}"
        free = next(one for one in _numbered(plain) if self._is_free(one))
        self._taken.add(free)
        return free

    def _is_free(self, name: str) -> bool:
        return (
            name not in self._taken
            and name not in _TAKEN
            and not keyword.iskeyword(name)
            and not keyword.issoftkeyword(name)
        )


def _numbered(name: str) -> Iterator[str]:
    yield name
    number = 2
    while True:
        yield f"{name}_{number}"
        number += 1
