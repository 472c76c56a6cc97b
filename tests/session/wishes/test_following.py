from __future__ import annotations

from couler_jupyter.nl.progress import (
    Checked,
    Decomposed,
    Paid,
    Progress,
    Retrieved,
    Scored,
    Writing,
)
from couler_jupyter.protocol.nl import ProposalView
from couler_jupyter.session.wishes import Following
from tests.protocol.wishes import MODULES, SPENT, attempts


def told(
    *events: Progress, model: str = "some-model"
) -> tuple[list[str], ProposalView]:
    lines: list[str] = []
    following = Following(
        "send it",
        model=model,
        told=lambda _, line: lines.append(line) if line else None,
    )
    following.begin()
    for event in events:
        following.hear(event)
    return lines, following.view


def test_all_that_is_done_is_told_as_it_is_done() -> None:
    wrong, right = attempts()
    lines, view = told(
        Decomposed(MODULES),
        Retrieved(("load-text",)),
        Writing("import couler"),
        Checked(1, wrong.report),
        Checked(2, right.report),
        Scored(2, 0.9),
        Paid(SPENT),
    )
    assert lines == [
        "asks some-model",
        "modules: load, send",
        "examples: load-text",
        "attempt 1: refused: line 3: no function 'couler.sent'",
        "attempt 2: passes its checks",
        "attempt 2: score 0.90",
    ]
    assert view["state"] == "working"
    assert [one["passed"] for one in view["attempts"]] == [False, True]
    assert view["attempts"][1]["score"] == 0.9
    assert view["spent"]["tokens"] == 1240


def test_how_long_an_answer_is_is_told_now_and_then() -> None:
    tellings: list[str] = []
    following = Following("x", told=lambda view, _: tellings.append(view["doing"]))
    for _ in range(100):
        following.hear(Writing("0123456789"))
    assert tellings[0] == "writes, 10 characters so far"
    assert tellings[-1] == "writes, 800 characters so far"
    assert len(tellings) == 3


def test_without_a_model_it_says_where_it_looks() -> None:
    lines, view = told(model="")
    assert lines == ["looks through the Code Lake"]
    assert view["source"] == "draft"
