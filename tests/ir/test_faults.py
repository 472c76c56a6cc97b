"""Everything that can be wrong is told, with the step and the line, and all at once."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import couler_jupyter.ir
from couler_jupyter.errors import InvalidWorkflow
from couler_jupyter.ir import Origin, Script
from couler_jupyter.testing.parts import echo, flow, inputs, sh, step
from tests.ir import (
    faults_of_steps,
    faults_of_templates,
    faults_of_tuning,
    faults_of_workflows,
)
from tests.ir.bad import Bad

FAULTS: list[tuple[str, Bad]] = [
    found
    for module in (
        faults_of_workflows,
        faults_of_steps,
        faults_of_templates,
        faults_of_tuning,
    )
    for table in vars(module).values()
    if isinstance(table, dict)
    for found in table.items()
    if callable(found[1]) and isinstance(found[0], str) and " " in found[0]
]
BAD_NAME = "may only have letters, digits, _ - . and starts with a letter, digit or _"
SOURCES = sorted(Path(couler_jupyter.ir.__file__).parent.glob("validate*.py"))


def problems(make: Bad) -> list[str]:
    with pytest.raises(InvalidWorkflow) as caught:
        make()
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize(("said", "make"), FAULTS, ids=[said for said, _ in FAULTS])
def test_what_is_wrong_is_told(said: str, make: Bad) -> None:
    found = problems(make)
    assert any(said in problem for problem in found), found
    assert len(found) <= 2 or said.startswith("parts: "), found


@pytest.mark.parametrize(("said", "make"), FAULTS, ids=[said for said, _ in FAULTS])
def test_messages_have_one_style(said: str, make: Bad) -> None:
    for problem in problems(make):
        where, _, what = problem.partition(": ")
        assert re.match(r"(step|workflow) '", where)
        assert "\n" not in problem
        assert not problem.endswith(".")
        assert what[:1] in "'`\"" or what[:1] == what[:1].lower()


def _messages_in(path: Path) -> Iterator[str]:
    """Yield every text that a validating function yields or returns, as a pattern."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Yield | ast.Return | ast.Assign):
            given = node.value
            for text in ast.walk(given) if given is not None else ():
                if isinstance(text, ast.JoinedStr):
                    yield _pattern(text)
                elif isinstance(text, ast.Constant) and isinstance(text.value, str):
                    yield re.escape(text.value)


def _pattern(text: ast.JoinedStr) -> str:
    parts = (
        re.escape(str(part.value)) if isinstance(part, ast.Constant) else ".*"
        for part in text.values
    )
    return "".join(parts)


def test_every_message_is_provoked() -> None:
    said = "\n".join(problem for _, make in FAULTS for problem in problems(make))
    patterns = {
        pattern: path.name for path in SOURCES for pattern in _messages_in(path)
    }
    sentences = {one: name for one, name in patterns.items() if one.count("\\ ") >= 2}
    assert len(sentences) > 80
    never = [f"{n}: {one}" for one, n in sentences.items() if not re.search(one, said)]
    assert not never


def test_all_is_told_at_once_with_step_and_line() -> None:
    def make() -> object:
        return flow(
            "a b",
            step("x/y", Script(source="", interpreter=()), timeout=-1, after=["gone"]),
            step("late", echo(), origin=Origin("cell [3]", 7)),
            parallelism=0,
        )

    assert problems(make) == [
        f"workflow 'a b': its name {BAD_NAME}",
        "workflow 'a b': its parallelism is 0; it must be more than 0",
        f"step 'x/y': its name {BAD_NAME}",
        "step 'x/y': its timeout is -1; it must be more than 0",
        "step 'x/y': it waits for step 'gone', which is not there; there is late, x/y",
        "step 'x/y': its script has no interpreter",
        "step 'late' (cell [3], line 7): input 'x' is not given and has no default",
    ]


def test_only_what_stands_twice_is_told() -> None:
    ports = inputs("a", "b", "a", "c", "b", "a")
    assert problems(lambda: flow("w", step("s", sh("true")), parameters=ports)) == [
        "workflow 'w': 3 inputs are named 'a'",
        "workflow 'w': 2 inputs are named 'b'",
    ]


def test_a_shared_template_is_told_for_each_step() -> None:
    bad = Script(source="", interpreter=())
    steps = [step(name, bad) for name in ("a", "b")]
    assert problems(lambda: flow("w", *steps)) == [
        "step 'a': its script has no interpreter",
        "step 'b': its script has no interpreter",
    ]


def test_very_many_problems_are_all_kept_but_not_all_shown() -> None:
    with pytest.raises(InvalidWorkflow) as caught:
        flow("w", *(step(f"s{n}", sh("true"), timeout=-1) for n in range(60)))
    assert len(caught.value.problems) == 60
    lines = str(caught.value).splitlines()
    assert lines[0] == "w: 60 problems"
    assert lines[-1] == "  and 10 more"


def test_names_with_markup_are_only_quoted() -> None:
    [problem] = problems(lambda: flow("w", step("<script>\n'", sh("true"))))
    assert problem.startswith("""step "<script>\\n'": its name may only""")
