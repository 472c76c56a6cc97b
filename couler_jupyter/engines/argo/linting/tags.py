"""Where a text says `{{...}}`, and what stands there."""

from __future__ import annotations

import re
from dataclasses import dataclass

_TAG = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
ROOTS = ("item", "steps", "inputs", "outputs", "pod", "workflow", "tasks")
"""What Argo looks up before a run; any other word is left to stand."""
LATE = frozenset(
    [
        "retries",
        "lastRetry",
        "status",
        "duration",
        "exitCode",
        "resourcesDuration",
        "node",
        "request",
        "response",
        "cronworkflow",
        "failed",
        "succeeded",
        "data",
    ]
)
"""What it puts in while a run goes on."""


@dataclass(frozen=True, slots=True)
class Tag:
    """One `{{...}}`.

    Attributes:
        inner: what is between the braces, without space around it.
        is_expression: whether it is to be evaluated (`{{=...}}`); `inner` is without `=`.
    """

    inner: str
    is_expression: bool

    @property
    def root(self) -> str:
        """The word before the first dot."""
        return self.inner.partition(".")[0]


def tags_of(text: str) -> list[Tag]:
    """Return the tags of a text, in their order."""
    if "{{" not in text:
        return []
    return [_tag(found[1]) for found in _TAG.finditer(text)]


def is_open(text: str) -> bool:
    """Return whether a tag of a text has no end."""
    return "{{" in text and "{{" in _TAG.sub("", text)


def without_tags(text: str, word: str) -> str:
    """Return a text with a word in the place of every tag."""
    return _TAG.sub(lambda _: word, text)


def _tag(inner: str) -> Tag:
    inner = inner.strip()
    if inner.startswith("="):
        return Tag(inner[1:].strip(), True)
    return Tag(inner, False)
