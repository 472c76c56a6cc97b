"""Whatever somebody writes, a draft or a question comes of it, and soon."""

from __future__ import annotations

import ast
import random
import re
import tomllib
from pathlib import Path

import pytest

from couler_jupyter.nl.draft import draft
from couler_jupyter.nl.draft.drafting import in_circle, is_known, modules_of
from couler_jupyter.nl.draft.planning import plan_of
from couler_jupyter.nl.draft.writing import Writing
from couler_jupyter.nl.lake import Lake
from couler_jupyter.nl.proposal import Question, Wish
from tests.nl.trying_here import try_here

LAKE = Lake.builtin()
TEXTS = [
    text
    for many in tomllib.loads(
        Path(__file__).with_name("wishes.toml").read_text()
    ).values()
    for text in many
]
LONG = (
    "for each of ",
    "and ",
    "train a model and ",
    "A, B, C and D after ",
    "x feeds y and ",
    "zz0zz zz1zz ",
    "`a` ",
    "is ",
    "1 to 9 ",
    "a-b ",
    "a/",
    "a",
    "(",
    "SELECT a ",
    "map a step that ",
    "when all ",
    "every day at ",
    "at most 3 ",
    "one branch does x, ",
    "to get ",
    "which is read ",
    "fan out ",
    "feed x ",
    "a:1/",
    "every a (",
    "1) a ",
    "the workflow takes parameter ",
    "a b c do not ",
    "two a run ",
    "if anything fails, a ",
    "a if the run fails, ",
    "whatever happens ",
    "always a ",
)


@pytest.mark.parametrize("seed", range(4))
def test_pieces_of_wishes_in_any_order_make_python(seed: int) -> None:
    dice = random.Random(seed)
    parts = [
        part
        for one in TEXTS
        for part in re.split(r"(?<=[,;.:])\s+|\s+(?=and |then )", one)
    ]
    words = " ".join(TEXTS).split()
    written = 0
    for turn in range(60):
        some, most = (parts, 6) if turn % 2 else (words, 25)
        text = " ".join(dice.choice(some) for _ in range(dice.randint(1, most)))
        plan = plan_of(text)
        if is_known(plan) and not in_circle(plan):
            ast.parse(Writing(plan, LAKE).code())
            names = [one.name for one in modules_of(plan)]
            assert len({*names}) == len(names), text
            written += 1
    assert written > 30


@pytest.mark.parametrize("part", LONG)
def test_long_texts_are_read_in_no_time_to_speak_of(part: str) -> None:
    """Where a pattern took time beyond measure, the test's time-out would tell."""
    plan_of((part * 8000)[:8000])


@pytest.mark.parametrize(
    "text",
    [
        "A needs what B returns, B needs what A returns",
        "A depends on B and B depends on A",
        "load feeds clean; clean feeds load",
    ],
)
def test_a_circle_is_asked_about(text: str) -> None:
    made = draft(Wish(text=text), LAKE, try_program=try_here)
    assert isinstance(made, Question)
    assert "which is first?" in made.text


def test_a_persons_own_step_is_taken_where_it_fits() -> None:
    from couler_jupyter.nl.lake import read_entry

    entry = read_entry(
        "---\nname: shrink\nintent: Shrink an image\nkinds: custom\nstep: shrink\n"
        "gives: image\n---\n```python\n@couler.step\ndef shrink(image):\n"
        "    return image.reduce(2)\n\nshrink(None)\n```\n",
        "here",
    )
    lake = LAKE.with_entry(entry)
    plan = plan_of("open the picture, shrink it, then count its colours")
    writing = Writing(plan, lake)
    assert "return image.reduce(2)" in writing.code()
    assert "shrink" in writing.entries
    assert Writing(plan, LAKE).code().count("image.reduce") == 0
