from __future__ import annotations

import json

import pytest

from couler_jupyter.llm import HOW_TO_CONFIGURE
from couler_jupyter.protocol.nl import ProposalView
from couler_jupyter.session.wishes import proposal_view
from tests.drawing.graphs import HOSTILE
from tests.protocol import golden
from tests.protocol.wishes import asked, drafted, hostile, proposed, smaller

EARLIER = proposed(smaller(), "import couler_jupyter as couler")
VIEWS = {
    "proposed": lambda: proposal_view(proposed(), model="some-model"),
    "drafted": lambda: proposal_view(drafted(), asked_model=False),
    "asked": lambda: proposal_view(asked(), model="some-model"),
    "revised": lambda: proposal_view(proposed(), before=EARLIER, model="some-model"),
}


@pytest.mark.parametrize("name", VIEWS)
def test_view_is_what_it_was(name: str) -> None:
    text = json.dumps(VIEWS[name](), indent=1, ensure_ascii=False, allow_nan=False)
    golden.check(f"protocol/proposal_{name}.json", f"{text}\n")


def test_a_draft_says_what_it_is_and_how_to_have_more() -> None:
    view = proposal_view(drafted(), asked_model=False)
    assert (view["source"], view["hint"]) == ("draft", HOW_TO_CONFIGURE)
    assert proposal_view(proposed(), model="m")["hint"] == ""


@pytest.mark.parametrize("number", range(len(HOSTILE)))
def test_text_from_outside_has_no_escapes_and_no_unseen_marks(number: int) -> None:
    view: ProposalView = proposal_view(hostile(HOSTILE[number]))
    text = json.dumps(view, ensure_ascii=False)
    assert not {"\x1b", "\x00", "\ud800", "\u202e"} & set(json.loads(text)["cell"])
    assert not {"\x1b", "\x00", "\ud800", "\u202e"} & set(text)
