"""From what was typed to what would be submitted; what is wrong is told by field."""

from __future__ import annotations

from typing import Any

import pytest

from couler_jupyter.errors import UsageFailed
from couler_jupyter.ir import Workflow
from couler_jupyter.session import Session
from couler_jupyter.session.submitting import Form, form_of, form_view
from couler_jupyter.session.submitting.reading import Order, Reading, read_form
from couler_jupyter.targets import Target, load_targets, save_target


def read(session: Session, workflow: Workflow, **form: Any) -> Reading:
    arguments = {"first": "1"} | form.pop("arguments", {})
    made = Form(arguments=arguments, **form)
    return read_form(session, workflow, made, load_targets())


def order(session: Session, workflow: Workflow, **form: Any) -> Order:
    found = read(session, workflow, **form)
    assert not found.faults
    assert found.order is not None
    return found.order


def test_texts_become_values_of_their_types(session: Session, adding: Workflow) -> None:
    typed = {
        "second": "3",
        "word": "3",
        "speed": "fast",
        "deep": "true",
        "more": '{"a": 1}',
        "rows": "rows.csv",
    }
    found = order(session, adding, arguments=typed)
    assert found.arguments == {
        "first": 1,
        "second": 3,
        "word": "3",
        "speed": "fast",
        "deep": True,
        "more": {"a": 1},
        "rows": "rows.csv",
    }


def test_what_is_left_empty_is_not_given(session: Session, adding: Workflow) -> None:
    found = order(session, adding, arguments={"second": " ", "word": "", "rows": ""})
    assert found.arguments == {"first": 1, "word": ""}


@pytest.mark.parametrize(
    ("name", "text", "why"),
    [
        ("first", "", "has no default; give it"),
        ("first", "one", "is an integer, not"),
        ("second", "1.5", "is an integer, not 1.5"),
        ("speed", "quick", 'must be one of "slow", "fast"'),
        ("deep", "yes", "is a boolean, not"),
        ("more", "[1]", "is an object, not [1]"),
        ("third", "3", "has no parameter 'third'"),
    ],
)
def test_a_wrong_argument_is_told_beside_it(
    session: Session, adding: Workflow, name: str, text: str, why: str
) -> None:
    found = read(session, adding, arguments={name: text})
    assert found.order is None
    assert list(found.faults) == [f"argument:{name}"]
    assert why in found.faults[f"argument:{name}"]


def test_options_are_of_the_target_and_typed(
    session: Session, adding: Workflow
) -> None:
    save_target(
        Target(name="big", engine="local", options={"slots": 8, "runtime": "process"})
    )
    found = order(session, adding, target="big", options={"slots": "2.5", "dask": ""})
    assert found.options == {"slots": 2.5, "runtime": "process"}
    assert order(session, adding, reuse=False).options == {"cache": "none"}
    refresh = order(session, adding, refresh="add, after add").options
    assert refresh == {"refresh": ["add", "after"]}


@pytest.mark.parametrize(
    ("form", "place", "why"),
    [
        ({"options": {"slots": "many"}}, "option:slots", "'many' is no number"),
        ({"options": {"slots": "-1"}}, "option:slots", "a number more than 0"),
        ({"options": {"keep_work": "x"}}, "option:keep_work", "write true or false"),
        ({"target": "moon"}, "target", "there is no target 'moon' any more"),
        ({"passes": "prune,fnord"}, "passes", "fnord"),
        ({"part": "few"}, "part", "'few' is no number"),
        ({"part": "0"}, "part", "at least one step"),
        ({"steps": "add,sub"}, "steps", "there is no step 'sub'"),
        ({"refresh": "afte"}, "refresh", "after"),
    ],
)
def test_other_faults_are_told_by_field(
    session: Session, adding: Workflow, form: dict[str, Any], place: str, why: str
) -> None:
    found = read(session, adding, **form)
    assert found.order is None
    assert list(found.faults) == [place]
    assert why in found.faults[place]


def test_options_of_another_engine_are_left_out(
    session: Session, adding: Workflow
) -> None:
    assert order(session, adding, options={"namespace": "ml"}).options == {}


def test_parts_go_into_the_passes(session: Session, adding: Workflow) -> None:
    assert order(session, adding).passes == ""
    assert order(session, adding, passes="prune").passes == "prune"
    assert (
        order(session, adding, part="7").passes
        == "validate,prune,tune,split{max-steps=7},fit"
    )
    found = order(session, adding, passes="split{max-bytes=5},fold", part="7")
    assert found.passes == "fold,split{max-steps=7}"


def test_a_target_that_cannot_be_used_is_told(
    session: Session, adding: Workflow
) -> None:
    save_target(Target(name="odd", engine="local", options={"colour": "red"}))
    save_target(Target(name="gone", engine="fnord"))
    assert "no option 'colour'" in read(session, adding, target="odd").faults["target"]
    assert "fnord" in read(session, adding, target="gone").faults["target"]


def test_a_form_goes_there_and_back() -> None:
    form = Form(target="x", options={"a": "1"}, reuse=False, part="3")
    assert form_of(form_view(form)) == form
    assert form_of({}) == Form()


@pytest.mark.parametrize(
    "given",
    [
        None,
        [],
        {"colour": "red"},
        {"target": 3},
        {"reuse": "yes"},
        {"options": {"a": 1}},
        {"options": []},
        {"arguments": {str(n): "" for n in range(1001)}},
        {"passes": "x" * 100_001},
    ],
    ids=[
        "none",
        "list",
        "unknown",
        "number",
        "text",
        "inner",
        "no-table",
        "many",
        "long",
    ],
)
def test_what_is_no_form_is_refused(given: object) -> None:
    with pytest.raises(UsageFailed):
        form_of(given)
