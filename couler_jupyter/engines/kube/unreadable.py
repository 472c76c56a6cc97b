"""The error for texts that hold no manifests."""

from __future__ import annotations

from couler_jupyter.engines.kube.places import Place
from couler_jupyter.errors import InvalidDocument

_FIRST = Place(1, 1)


class Unreadable(InvalidDocument):
    """A text is no YAML or JSON that holds manifests.

    Attributes:
        what: what is wrong, without its place.
        place: where; the first character if it is the text as a whole.
    """

    def __init__(self, what: str, place: Place = _FIRST) -> None:
        self.what = what
        self.place = place
        super().__init__(f"{place}: {what}")
