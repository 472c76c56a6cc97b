"""All entries that are searched: ours, and those of the person."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from couler_jupyter.errors import InvalidDocument, UnknownName
from couler_jupyter.nl.lake.entry import LARGEST, Entry, read_entry
from couler_jupyter.nl.lake.finding import Embed, Hit, Index
from couler_jupyter.nl.modules import Kind

_BUILT_IN: Final = Path(__file__).parent / "entries"


def lake_folder() -> Path:
    """Return the folder with a person's own entries; it need not be there."""
    if named := os.environ.get("COULER_LAKE"):
        return Path(named)
    from platformdirs import user_config_path

    return user_config_path("couler") / "lake"


# no slots: the index is made when it is first asked for, and kept with the value
@dataclass(frozen=True, kw_only=True)
class Lake:
    """Entries, each of another name, in the order of their names.

    Attributes:
        entries: all of them.
    """

    entries: tuple[Entry, ...] = ()

    @classmethod
    def builtin(cls) -> Lake:
        """Return the entries that come with the package."""
        return cls().with_folder(_BUILT_IN)

    @classmethod
    def at_hand(cls) -> Lake:
        """Return ours and those in `lake_folder`, which go before ours of their names.

        Raises:
            InvalidDocument: a file in that folder is no entry.
        """
        return cls.builtin().with_folder(lake_folder())

    def with_folder(self, folder: Path) -> Lake:
        """Return a lake that also has the entries in a folder's `*.md`; none if it is not there.

        Raises:
            InvalidDocument: a file is no entry, or two are of one name.
        """
        found: dict[str, Path] = {}
        entries: list[Entry] = []
        for path in sorted(folder.glob("*.md")):
            entry = _read(path)
            if entry.name in found:
                raise InvalidDocument(
                    f"{path}: entry {entry.name!r} is in {found[entry.name].name} already"
                )
            found[entry.name] = path
            entries.append(entry)
        return self._with(entries)

    def with_entry(self, entry: Entry) -> Lake:
        """Return a lake that also has this entry, in place of one of its name."""
        return self._with((entry,))

    def named(self, name: str) -> Entry:
        """Return one entry.

        Raises:
            UnknownName: there is none of that name.
        """
        for entry in self.entries:
            if entry.name == name:
                return entry
        raise UnknownName("entry", name, [one.name for one in self.entries])

    def find(
        self,
        text: str,
        kinds: Iterable[Kind] = (),
        *,
        most: int = 5,
        embed: Embed | None = None,
    ) -> tuple[Hit, ...]:
        """Return the entries that are most like a wish, the best first.

        Args:
            text: the wish, or a part of it.
            kinds: entries of other kinds are left out; empty for all.
            most: how many at the most.
            embed: gives vectors of texts; without it words alone decide.
        """
        if not self.entries:
            return ()
        return self._index.search(text, kinds, most, embed)

    @cached_property
    def _index(self) -> Index:
        return Index(self.entries)

    def _with(self, entries: Iterable[Entry]) -> Lake:
        found = {one.name: one for one in (*self.entries, *entries)}
        return Lake(entries=tuple(found[name] for name in sorted(found)))


def _read(path: Path) -> Entry:
    try:
        if path.stat().st_size > 4 * LARGEST:
            raise InvalidDocument(f"{path}: too big for an entry")
        return read_entry(path.read_text(encoding="utf-8"), str(path))
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidDocument(f"{path}: cannot be read: {error}") from None
