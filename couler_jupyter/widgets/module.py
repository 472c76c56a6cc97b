"""Several JavaScript modules as the one that a widget may have; no build step."""

from __future__ import annotations

import re
from pathlib import Path

_IMPORT = re.compile(r'^import \{([^}]*)\} from "(\.{1,2}/[\w./]+)";\n', re.MULTILINE)
_COMMENT = re.compile(r"^[ ]*(?://.*|/\*\*(?:[^*]|\*(?!/))*\*/)\n", re.MULTILINE)
_EXPORT = re.compile(r"^export (?!default)", re.MULTILINE)


def one_module(entry: Path) -> str:
    """Return `entry` with all it imports, each module once, before who needs it.

    Modules import by name, from files near them; top-level names differ. Comments that
    have lines of their own stay behind.
    """
    parts: dict[Path, str] = {}
    _gather(entry.resolve(), parts)
    return "\n".join(parts.values())


def _gather(path: Path, parts: dict[Path, str]) -> None:
    text = path.read_text(encoding="utf-8")
    for _, name in _IMPORT.findall(text):
        if (needed := (path.parent / name).resolve()) not in parts:
            _gather(needed, parts)
    parts[path] = _EXPORT.sub("", _COMMENT.sub("", _IMPORT.sub("", text)))
