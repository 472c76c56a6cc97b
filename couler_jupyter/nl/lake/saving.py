"""A person's own entry, written into the folder of those."""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import NamedTemporaryFile

from couler_jupyter.errors import InvalidDocument
from couler_jupyter.nl.lake.entry import Entry, read_entry, write_entry
from couler_jupyter.nl.lake.lake import lake_folder


def save_entry(entry: Entry, folder: Path | None = None) -> Path:
    """Write an entry, in place of one of its name; as a whole or not at all.

    Args:
        entry: what is written; it is read again first, so that what is written is an entry.
        folder: where to; by default the person's own.

    Returns:
        Its file.

    Raises:
        InvalidDocument: it cannot be read again as the same, or not be written.
    """
    text = write_entry(entry)
    where = f"entry {entry.name!r}"
    if read_entry(text, where) != entry:
        raise InvalidDocument(f"{where}: a line or separator stands where it cannot be")
    folder = lake_folder() if folder is None else folder
    # the name has been checked: no path leads out of the folder
    path = folder / f"{entry.name}.md"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _replace(path, text)
    except OSError as error:
        raise InvalidDocument(f"{path}: cannot be written: {error}") from None
    return path


def _replace(path: Path, text: str) -> None:
    with NamedTemporaryFile(
        "w", encoding="utf-8", dir=path.parent, prefix=".", delete=False
    ) as part:
        try:
            part.write(text)
            part.flush()
            os.fsync(part.fileno())
            Path(part.name).replace(path)
        except BaseException:
            Path(part.name).unlink(missing_ok=True)
            raise
