"""Text from anywhere, made fit to be shown."""

from __future__ import annotations

import re

_ESCAPE = re.compile(
    r"""\x1b(?:
        \[ [0-?]* [ -/]* [@-~]?           # CSI: colours, cursor
        | [\]PX^_] .*? (?:\x07|\x1b\\|$)  # OSC and other strings
        | [ -/]* [0-~]?                   # short escapes
    )""",
    re.VERBOSE | re.DOTALL,
)
_SPACE = re.compile(r"\s+")
# Control characters, marks that reorder or hide text, and what XML cannot hold.
_UNSHOWN = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069"
    "\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff]"
)


def one_line(text: str, most: int = 500) -> str:
    r"""Return `text` without escapes and control characters, on one line.

    What is longer than `most` characters ends in `…`.

    >>> one_line("a\x1b[31mred\x1b[0m\n  b\x00")
    'ared b'
    """
    text = text[: 20 * most]
    shown = _SPACE.sub(" ", _UNSHOWN.sub("", _ESCAPE.sub("", text))).strip()
    return shown if len(shown) <= most else f"{shown[: most - 1]}…"


def some_lines(text: str, most: int = 8000) -> str:
    r"""Return `text` without escapes and control characters, its lines as they are.

    What is longer than `most` characters ends in `…`.

    >>> some_lines("def f():\n\treturn \x1b[1m1\x00\n")
    'def f():\n\treturn 1\n'
    """
    shown = _UNSHOWN.sub("", _ESCAPE.sub("", text[: 4 * most]))
    return shown if len(shown) <= most else f"{shown[: most - 1]}…"
