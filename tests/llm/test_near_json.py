from __future__ import annotations

import json
from typing import Any

import pytest

from couler_jupyter.errors import ModelFailed
from couler_jupyter.llm.near_json import near_json

STEPS: dict[str, Any] = {
    "type": "object",
    "properties": {"steps": {"type": "array", "items": {"type": "string"}}},
    "required": ["steps"],
    "additionalProperties": False,
}
WANT = {"steps": ["load", "train"]}


@pytest.mark.parametrize(
    "text",
    [
        '{"steps": ["load", "train"]}',
        'Sure!\n```json\n{"steps": ["load", "train"]}\n```\nAnything else?',
        'Here it is: {"steps": ["load", "train"]}. Good luck!',
        '<think>maybe {"steps": []}?</think>{"steps": ["load", "train"]}',
        '{"steps": ["load", "train",],}',
        "{'steps': ['load', 'train']}",
        '{steps: ["load", "train"]}',
        '{"steps": ["load", "train"] // two of them\n}',
        '{"steps": ["load" "train"]}',
        '```\n{"steps": ["load", "train"]\n```',
    ],
    ids=[
        "json", "fence", "talk", "thought", "commas", "quotes", "bare", "comment",
        "no-comma", "no-end",
    ],
)  # fmt: skip
def test_near_json_becomes_json(text: str) -> None:
    pytest.importorskip("json_repair")
    assert json.loads(near_json(text, STEPS)) == WANT


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("I would load and then train", "it is no JSON"),
        ("", "it is no JSON"),
        ('{"stages": []}', "has no steps"),
        ('{"steps": [1]}', r"steps\[0\] is 1, no string"),
        ("[" * 100_000, "gave other"),
        ('{"steps": NaN}', "gave other"),
    ],
    ids=["talk", "empty", "other", "type", "deep", "nan"],
)
def test_what_does_not_fit_is_told(text: str, why: str) -> None:
    with pytest.raises(ModelFailed, match=why):
        near_json(text, STEPS)


def test_nothing_is_made_up_for_an_end_that_is_missing() -> None:
    with pytest.raises(ModelFailed):
        near_json('{"steps": ["load"', STEPS, whole=False)


def test_a_flood_is_not_read() -> None:
    with pytest.raises(ModelFailed, match="characters"):
        near_json("{" * (2 << 20), STEPS)
