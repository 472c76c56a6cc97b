"""JSON out of what a model wrote in place of JSON."""

from __future__ import annotations

import json
import re
from typing import Any

from couler_jupyter.errors import ModelFailed
from couler_jupyter.llm.fitting import faults_of
from couler_jupyter.llm.model import Schema

_LARGEST = 1 << 20
_THOUGHT = re.compile(r"^\s*<think(?:ing)?>.*?</think(?:ing)?>", re.DOTALL)
_FENCE = re.compile(r"```[a-zA-Z0-9]*[ \t]*\n(.*?)```", re.DOTALL)


def near_json(text: str, schema: Schema, *, whole: bool = True) -> str:
    """Return the answer as JSON that fits a schema.

    Takes it out of fences and the talk around it, and repairs small slips (commas,
    quotes, comments) with the package json_repair, if that makes it fit. What does not
    fit is not bent further.

    Args:
        text: what was written.
        schema: what it has to be.
        whole: False where the end is missing, so that nothing may be made up for it.

    Raises:
        ModelFailed: there is none in it that fits; with what is wrong.
    """
    if len(text) > _LARGEST:
        raise ModelFailed(f"an answer of {len(text):,} characters is not read as JSON")
    why = "it is no JSON"
    for part in _parts(_THOUGHT.sub("", text, count=1)):
        for value in _readings(part, repair=whole):
            faults = faults_of(value, schema)
            if not faults:
                return json.dumps(value, ensure_ascii=False)
            why = "; ".join(faults[:3])
    raise ModelFailed(f"the model was asked for JSON by a schema and gave other: {why}")


def _parts(text: str) -> list[str]:
    fenced = [found[1] for found in _FENCE.finditer(text)]
    starts = [at for at in (text.find("{"), text.find("[")) if at >= 0]
    ends = max(text.rfind("}"), text.rfind("]")) + 1
    bare = [text[min(starts) : ends or None]] if starts else []
    return [text, *fenced, *bare]


def _readings(part: str, *, repair: bool) -> list[Any]:
    try:
        return [json.loads(part, parse_constant=_no_number)]
    except (ValueError, RecursionError):
        return _repaired(part) if repair else []


def _repaired(part: str) -> list[Any]:
    if not part.lstrip().startswith(("{", "[")):
        return []  # talk would be repaired to a text of its own
    try:
        import json_repair
    except ImportError:
        return []
    try:
        value = json_repair.loads(part, skip_json_loads=True)
        json.dumps(value, allow_nan=False)
    except (ValueError, TypeError, RecursionError):
        return []
    return [value]


def _no_number(word: str) -> float:
    raise ValueError(f"{word} is no number of JSON")
