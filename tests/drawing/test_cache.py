"""The cache as text and as HTML."""

from __future__ import annotations

import math
import random
import re
from html.parser import HTMLParser

import pytest

from couler_jupyter.drawing import amount_text, cache_html, cache_text, size_text
from couler_jupyter.protocol import CacheView, cache_view
from tests.drawing.graphs import HOSTILE
from tests.protocol import golden
from tests.protocol.caches import SENT, artifact, full


def test_text_is_what_it_was() -> None:
    golden.check("drawing/cache.txt", cache_text(full()) + "\n")


def test_html_is_what_it_was() -> None:
    golden.check("drawing/cache.html", cache_html(full()) + "\n")


def hostile() -> CacheView:
    some = [
        artifact("x", id=f"{n:064}", step=text, workflow=text, reason=text, run=text)
        for n, text in enumerate(HOSTILE)
    ]
    return cache_view(
        place=HOSTILE[0],
        policy=HOSTILE[0],
        used=1,
        budget=0,
        artifacts=some,
        sent=SENT,
    )


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.attributes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.attributes |= {name for name, _ in attrs}


@pytest.mark.parametrize("view", [full(), hostile()])
def test_it_is_made_of_what_an_untrusted_notebook_may_have(view: CacheView) -> None:
    tags = Tags()
    tags.feed(cache_html(view))
    known = "div p meter table caption thead tbody tr th td"
    assert tags.names == set(known.split())
    assert tags.attributes <= {"min", "max", "value", "style", "scope"}


def test_hostile_text_breaks_no_lines() -> None:
    lines = cache_text(hostile()).splitlines()
    assert len(lines) == 2 + 2 * len(HOSTILE)
    assert not re.search("[\x00-\x08\x1b\u202e\ud800]", "".join(lines))


def test_of_very_many_the_first_are_shown() -> None:
    some = [artifact("x", id=f"{n:064}", step=f"x{n}") for n in range(500)]
    view = cache_view(
        place="", policy="lru", used=1, budget=2, artifacts=some, sent=SENT, most=400
    )
    assert cache_text(view).splitlines()[-1] == "… and 300 more"
    assert "artifacts, the first 200 of 500" in cache_html(view)


def test_nothing_is_said_to_be_nothing() -> None:
    view = cache_view(place="", policy="lru", used=0, budget=0, artifacts=(), sent=SENT)
    assert cache_text(view).splitlines()[1] == "nothing is kept yet"
    assert "nothing is kept yet" in cache_html(view)


def test_amounts_have_three_digits_and_never_an_exponent() -> None:
    rng = random.Random(1)
    for _ in range(2000):
        number = 10 ** rng.uniform(-4, 17)
        for text in (amount_text(number), size_text(number)):
            assert re.fullmatch(r"<?\d{1,4}(\.\d{1,3})?( ?[kMGTP]?B?)", text), text
        told = float(re.sub("[^0-9.]", "", amount_text(number)))
        power = "_kMGTP".find(amount_text(number)[-1])
        if number >= 1:
            assert math.isclose(told * 1000 ** max(power, 0), number, rel_tol=0.006)
