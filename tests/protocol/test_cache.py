from __future__ import annotations

import json
import math

from couler_jupyter.protocol import cache_view
from tests.protocol import golden
from tests.protocol.caches import SENT, artifact, artifacts, full


def test_view_is_what_it_was() -> None:
    text = json.dumps(full(), indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    golden.check("protocol/cache.json", text)


def test_numbers_that_json_has_not_are_large_ones() -> None:
    view = cache_view(
        place="",
        policy="all",
        used=0,
        budget=0,
        artifacts=(artifact("a", score=math.inf, cost=-math.inf),),
        sent=SENT,
    )
    (one,) = view["artifacts"]
    assert (one["score"], one["cost"]) == (1e30, -1e30)
    json.dumps(view, allow_nan=False)


def test_what_is_left_out_is_counted() -> None:
    view = cache_view(
        place="",
        policy="all",
        used=0,
        budget=0,
        artifacts=artifacts(),
        sent=SENT,
        most=2,
    )
    assert [one["step"] for one in view["artifacts"]] == ["load", "train[0]"]
    assert view["hidden"] == 3


def test_text_from_outside_is_one_line() -> None:
    hostile = "a\x1b[31m\n\u202eb"
    one = artifact("x", step=hostile, reason=hostile, terms=((hostile, 1.0, hostile),))
    view = cache_view(
        place=hostile, policy=hostile, used=0, budget=0, artifacts=(one,), sent=SENT
    )
    (told,) = view["artifacts"]
    term = told["terms"][0]
    texts = (view["place"], view["policy"], told["step"], told["reason"])
    assert {*texts, term["name"], term["words"]} == {"a b"}
