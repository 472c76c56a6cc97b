"""An object: bytes under the name of their content."""

from __future__ import annotations

import re
from dataclasses import dataclass

from couler_jupyter.errors import StoreFailed

_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Object:
    """Bytes that are kept.

    Attributes:
        digest: their SHA-256, hexadecimal.
        size: how many they are.

    Raises:
        ValueError: the digest is none; it will be part of a path.
    """

    digest: str
    size: int

    def __post_init__(self) -> None:
        """Reject what is no digest."""
        if _DIGEST.fullmatch(self.digest) is None:
            raise ValueError(f"{self.digest[:80]!r} is no SHA-256")


class Missing(StoreFailed):
    """The object is not there (any more)."""


class Corrupt(StoreFailed):
    """What lies under the object's name are other bytes; they were not handed out."""
