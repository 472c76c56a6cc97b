"""Wishes and what came of them, as text and as HTML."""

from __future__ import annotations

import re

import pytest

from couler_jupyter.drawing import proposal_heading, proposal_html, proposal_text
from couler_jupyter.protocol.nl import ProposalView, blank_proposal
from couler_jupyter.session.wishes import proposal_view
from tests.drawing.graphs import HOSTILE
from tests.drawing.test_cache import Tags
from tests.protocol import golden
from tests.protocol.wishes import asked, drafted, hostile, proposed, smaller

EARLIER = proposed(smaller(), "import couler_jupyter as couler")
REVISED = proposal_view(proposed(), before=EARLIER, model="some-model")


def test_text_is_what_it_was() -> None:
    golden.check("drawing/proposal.txt", f"{proposal_text(REVISED)}\n")


def test_html_is_what_it_was() -> None:
    golden.check("drawing/proposal.html", f"{proposal_html(REVISED)}\n")


@pytest.mark.parametrize(
    ("view", "heading"),
    [
        (
            proposal_view(drafted(), asked_model=False),
            "read-rows: a draft, made without a language model",
        ),
        (
            proposal_view(asked(), model="some-model"),
            "a question back, some-model, 320 tokens, cost unknown",
        ),
        (blank_proposal("failed"), "nothing is proposed"),
        ({**blank_proposal("working"), "doing": "asks m"}, "working on it: asks m"),
    ],
    ids=["draft", "question", "failed", "working"],
)
def test_a_heading_says_what_came_of_it(view: ProposalView, heading: str) -> None:
    assert proposal_heading(view) == heading
    assert proposal_text(view).startswith(heading)
    assert heading in proposal_html(view)


@pytest.mark.parametrize("number", range(len(HOSTILE)))
def test_it_is_made_of_what_an_untrusted_notebook_may_have(number: int) -> None:
    tags = Tags()
    tags.feed(proposal_html(proposal_view(hostile(HOSTILE[number]))))
    known = "div p b pre img details summary table caption thead tbody tr th td"
    assert tags.names <= set(known.split())
    assert tags.attributes <= {"src", "alt", "width", "style", "scope"}


@pytest.mark.parametrize("number", range(len(HOSTILE)))
def test_hostile_text_hides_nothing(number: int) -> None:
    text = proposal_text(proposal_view(hostile(HOSTILE[number])))
    assert not re.search("[\x00-\x08\x1b\u202e\ud800]", text)
