"""The text of a script as Argo has it: plain text, and tags between."""

from __future__ import annotations

import re
from dataclasses import dataclass

from couler_jupyter.engines.argo.terms import variable, with_braces
from couler_jupyter.engines.argo.texts import joined

_TAG = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
_LITERAL = {"='{{'": "{{", "='{'": "{"}
"""Expressions that stand for braces."""
_PLAIN = re.compile(
    r"inputs\.parameters\.[\w-]+|workflow\.parameters\.[\w-]+"
    r"|workflow\.(?:name|namespace|uid|serviceAccountName)"
    r"|(?:inputs\.artifacts|outputs\.artifacts|outputs\.parameters)\.[\w-]+\.path"
)
"""Variables that an expression can name as well."""
_PART = re.compile(r"\.(\w+)|\['([^']*)'\]")
_ENCODED = re.compile(r"\{\{=toBase64\(string\((.*)\)\)\}\}", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Source:
    """A script cut at its tags.

    Attributes:
        texts: the plain texts, one more than there are values.
        values: expressions for what stands between them.
    """

    texts: tuple[str, ...]
    values: tuple[str, ...] = ()

    @property
    def encoded(self) -> list[str]:
        """The values as tags that give them in base64, which nothing can change."""
        return [f"{{{{=toBase64(string({value}))}}}}" for value in self.values]

    def written(self) -> str:
        """Return it as it stands in a manifest."""
        parts = [with_braces(self.texts[0])]
        for value, text in zip(self.values, self.texts[1:], strict=True):
            parts += (_tag(value), with_braces(text))
        return joined(parts)


def cut(text: str) -> Source | None:
    """Return a script cut at its tags; None where not all of them are expressions."""
    texts, values, start = [""], list[str](), 0
    for match in _TAG.finditer(text):
        texts[-1] += text[start : match.start()]
        start, inner = match.end(), match[1].strip()
        if match[1] in _LITERAL:
            texts[-1] += _LITERAL[match[1]]
        elif inner.startswith("="):
            values.append(inner[1:].strip())
            texts.append("")
        elif _PLAIN.fullmatch(inner):
            values.append(variable(tuple(inner.split("."))))
            texts.append("")
        else:
            return None
    if "{{" in text[start:]:
        return None
    texts[-1] += text[start:]
    return Source(tuple(texts), tuple(values))


def decoded(tag: str) -> str:
    """Return the expression in a tag that gives base64.

    Raises:
        ValueError: it is none.
    """
    match = _ENCODED.fullmatch(tag)
    if match is None:
        raise ValueError(f"{tag!r} gives no base64")
    return match[1]


def _tag(expression: str) -> str:
    """Return the tag for an expression, in fewer words if it is but a variable."""
    first = re.match(r"\w*", expression)
    head = first[0] if first else ""
    parts = [one[1] or one[2] for one in _PART.finditer(expression, len(head))]
    path = (head, *parts)
    if _PLAIN.fullmatch(".".join(path)) and variable(path) == expression:
        return f"{{{{{'.'.join(path)}}}}}"
    return f"{{{{={expression}}}}}"
