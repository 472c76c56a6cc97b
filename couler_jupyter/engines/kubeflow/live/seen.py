"""A task of a run as the server tells of it, with all that runs inside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from couler_jupyter.ir import Json

SKIPPED, SUCCEEDED, FAILED, CACHED = "SKIPPED", "SUCCEEDED", "FAILED", "CACHED"
RUNNING, PENDING = "RUNNING", "PENDING"
CANCELING, CANCELED = "CANCELING", "CANCELED"
_LIVE = frozenset({"", RUNNING, PENDING, CANCELING, "PAUSED"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A task, or what holds others.

    Attributes:
        state: in the words of the server.
        started: seconds since the epoch, None before; `finished` likewise.
        message: why, in one line.
        outputs: by the names they have there: values, and handles of files.
        pods: those that ran it, one for each attempt.
        inside: its tasks by name; those of each item of a loop are in `items`.
        items: what is done for the items of a loop, by their number.
    """

    state: str
    started: float | None = None
    finished: float | None = None
    message: str = ""
    outputs: Mapping[str, Json] = field(default_factory=dict)
    pods: tuple[str, ...] = ()
    inside: Mapping[str, Seen] = field(default_factory=dict["str", "Seen"])
    items: Mapping[int, Seen] = field(default_factory=dict["int", "Seen"])

    @property
    def ended(self) -> bool:
        """Whether nothing more will come of it."""
        return self.state not in _LIVE
