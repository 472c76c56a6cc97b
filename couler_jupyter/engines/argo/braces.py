"""Double braces in texts of people: they stand for themselves, or are refused.

Argo replaces tags in the JSON of whole templates, tasks and specs, several times over
(https://argo-workflows.readthedocs.io/en/latest/variables/). What names nothing that it
knows is left as it is, once it has passed the check of a manifest.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from couler_jupyter.engines.argo.terms import BRACE, BRACES
from couler_jupyter.ir import Json

_LATER = r"=|(?:workflow|inputs|outputs|cronworkflow|lastRetry)\.|(?:pod|node)\.name\b|retries\b"
_IN_TASK = rf"{_LATER}|(?:tasks|steps)\.|item\b"
_IN_TEMPLATE = re.compile(rf"\s*(?:{_LATER}|inputs\b)")
_KNOWN = re.compile(rf"\s*(?:{_IN_TASK}|inputs\b|(?:tasks|steps)\b)")
_OWN = re.compile(re.escape(BRACES) + "|" + re.escape(BRACE))
_TAG = re.compile(
    rf"{_OWN.pattern}|\{{\{{(?=(\s*(?:{_IN_TASK}|inputs\b|(?:tasks|steps)\b))?)"
)


def without_stray(value: Json) -> Json:
    """Return a value in whose texts only tags are tags that Argo knows.

    >>> without_stray({"a": "{{x}} {{workflow.name}}"})
    {'a': "{{='{{'}}x}} {{workflow.name}}"}
    """
    match value:
        case str():
            return _TAG.sub(_kept, value) if "{{" in value else value
        case dict():
            return {
                without_stray(key): without_stray(one) for key, one in value.items()
            }
        case list():
            return [without_stray(one) for one in value]
        case _:
            return value


def has_stray(text: str) -> bool:
    """Whether a tag stands in a text that Argo does not know."""
    return "{{" in text and any(_kept(one) == BRACES for one in _TAG.finditer(text))


def brace_faults(unit: Json, *, task: bool) -> Iterator[str]:
    """Yield the texts of a template or a task that Argo would change all the same.

    Args:
        unit: the object, in which braces that stand for themselves are written so.
        task: whether it is a task, which is told of more.
    """
    found = [text for text in _texts(unit) if "{{='{" in text]
    if not found:
        return
    whole = json.dumps(unit, ensure_ascii=False)
    has_tags = "{{" in _OWN.sub("", whole)
    known = _KNOWN if task else _IN_TEMPLATE
    for text in found:
        yield from _faults(text, known, has_tags=has_tags)


def _faults(text: str, known: re.Pattern[str], *, has_tags: bool) -> Iterator[str]:
    for match in re.finditer(re.escape(BRACES), text):
        rest = text[match.end() :]
        inside, closed, _ = rest.partition("}}")
        shown = repr("{{" + rest.replace(BRACES, "{{").replace(BRACE, "{")[:40])
        if known.match(rest) and closed:
            yield (
                f"the text {shown} is what Argo itself replaces, wherever it stands; write "
                "it as a reference, or another way"
            )
        elif has_tags and (not closed or "{{" in inside):
            yield (
                f"in the text {shown} nothing closes the braces, so that Argo takes all up "
                "to the end of another tag for one; write it another way"
            )


def _kept(match: re.Match[str]) -> str:
    """Return the beginning of a tag, or braces that stand for themselves instead."""
    if match[0] != "{{" or match[1] is not None:
        return match[0]
    return BRACES


def _texts(value: Json) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for key, one in value.items():
                yield str(key)
                yield from _texts(one)
        case list():
            for one in value:
                yield from _texts(one)
        case _:
            return
