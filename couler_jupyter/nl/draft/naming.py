"""Names in a draft: of functions, and of what holds what a step gives."""

from __future__ import annotations

import builtins
import keyword
import re
from dataclasses import dataclass, field
from typing import Final

from couler_jupyter.nl.draft.plan import Activity
from couler_jupyter.nl.modules import Kind

_NOUNS: Final = {
    Kind.LOADING: "table",
    Kind.CLEANING: "cleaned",
    Kind.FEATURES: "features",
    Kind.SPLIT: "parts",
    Kind.TRAINING: "model",
    Kind.TUNING: "tuned",
    Kind.EVALUATION: "score",
    Kind.COMPARISON: "comparison",
    Kind.SELECTION: "best",
    Kind.REPORT: "summary",
    Kind.DEPLOYMENT: "deployed",
    Kind.NOTIFICATION: "told",
}
_NOT_FREE: Final = frozenset(
    {*dir(builtins), *keyword.kwlist, "couler", "rows", "item"}
)


@dataclass(slots=True)
class Names:
    """Names that are taken in one cell.

    Attributes:
        taken: those that are.
        avoided: what the cell itself leaves behind.
    """

    avoided: str = ""
    taken: set[str] = field(default_factory=set[str])

    def function(self, activity: Activity) -> str:
        """Return a name for the function of an activity."""
        return self._free(identifier(activity.name), "step")

    def value(self, activity: Activity, gives: tuple[str, ...]) -> str:
        """Return a name for what an activity gives."""
        noun = _NOUNS.get(activity.kind, f"{activity.verb or 'step'}_result")
        if activity.kind is Kind.CUSTOM and not activity.verb:
            noun = f"step_{activity.name}"
        if gives == ("score",):
            noun = "score"
        about = f"_{activity.about}" if activity.about else ""
        return self._free(identifier(f"{noun}{about}"), "given")

    def plain(self, name: str) -> str:
        """Return a name like this one that is free."""
        return self._free(identifier(name), "given")

    def _free(self, name: str, otherwise: str) -> str:
        if name in _NOT_FREE or name == self.avoided:
            name = f"{name}_{otherwise}"
        number, free = 2, name
        while free in self.taken:
            number, free = number + 1, f"{name}_{number}"
        self.taken.add(free)
        return free


def identifier(text: str) -> str:
    """Return a text as a name of Python's: `train-forest` is `train_forest`."""
    plain = re.sub(r"\W+", "_", text.lower(), flags=re.ASCII).strip("_") or "step"
    return plain if plain[0].isalpha() else f"step_{plain}"


def slug(text: str) -> str:
    """Return a text as the name of a step: `Train a model` is `train-a-model`."""
    plain = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
    return plain[:40].strip("-") or "step"


def short_image(image: str) -> str:
    """Return the last part of an image's name: `weather` of `example/weather:1`."""
    return image.rpartition("/")[2].partition(":")[0]
