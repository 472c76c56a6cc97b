"""Plain objects as YAML text: block style, the order they have, the same bytes always.

Kubernetes reads YAML 1.1 by Go's rules and other tools by theirs, so text is quoted
wherever any of them would take it for something else: `on`, `0755`, `2024-01-01`, `=`.
Text of several lines stands line by line.

Written by hand because a manifest is only mappings, lists and scalars: PyYAML on libyaml
takes twenty times as long for the same text, nearly all of it for its node objects.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from json.encoder import encode_basestring
from typing import cast

from couler_jupyter.ir import Json

_PLAIN = re.compile(
    r"(?:[A-Za-z_/$(;^]|--?(?=[A-Za-z])|[0-9.+-])"
    r"(?:[!\"$-9;-~]|:(?=[!-~])| (?=[!-\"$-~])|(?<! )#)*"
)
"""Nothing in such a word has a meaning for YAML, whatever it may stand for."""

_NO_TEXT = frozenset(
    ("y", "n", "yes", "no", "on", "off", "true", "false", "null", ".nan", ".inf")
)
_LIKE_NUMBER = re.compile(
    r"[-+.]?[0-9_.]+(?:[:,_.0-9eE+-]*|[xX][0-9a-fA-F_]*|[oObB][0-7_]*)"
    r"|[-+]?\.?(?:inf|nan)|[-+.]+",
    re.IGNORECASE,
)
_LIKE_DATE = re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}")
_STARTS_NUMBER = frozenset("+-.0123456789")
_UNSEEN = r"\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff"
_HIDDEN = re.compile(rf"[{_UNSEEN}]")
_ESCAPED = re.compile(rf"[\t{_UNSEEN}]")
_LONGEST_KEY = 1000
"""YAML reads no key before a colon that is longer than 1,024 characters."""


def dump(document: Mapping[str, Json]) -> str:
    """Return the YAML text of an object.

    >>> print(dump({"on": ["y", 1, "two words"], "when": "{{a}} == b"}), end="")
    'on':
    - 'y'
    - 1
    - two words
    when: '{{a}} == b'

    Raises:
        TypeError: it holds what JSON has no word for.
    """
    if not document:
        return "{}\n"
    out: list[str] = []
    _Writer(out).mapping(document, "", "")
    return "".join(out)


def dump_all(documents: Iterable[Mapping[str, Json]]) -> str:
    """Return several objects as the documents of one text."""
    return "---\n".join(map(dump, documents))


class _Writer:
    """Puts the lines of values to `out`; remembers how texts are written."""

    def __init__(self, out: list[str]) -> None:
        self._put = out.append
        self._known: dict[str, str] = {}

    def mapping(self, value: Mapping[str, Json], indent: str, lead: str) -> None:
        """Write a mapping; `lead` goes before its first key, `indent` before others."""
        known, put = self._known, self._put
        for key, part in value.items():
            name = known.get(key) or self._key(key, indent)
            kind = type(part)
            if kind is str:
                text = known.get(part) or self._text(part, indent)
                put(f"{lead}{name}: {text}\n")
            elif kind is dict and part:
                put(f"{lead}{name}:\n")
                self.mapping(part, inner := f"{indent}  ", inner)
            elif (kind is list or kind is tuple) and part:
                put(f"{lead}{name}:\n")
                self._list(part, indent, indent)
            else:
                put(f"{lead}{name}: {_simple(part)}\n")
            lead = indent

    def _list(self, value: Iterable[Json], indent: str, lead: str) -> None:
        known, put = self._known, self._put
        for part in value:
            kind = type(part)
            if kind is str:
                put(f"{lead}- {known.get(part) or self._text(part, indent)}\n")
            elif kind is dict and part:
                self.mapping(part, f"{indent}  ", f"{lead}- ")
            elif (kind is list or kind is tuple) and part:
                self._list(part, f"{indent}  ", f"{lead}- ")
            else:
                put(f"{lead}- {_simple(part)}\n")
            lead = indent

    def _text(self, text: str, indent: str) -> str:
        if "\n" in text and (block := _block(text, indent)):
            return block
        written = self._known[text] = _on_one_line(text)
        return written

    def _key(self, key: str, indent: str) -> str:
        if not isinstance(cast("object", key), str):
            raise TypeError(f"key {key!r} is not text")
        written = _on_one_line(key)
        if len(written) > _LONGEST_KEY:
            return f"? {written}\n{indent}"
        self._known[key] = written
        return written


def _simple(value: Json) -> str:
    """Return what is neither text nor holds anything."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(int(value))
    if isinstance(value, float):
        return _float(value)
    if isinstance(value, str):
        return _on_one_line(str(value))
    if isinstance(value, list | tuple | dict) and not value:
        return "{}" if isinstance(value, dict) else "[]"
    raise TypeError(f"{type(value).__name__} {value!r} is not a JSON value")


def _float(value: float) -> str:
    text = repr(value)
    if text[-1] not in "0123456789":
        raise TypeError(f"{value} is not a JSON value")
    # readers of YAML 1.1 ask for a point before an exponent
    return text if "." in text else text.replace("e", ".0e")


def _on_one_line(text: str) -> str:
    if _PLAIN.fullmatch(text) is not None and not _is_ambiguous(text):
        return text
    if "'" not in text and "\n" not in text and _ESCAPED.search(text) is None:
        return f"'{text}'"
    quoted: str = encode_basestring(text)
    return _HIDDEN.sub(lambda one: f"\\u{ord(one[0]):04x}", quoted)


def _is_ambiguous(text: str) -> bool:
    """Whether some reader takes an unquoted word for something that is not text."""
    if text[0] in _STARTS_NUMBER:
        return (
            _LIKE_NUMBER.fullmatch(text) is not None
            or _LIKE_DATE.match(text) is not None
            or text.startswith(("---", "...", "- "))
        )
    return text.lower() in _NO_TEXT


def _block(text: str, indent: str) -> str:
    """Return text of several lines, line by line; empty if it cannot be so written."""
    body = text.rstrip("\n")
    ends = len(text) - len(body)
    if not body.strip() or _HIDDEN.search(text) or body[-1] in " \t":
        return ""
    inner = f"{indent}  "
    lines = "\n".join(inner + line if line else "" for line in body.split("\n"))
    start = "2" if body[0] in " \t\n" else ""
    chomp = "-" if not ends else "" if ends == 1 else "+"
    more = "\n" * (ends - 1) if ends else ""
    return f"|{start}{chomp}\n{lines}{more}"
