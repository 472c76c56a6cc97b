"""What a store asks of the place where its objects lie."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from types import TracebackType
from typing import ClassVar, Protocol, Self

from couler_jupyter.store.object import Object
from couler_jupyter.store.source import Source

MARK = "couler-store"
"""Name of the small file that says which store this is."""
_CLAIM = re.compile(r"[0-9a-f]{32}")


class Opened(Protocol):
    """An object that is being read, to be closed by `with`."""

    def read(self, size: int, /) -> bytes:
        """Return up to so many bytes; none at the end."""
        ...

    def readinto(self, buffer: bytearray, /) -> int | None:
        """Fill a buffer and return how far; 0 at the end."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
        /,
    ) -> object: ...


class Place(Protocol):
    """Objects by digest, and what is on its way there, by the claim it belongs to.

    An object appears whole or not at all. `objects/ab/cdef...` holds what has that
    SHA-256. All methods raise `StoreFailed` when the place cannot be used.

    Attributes:
        name: as it is told; without passwords.
        far: whether bytes may be lost on their way here.
    """

    name: str
    far: ClassVar[bool]

    def mark(self, proposed: str) -> str:
        """Return which store this is, after making it `proposed` if it is none yet."""
        ...

    def marked(self) -> str:
        """Return which store this is; empty if it is none (any more)."""
        ...

    def stage(self, claim: str, source: Source) -> Object:
        """Have the bytes ready to become an object, and return what that will be."""
        ...

    def publish(self, claim: str, made: Object, source: Source) -> None:
        """Make what was staged appear under its digest, in place of what is there."""
        ...

    def unstage(self, claim: str) -> None:
        """Remove what was staged."""
        ...

    def open(self, digest: str) -> Opened:
        """Open an object.

        Raises:
            FileNotFoundError: it is not there.
        """
        ...

    def size(self, digest: str) -> int | None:
        """Return how many bytes an object has here; None if it is not there."""
        ...

    def remove(self, digests: Collection[str]) -> None:
        """Remove objects, half uploaded ones too; one that is gone is gone."""
        ...

    def objects(self) -> Iterator[Object]:
        """Yield every object that is here, by name and size alone."""
        ...

    def staged(self) -> Iterator[str]:
        """Yield the claims of which something is staged."""
        ...

    def torn(self) -> Iterator[str]:
        """Yield the digests of what is half uploaded."""
        ...


def path_of(digest: str) -> str:
    """Return where an object lies, relative to the place."""
    digest = Object(digest, 0).digest
    return f"objects/{digest[:2]}/{digest[2:]}"


def part_of(claim: str) -> str:
    """Return where a part lies, relative to the place."""
    if not is_claim(claim):
        raise ValueError(f"{claim!r} is no claim")
    return f"parts/{claim}"


def is_claim(name: str) -> bool:
    """Whether a file among the parts is one of a store's."""
    return _CLAIM.fullmatch(name) is not None


def digest_of(folder: str, name: str) -> str:
    """Return the digest that a file among the objects is named for; empty if none."""
    try:
        return Object(folder + name, 0).digest if len(folder) == 2 else ""
    except ValueError:
        return ""
