"""Several JavaScript modules as the one that a widget may have; no build step."""

from __future__ import annotations

import re
from pathlib import Path

_IMPORT = re.compile(r'^import \{([^}]*)\} from "\./([\w.]+)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?!default)", re.MULTILINE)


def one_module(entry: Path) -> str:
    """Return `entry` with all it imports, each module once, before who needs it.

    Modules import by name from files beside them, and their top-level names differ.
    """
    parts: dict[Path, str] = {}
    _gather(entry, parts)
    return "\n".join(parts.values())


def _gather(path: Path, parts: dict[Path, str]) -> None:
    text = path.read_text(encoding="utf-8")
    for _, name in _IMPORT.findall(text):
        if (needed := path.with_name(name)) not in parts:
            _gather(needed, parts)
    parts[path] = _EXPORT.sub("", _IMPORT.sub("", text))
