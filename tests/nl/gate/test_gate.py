from __future__ import annotations

import pytest

import couler_jupyter as couler
from couler_jupyter.nl.gate import RULES, gate, policy
from couler_jupyter.nl.gate.packages import IMAGES, PACKAGES, lookalike
from couler_jupyter.nl.report import Check, Fault, Risk


def test_a_fault_has_its_line_and_says_what_would_be_right() -> None:
    (fault,) = gate("import json\n\nwhile True:\n    json.dumps(1)\n")
    assert fault == Fault(
        check=Check.GATE,
        rule="gate-statement",
        line=3,
        what="while is not for writing a workflow: use for, or couler.exec_while for what "
        "is known only in a run",
    )


def test_faults_come_before_risks_and_each_once() -> None:
    code = """
@couler.step
def fetch() -> int:
    import requests
    return requests.get("https://a.example").status_code

fetch()
eval("1"), eval("2")
"""
    found = gate(code)
    assert [type(one) for one in found] == [Fault, Risk, Risk]
    assert [one.line for one in found] == [8, 4, 5]
    assert len(set(found)) == len(found)


def test_what_is_no_python_is_told_as_that() -> None:
    (fault,) = gate("def f(:\n")
    assert isinstance(fault, Fault)
    assert (fault.check, fault.line) == (Check.PARSE, 1)


def test_names_of_the_notebook_can_be_used_when_they_are_offered() -> None:
    assert [one.rule for one in gate("total(load())")] == ["gate-name", "gate-name"]
    assert gate("total(load())", {"total", "load"}) == ()
    assert [one.rule for one in gate("df.drop(1)", {"df"})] == ["gate-attribute"]


def test_lines_end_as_they_do_on_windows() -> None:
    assert gate("couler.run_container('a:1')\r\n") == ()


def test_a_message_is_one_line_of_what_can_be_seen() -> None:
    (fault,) = gate("x = 'a\u202eb'\n")
    assert "U+202E" in str(fault)
    assert str(fault).isprintable()


def test_risks_that_block_come_first_with_step_and_line() -> None:
    with couler.workflow("w") as wf:
        couler.run_container("busybox:latest", "true", step_name="fine")
        couler.run_container("alpine:3.20", "rm", ["-rf", "/"], step_name="bad")
    first, second, third = policy(wf.workflow)
    assert (first.rule, first.step, first.blocks) == ("policy-destroys", "bad", True)
    assert (second.rule, second.step) == ("policy-image-unpinned", "fine")
    assert (third.rule, third.step, third.blocks) == ("policy-deletes", "bad", False)
    assert first.line == second.line + 1


def test_a_plain_workflow_has_no_risk() -> None:
    with couler.workflow("w") as wf:
        couler.run_container("python:3.12", "python", ["train.py"])
    assert policy(wf.workflow) == ()


def test_all_that_the_policy_says_is_a_rule() -> None:
    assert all(rule == RULES[rule].id for rule in RULES)


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("reqeusts", "requests"),
        ("pandsa", "pandas"),
        ("numppy", "numpy"),
        ("scikit_learn", None),
        ("numpy", None),
        ("my-team-tools", None),
        ("abc", None),
    ],
)
def test_a_slip_away_from_a_known_name(name: str, meant: str | None) -> None:
    assert lookalike(name, PACKAGES) == meant


def test_no_known_name_is_a_slip_away_from_another() -> None:
    for names in (PACKAGES, IMAGES):
        assert [one for one in sorted(names) if lookalike(one, names)] == []
