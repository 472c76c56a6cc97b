"""Where objects lie: a folder, or what fsspec reaches."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from couler_jupyter.store.places.folder import Folder
from couler_jupyter.store.places.place import MARK, Place, path_of
from couler_jupyter.store.places.remote import Remote

__all__ = ["MARK", "Folder", "Place", "Remote", "path_of", "place_of"]


def place_of(url: str | Path, options: Mapping[str, Any] | None = None) -> Place:
    """Return the place that a path or URL names.

    Args:
        url: a path, `file:///...`, or what else fsspec reads.
        options: for the file system.

    Raises:
        StoreFailed: no such place can be reached.
    """
    text = str(url)
    if isinstance(url, Path) or "://" not in text:
        return Folder(Path(text))
    if text.startswith("file:///"):
        return Folder(Path(text.removeprefix("file://")))
    return Remote(text, options or {})
