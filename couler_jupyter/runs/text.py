"""Text that SQLite can keep."""

from __future__ import annotations


def storable(text: str) -> str:
    r"""Return `text` with lone surrogates, which UTF-8 lacks, spelled out.

    They come with undecodable file names, and from JSON, where the spelling means
    the same.

    >>> storable("caf\udce9")
    'caf\\udce9'
    """
    return text.encode("utf-8", "backslashreplace").decode()
