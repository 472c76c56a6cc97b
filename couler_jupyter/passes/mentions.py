"""Steps that are named in words of one engine: nobody else can read or rewrite those."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import assert_never

from couler_jupyter.ir import Extra, Foreign, OwnWord, Raw, Workflow, own_words


def mentions_in(workflow: Workflow) -> Mapping[str, str]:
    """Return the steps that own words may name, each with the path of who does.

    Whatever looks like a step's name counts, since nothing more can be told.
    """
    texts = [(_text_of(word), path) for word, path in own_words(workflow)]
    if not texts:
        return {}
    found: dict[str, str] = {}
    for step in workflow.steps:
        pattern = re.compile(rf"(?<![\w-]){re.escape(step.name)}(?![\w-])")
        for text, path in texts:
            if path != step.name and pattern.search(text):
                found.setdefault(step.name, path)
    return found


def _text_of(word: OwnWord) -> str:
    match word:
        case Raw(text=text):
            return text
        case Extra(path=path, value=value):
            return f"{path} {value.json}"
        case Foreign(body=body):
            return body.json
        case _ as never:
            assert_never(never)
