"""What Argo's controller makes of the tags in a manifest, as far as texts of people go.

It replaces tags in the JSON text of an object, several times over: with what the run
knows, with inputs, with what a pod knows. A tag that names nothing known is written back.
"""

from __future__ import annotations

import json
from typing import Any

_BRACES = {"='{{'": "{{", "='{'": "{"}
PASSES = 3


def substituted(value: Any, known: dict[str, str]) -> Any:
    """Return an object in which all tags were replaced that name something known."""
    text = json.dumps(value)
    for _ in range(PASSES):
        text = replaced(text, known)
    return json.loads(text)


def replaced(text: str, known: dict[str, str]) -> str:
    """Return a JSON text after one pass over its tags."""
    made, at = "", 0
    while (start := text.find("{{", at)) >= 0:
        end = text.find("}}", start)
        if end < 0:
            break
        made += text[at:start] + _tag(text[start + 2 : end], known)
        at = end + 2
    return made + text[at:]


def _tag(inside: str, known: dict[str, str]) -> str:
    name = inside.strip()
    if name in _BRACES:
        return _BRACES[name]
    if name in known:
        return json.dumps(known[name])[1:-1]
    before, nested, last = inside.rpartition("{{")
    if nested and last in known:
        return f"{{{{{before}{known[last]}"
    return f"{{{{{inside}}}}}"
