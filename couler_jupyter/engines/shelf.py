"""Where datasets stay between runs, as an engine sees it: beside `Cache`, for caches that can."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, runtime_checkable


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """One version of a dataset, as it was read.

    Attributes:
        dataset: what it is a version of: the same text for the same place.
        name: of the place, for people; no secret is in it.
        version: what the storage calls it, or `sha256:` and its content.
        content: a SHA-256, the same for the same content.
        file: what the file or folder is called.
        folder: whether it is one.
        size: bytes.
        seconds: how long it took to read.
        held: whether its bytes are at hand.
    """

    dataset: str
    name: str
    version: str
    content: str
    file: str
    folder: bool
    size: int
    seconds: float
    held: bool = False


class Shelf(Protocol):
    """Keeps datasets within a budget. All methods may raise `StoreFailed`."""

    def copy(self, dataset: str, *versions: str) -> Copy | None:
        """Return what is known of the first of these versions that is known.

        Args:
            dataset: which one.
            versions: as the storage calls them; `sha256:...` for one of that content.
        """
        ...

    def latest(self, dataset: str) -> tuple[Copy, float] | None:
        """Return the version that was seen last, and how many seconds ago it was."""
        ...

    def saw(self, copy: Copy) -> None:
        """Take notice that this version is what lies there now."""
        ...

    def met(self, copy: Copy) -> None:
        """Take notice that the run has to do with this version."""
        ...

    def bring(self, copy: Copy, target: Path) -> None:
        """Write the bytes of a version that is held to a path that is not there.

        Raises:
            StoreFailed: they are gone or damaged.
        """
        ...

    def keep(self, copy: Copy, path: Path) -> None:
        """Take what was read: what it is, and its bytes if they are worth their room."""
        ...

    def alone(self, dataset: str) -> AbstractContextManager[None]:
        """Have others that are about to read the same dataset wait."""
        ...


@runtime_checkable
class Shelved(Protocol):
    """What a cache is that also keeps datasets."""

    @property
    def shelf(self) -> Shelf:
        """Where they are."""
        ...
