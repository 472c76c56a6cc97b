"""Steps that are named in words of one engine: nobody else can read or rewrite those."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import assert_never

from couler_jupyter.ir import Extra, Foreign, OwnWord, Raw, Workflow, own_words

_ESCAPED = re.compile(r"\\[bfnrt]")


def mentions_in(workflow: Workflow) -> Mapping[str, str]:
    """Return the steps that own words may name, each with the path of who does.

    Whatever looks like a step's name counts, since nothing more can be told.
    """
    texts = [(text_of(word), path) for word, path in own_words(workflow)]
    found: dict[str, str] = {}
    for step in workflow.steps:
        for text, path in texts:
            if path != step.name and is_named(step.name, text):
                found.setdefault(step.name, path)
    return found


def is_named(step: str, text: str) -> bool:
    """Whether something in a text looks like the name of a step."""
    pattern = rf"(?<![\w-]){re.escape(step)}(?![\w-])"
    return step in text and re.search(pattern, text) is not None


def text_of(word: OwnWord) -> str:
    """Return what is written in a word of one engine; line ends in JSON are blanks."""
    match word:
        case Raw(text=text):
            return text
        case Extra(path=path, value=value):
            return f"{path} {_ESCAPED.sub(' ', value.json)}"
        case Foreign(body=body):
            return _ESCAPED.sub(" ", body.json)
        case _ as never:
            assert_never(never)
