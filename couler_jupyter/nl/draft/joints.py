"""What each parameter of a step is given: joints by type, among the steps before it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from couler_jupyter.nl.draft.pieces import Parameter

_FITS: Final[Mapping[str, tuple[str, ...]]] = {
    "table": ("table", "train", "data"),
    "train": ("train", "table", "data"),
    "test": ("test", "table", "data"),
    "model": ("model", "best"),
}
"""What a parameter takes, by its name; the best first."""
_LITERAL: Final = frozenset({"file", "path", "sql", "url", "algorithm"})
"""Parameters that the wish itself gives, or nobody."""
_FILE: Final = ("file",)
ANYTHING: Final = frozenset({"results", "data", "text"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What a step, or a map, leaves for those after it.

    Attributes:
        name: of the activity or loop.
        value: the name in the cell that holds it.
        gives: words for what it is, an output for each; one is the value itself.
        needs: what it comes after.
        many: whether it is a list of what items gave.
    """

    name: str
    value: str
    gives: tuple[str, ...]
    needs: tuple[str, ...] = ()
    many: bool = False

    def expression(self, word: str) -> str:
        """Return how one of its outputs is written."""
        return self.value if len(self.gives) == 1 else f"{self.value}.{word}"


@dataclass(frozen=True, slots=True)
class Joint:
    """What a parameter is given.

    Attributes:
        text: as it is written.
        sources: names of what it comes from.
        word: what it is.
    """

    text: str
    sources: tuple[str, ...]
    word: str = "data"


def joint(
    parameter: Parameter, needs: tuple[str, ...], known: Mapping[str, Given]
) -> Joint | None:
    """Return what fits a parameter best; None if nothing does."""
    own = parameter.name not in _FITS and parameter.name not in _LITERAL
    if parameter.name in ANYTHING or (own and not parameter.optional):
        return _anything(parameter, needs, known)
    for word in _FITS.get(parameter.name, ()):
        for one in _nearest(needs, known):
            if word in one.gives and not one.many:
                return Joint(one.expression(word), (one.name,), word)
    return None


def _anything(
    parameter: Parameter, needs: tuple[str, ...], known: Mapping[str, Given]
) -> Joint | None:
    some = [known[name] for name in needs if known[name].gives not in ((), _FILE)]
    if not some or parameter.name == "text":
        return None
    texts = [one.expression(one.gives[0]) for one in some]
    sources = tuple(one.name for one in some)
    if len(some) > 1:
        return Joint(f"[{', '.join(texts)}]", sources)
    if parameter.annotation == "list" and not some[0].many:
        return Joint(f"[{texts[0]}]", sources)
    return Joint(texts[0], sources, some[0].gives[0])


def _nearest(needs: tuple[str, ...], known: Mapping[str, Given]) -> Iterator[Given]:
    """Yield what came before, the nearest first."""
    queue, seen = list(needs), set(needs)
    while queue:
        one = known[queue.pop(0)]
        yield one
        more = [name for name in one.needs if name not in seen and name in known]
        seen |= {*more}
        queue += more
