"""The style of a view: what all have, and what is its own."""

from __future__ import annotations

from pathlib import Path

_HERE = Path(__file__).parent


def style_of(*names: str) -> str:
    """Return the common style, and behind it those of the files named."""
    files = ("style", *names)
    texts = ((_HERE / f"{one}.css").read_text(encoding="utf-8") for one in files)
    return "\n".join(texts)
