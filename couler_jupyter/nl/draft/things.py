"""Things that are named in prose: files, addresses, SQL, images, commands.

They are taken out of the text first, so that a dot or an `and` in one of them does not
take a sentence apart; a word such as `zz3zz` stands in their place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import Final


class Sort(StrEnum):
    """What a thing is."""

    CODE = "code"
    QUOTED = "quoted"
    SQL = "sql"
    URL = "url"
    FILE = "file"
    IMAGE = "image"
    NUMBER = "number"
    PHRASE = "phrase"


@dataclass(frozen=True, slots=True)
class Thing:
    """Something that is named.

    Attributes:
        sort: what it is.
        text: as it is written, without the quotes.
    """

    sort: Sort
    text: str


_FILES = (
    "csv|tsv|json|jsonl|ndjson|parquet|xlsx?|txt|log|pkl|pickle|db|sqlite|zip|gz|tar|"
    "png|jpe?g|gif|html?|md|pdf|ya?ml|py|sh|sql|xml|feather|avro|orc|npy|onnx|pt|bin"
)
_IMAGES = (
    "alpine|busybox|ubuntu|debian|fedora|centos|python|nginx|redis|postgres|node|golang|"
    "perl|ruby|rust|openjdk|docker/whalesay|whalesay"
)
_PATTERNS: Final = (
    (Sort.CODE, r"`+([^`\n]+)`+"),
    (Sort.QUOTED, r"\"([^\"\n]+)\"|“([^”\n]+)”|(?<![\w])'([^'\n]+)'(?![\w])"),
    (
        Sort.SQL,
        (
            r"\b(SELECT\s+(?:\*|[\w.,\s()*]+?)\s+FROM\s+[\w.]+"
            r"(?:\s+WHERE\s+[\w.]+\s*(?:=|<|>|<=|>=|!=|LIKE)\s*[\w.]+)?)"
        ),
    ),
    (Sort.URL, r"\b((?:https?|s3a?|gs|hdfs|oss|ftp|git)://[^\s,;)]*[^\s,;).])"),
    (Sort.FILE, rf"(?<![\w/])(/?(?:[\w*-]+/)*[\w*.-]+\.(?:{_FILES}))\b(?!/)"),
    (
        Sort.IMAGE,
        (
            r"(?<![\w/.:-])((?:[a-z0-9][\w.-]*(?::\d+(?=/))?/)*[a-z][\w.-]*"
            r":(?:[a-z0-9][\w.-]*\w|\d)(?:@sha256:[0-9a-f]{64})?)(?!\w|:\w)|"
            r"(?:(?<=\bimage )|(?<=\bcontainer ))([a-z0-9][\w.-]*(?:/[\w.-]*\w)+)"
        ),
    ),
    (
        Sort.IMAGE,
        (
            rf"\b({_IMAGES})(?=\s+(?:image|container)\b)|"
            rf"(?<=\bimage )({_IMAGES})\b|(?<=\b(?:in|on) )({_IMAGES})\b(?! code)|"
            r"\b(alpine|busybox|ubuntu|debian)\b"
        ),
    ),
    (Sort.NUMBER, r"(?<![\w.])(-?\d+(?:\.\d+)?\s?%|-?\d+\.\d+)(?![\w])"),
    (
        Sort.PHRASE,
        (
            r"\b((?:train(?:ing)?|test(?:ing)?|validation|hold-?out)"
            r"(?:\s*(?:,|/|and|or|-)\s*(?:train(?:ing)?|test(?:ing)?|validation|hold-?out))*"
            r"[\s-](?:data|sets?|rows?|parts?|records?|splits?|scores?|tables?|portions?|"
            r"samples?|images?|jobs?)"
            r"|(?:train(?:ing)?|test(?:ing)?)(?: part)?\s+and\s+(?:a |the )?"
            r"(?:train(?:ing)?|test(?:ing)?)"
            r"(?: parts?)?(?=\s*(?:$|[,.;]|\band\b))"
            r"|(?:(?<=\bon )|(?<=\bon the )|(?<=\boutput )|(?<=\bwith the )|(?<=\binto )|(?<=\ba )"
            r"|(?<=\bthe ))"
            r"(?:train(?:ing)?|test(?:ing)?)(?= part|\s*(?:$|[,.;])|\s+(?:and|of|only)\b)"
            r"|unit tests?|integration tests?|data ?sets?"
            r"|cross[\s-]validation|feature selection|model selection|load balanc\w+"
            r"|(?:read|write) (?:access|permission)s?|process(?:ing)? time)\b"
        ),
    ),
)
_LONG_WORD = re.compile(r"\S{201,}")
"""Nobody writes them; patterns would take long over them."""
_MARK = re.compile(r"zz(\d+)zz")


@dataclass(frozen=True, slots=True)
class Prose:
    """A text whose things have been taken out.

    Attributes:
        text: with marks in their place.
        things: what the marks stand for.
    """

    text: str
    things: tuple[Thing, ...] = ()

    def things_in(self, part: str) -> Iterator[Thing]:
        """Yield the things that are named in a part of the text, in their order."""
        for found in _MARK.finditer(part):
            yield self.things[int(found[1])]

    def first(self, part: str, *sorts: Sort) -> str:
        """Return the first thing of these sorts; empty if there is none."""
        for thing in self.things_in(part):
            if thing.sort in sorts:
                return thing.text
        return ""

    def said(self, part: str) -> str:
        """Return a part as the person wrote it, in one line."""
        plain = _MARK.sub(lambda found: self.things[int(found[1])].text, part)
        return " ".join(plain.split())


def prose_of(text: str) -> Prose:
    """Return a text with what is named in it taken out."""
    things: list[Thing] = []

    def take(sort: Sort, found: re.Match[str]) -> str:
        inner = next((group for group in found.groups() if group), found[0])
        things.append(Thing(sort, inner))
        return f"zz{len(things) - 1}zz"

    text = _MARK.sub(" ", _LONG_WORD.sub(" ", text))
    text = re.sub(r"[^\S\n]+", " ", re.sub(r"\s*\n\s*", "\n", text))
    for sort, pattern in _PATTERNS:
        text = re.sub(pattern, partial(take, sort), text)
    return Prose(text, tuple(things))
