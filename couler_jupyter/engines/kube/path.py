"""Where something stands in a manifest, as text: `spec.volumes[0].name`.

A key that is no plain word is quoted as JSON: `metadata.labels["app.kubernetes.io/name"]`.
"""

from __future__ import annotations

import json
import re
from typing import TypeAlias

Path: TypeAlias = tuple[str | int, ...]

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_PART = re.compile(
    r"(?P<dot>\.?)(?P<key>[A-Za-z_][A-Za-z0-9_-]*)"
    r"|\[(?P<index>[0-9]{1,9})\]"
    r'|\[(?P<quoted>"(?:[^"\\]|\\.)*")\]'
)


def parse_path(text: str) -> Path:
    """Return the keys and positions that a path names.

    >>> parse_path('spec.env[2]["a.b"].x')
    ('spec', 'env', 2, 'a.b', 'x')

    Raises:
        ValueError: it is no path.
    """
    parts: list[str | int] = []
    at = 0
    while at < len(text):
        match = _PART.match(text, at)
        if match is None or (match["key"] and bool(match["dot"]) != bool(parts)):
            raise ValueError(
                f"{text!r} is no path; write one as spec.volumes[0].name "
                f'or spec["a.b"] (wrong at character {at + 1})'
            )
        parts.append(_part(match))
        at = match.end()
    if not parts:
        raise ValueError("the path is empty; write one as spec.podGC")
    return tuple(parts)


def path_text(path: Path) -> str:
    """Return a path as its one text.

    >>> path_text(("metadata", "labels", "a.b", 0))
    'metadata.labels["a.b"][0]'
    """
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        elif _PLAIN.fullmatch(part):
            text += f".{part}" if text else part
        else:
            text += f"[{json.dumps(part)}]"
    return text


def _part(match: re.Match[str]) -> str | int:
    if match["key"]:
        return match["key"]
    if match["index"]:
        return int(match["index"])
    return str(json.loads(match["quoted"]))
