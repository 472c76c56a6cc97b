"""Plans as text and as HTML, and what two of them differ in."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from couler_jupyter.drawing import (
    plan_diff_html,
    plan_diff_text,
    plan_html,
    plan_text,
)
from couler_jupyter.errors import Problem
from couler_jupyter.passes import Decision, Word
from couler_jupyter.planning import Plan, plan_view
from couler_jupyter.protocol import PlanView, workflow_view
from tests.drawing.graphs import HOSTILE
from tests.protocol import golden
from tests.protocol.plans import plan, plan_unknown, workflow

NODES = workflow_view(workflow())


@pytest.mark.parametrize(
    ("name", "made"), [("train", plan()), ("unknown", plan_unknown())]
)
def test_text_is_what_it_was(name: str, made: Plan) -> None:
    golden.check(f"drawing/plan_{name}.txt", plan_text(plan_view(made)) + "\n")


def test_html_is_what_it_was() -> None:
    golden.check("drawing/plan_train.html", plan_html(plan_view(plan()), NODES) + "\n")


def test_a_diff_is_what_it_was() -> None:
    before, after = plan_view(plan_unknown()), plan_view(plan())
    golden.check("drawing/plan_diff.txt", plan_diff_text(before, after) + "\n")


def test_a_plan_does_not_differ_from_itself() -> None:
    view = plan_view(plan())
    assert plan_diff_text(view, view).endswith("\n  both plans say the same")
    assert "both plans say the same" in plan_diff_html(view, view)


def hostile() -> PlanView:
    """A plan with texts from people who mean no good in all places."""
    text = " ".join(HOSTILE)
    rows = tuple(replace(one, why=text, to=text, basis=text) for one in plan().rows)
    return plan_view(
        replace(
            plan(),
            passes=text,
            rows=rows,
            refused=(Problem(text, text),),
            notes=(text,),
            decisions=(
                Decision(
                    pass_name=text, word=Word.KEPT, step=text, to=text, reason=text
                ),
            ),
            currency=text,
        )
    )


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.attributes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.attributes |= {name for name, _ in attrs}


KNOWN = "div p b img table caption thead tbody tr th td ul li details summary"


@pytest.mark.parametrize("view", [plan_view(plan()), hostile()])
def test_it_is_made_of_what_an_untrusted_notebook_may_have(view: PlanView) -> None:
    for text in (
        plan_html(view, NODES),
        plan_diff_html(plan_view(plan_unknown()), view),
    ):
        tags = Tags()
        tags.feed(text)
        assert tags.names <= set(KNOWN.split())
        assert tags.attributes <= {"src", "alt", "width", "style", "scope"}


@pytest.mark.parametrize("view", [plan_view(plan()), hostile()])
def test_a_line_of_text_is_one_line_and_has_no_control_characters(
    view: PlanView,
) -> None:
    text = plan_text(view) + plan_diff_text(plan_view(plan()), view)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f]", text)


def test_a_long_plan_is_cut_and_says_so() -> None:
    rows = tuple(replace(plan().rows[0], step=f"s{n}") for n in range(250))
    long = plan_view(replace(plan(), rows=rows))
    assert "… and 50 more" in plan_text(long)
    assert "the first 200 of 250" in plan_html(long, NODES)


def test_of_a_long_critical_way_the_begin_and_the_end_are_told() -> None:
    view = plan_view(replace(plan(), critical=tuple(f"s{n}" for n in range(40))))
    [line] = [one for one in plan_text(view).splitlines() if one.startswith("critical")]
    assert line.endswith(
        "s0 → s1 → s2 → s3 → s4 → s5 → (28 more) → s34 → s35 → s36 → s37 → s38 → s39"
    )


def test_of_many_parts_the_first_are_told() -> None:
    (one, _) = plan().parts
    parts = tuple(replace(one, number=number) for number in range(1, 21))
    lines = plan_text(plan_view(replace(plan(), parts=parts))).splitlines()
    told = [line for line in lines if line.startswith("part ")]
    assert len(told) == 12
    assert any("… and 8 more parts" in line for line in lines)
