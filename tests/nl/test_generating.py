"""What is read of a model's answer, and what is shown to it of the lake."""

from __future__ import annotations

import pytest

from couler_jupyter.llm import Answer, Spent
from couler_jupyter.nl.generating import Written, read_answer, retrieve, tidy
from couler_jupyter.nl.lake import Entry, Lake
from couler_jupyter.nl.modules import Kind, Module
from couler_jupyter.nl.proposal import Wish

_FRONT = "import couler_jupyter as couler"


def read(text: str, *, cut: bool = False) -> Written:
    return read_answer(Answer(text=text, model="m", spent=Spent(), cut=cut))


@pytest.mark.parametrize(
    "text",
    [
        "x = 1",
        "```python\nx = 1\n```",
        "```\nx = 1\n```",
        "~~~py\nx = 1\n~~~",
        "````python\nx = 1\n````",
        "  ```python\nx = 1\n  ```",
        "```Python title='a'\r\nx = 1\r\n```",
        "Here:\n\n```python\nx = 1\n```\n\nRun it with\n\n```bash\ncouler run x\n```\n",
        "```python\n%%couler name\nx = 1\n%couler run name\n```",
        "```python\nx = 1",
    ],
)
def test_a_program_is_found_in_an_answer(text: str) -> None:
    assert read(text).code == "x = 1"


def test_a_program_in_pieces_is_put_together() -> None:
    assert (
        read("```python\nx = 1\n```\nthen\n```python\ny = x\n```").code
        == "x = 1\n\ny = x"
    )


@pytest.mark.parametrize(
    "text",
    [
        "QUESTION: which table?",
        "**QUESTION: which table?",
        "\nQUESTION:  which\ntable?",
    ],
)
def test_a_question_is_found_in_an_answer(text: str) -> None:
    found = read(text)
    assert found.question.rstrip("*") == "which table?"
    assert found.code == ""


def test_a_question_beside_a_program_is_a_comment() -> None:
    found = read("QUESTION: ok?\n```python\nx = 1\n```")
    assert (found.question, found.code) == ("", "x = 1")


def test_an_answer_that_was_cut_off_is_known_as_such() -> None:
    assert read("```python\nx =", cut=True).cut


@pytest.mark.parametrize(
    ("code", "tidied"),
    [
        ("couler.f()", f"{_FRONT}\n\ncouler.f()"),
        (f"{_FRONT}\ncouler.f()", f"{_FRONT}\ncouler.f()"),
        ("import couler_jupyter as c\nc.f()", "import couler_jupyter as c\nc.f()"),
        ("x = 1", "x = 1"),
        ("couler.f(", "couler.f("),
        (
            '"""Says it."""\nfrom __future__ import annotations\n\ncouler.f()',
            f'"""Says it."""\nfrom __future__ import annotations\n\n{_FRONT}\n\ncouler.f()',
        ),
    ],
)
def test_the_package_is_imported_where_it_is_used(code: str, tidied: str) -> None:
    assert tidy(code) == tidied


def test_entries_for_the_whole_wish_and_for_each_module_are_shown() -> None:
    lake = Lake.builtin()
    modules = (
        Module(name="load", kind=Kind.LOADING, does="load the table from a CSV file"),
        Module(name="tell", kind=Kind.NOTIFICATION, does="notify me at the end"),
    )
    found = [one.name for one in retrieve(Wish(text="cross validation"), modules, lake)]
    assert "cross-validation" in found
    assert "load-csv" in found
    assert len(found) == len(set(found))


def test_what_is_shown_of_the_lake_is_bounded() -> None:
    entries = tuple(
        Entry(name=f"rows-{n}", intent="count rows", code="x = 1\n" * size)
        for n, size in enumerate([5_000, 300, 300, 2, 2, 2, 2, 2])
    )
    modules = [
        Module(name=f"m{n}", kind=Kind.CUSTOM, does="count rows") for n in range(9)
    ]
    shown = retrieve(Wish(text="count rows"), modules, Lake(entries=entries))
    assert sum(len(one.code) for one in shown) <= 3_600


def test_an_empty_lake_shows_nothing() -> None:
    assert retrieve(Wish(text="count rows"), (), Lake()) == ()
