"""Files with manifests: those that are named, and those in folders that are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from couler_jupyter.errors import UsageFailed

SUFFIXES = (".yaml", ".yml", ".json")
"""Of files that may hold manifests."""


def expanded(targets: Iterable[str]) -> Iterator[tuple[str, bool]]:
    """Yield targets, and for a folder the files of manifests in it, however deep.

    Beside each stands whether it was found in a folder. Files and folders whose names
    start with a dot are passed over.

    Raises:
        UsageFailed: a folder has no such files.
    """
    for target in targets:
        folder = Path(target)
        if not target or not folder.is_dir():
            yield target, False
            continue
        found = [str(one) for one in sorted(folder.rglob("*")) if _is_seen(one, folder)]
        if not found:
            known = ", ".join(SUFFIXES)
            raise UsageFailed(f"{target}: there are no manifests in it; known: {known}")
        for one in found:
            yield one, True


def manifest_text(path: Path) -> str:
    """Return the text of a file of manifests; it is never read beyond a bound.

    Raises:
        UsageFailed: it cannot be read, is too long, or no text.
    """
    from couler_jupyter.engines.kube.unreadable import Unreadable
    from couler_jupyter.engines.kube.yaml_reading import text_of

    try:
        return text_of(path)
    except Unreadable as error:
        raise UsageFailed(f"{path}: {error.what}") from None


def _is_seen(path: Path, folder: Path) -> bool:
    parts = path.relative_to(folder).parts
    hidden = any(part.startswith(".") for part in parts)
    return path.suffix in SUFFIXES and not hidden and path.is_file()
