"""What can go wrong with a storage."""

from __future__ import annotations


class StorageTrouble(Exception):
    """An artifact cannot be read from, or written to, where it is kept.

    Attributes:
        transient: whether trying again may help.
    """

    def __init__(self, what: str, *, transient: bool = False) -> None:
        self.transient = transient
        super().__init__(what)
