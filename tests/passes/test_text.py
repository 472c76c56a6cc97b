"""Passes as a line of text, there and back."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from couler_jupyter.errors import CoulerError
from couler_jupyter.ir import Workflow
from couler_jupyter.passes import (
    DEFAULT,
    PASSES,
    Context,
    Pass,
    Passed,
    parse_passes,
    passes_text,
)
from couler_jupyter.registry import Registry


class Mode(StrEnum):
    WINDOW = "window"
    BARRIER = "barrier"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """Has an option of every kind."""

    name: ClassVar[str] = "cut"
    max_steps: int = 200
    share: float = 0.5
    quick: bool = False
    mode: Mode = Mode.WINDOW
    only: tuple[str, ...] = ()
    numbers: tuple[int, ...] = (1, 2)
    live: int | None = None
    label: str = ""

    def run(self, workflow: Workflow, context: Context) -> Passed:
        return Passed(workflow)


TABLE: Registry[type[Pass]] = Registry("tests.passes", {})
TABLE.register("cut", Cut)


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("cut", (Cut(),)),
        (" cut , cut{} ", (Cut(), Cut())),
        ("cut{max-steps=100}", (Cut(max_steps=100),)),
        ("cut{max-steps=100 quick}", (Cut(max_steps=100, quick=True),)),
        ("cut{quick=true,mode=barrier}", (Cut(quick=True, mode=Mode.BARRIER),)),
        ("cut{only=a,b live=3}", (Cut(only=("a", "b"), live=3),)),
        ('cut{label="a {b}, \\"c\\""},cut', (Cut(label='a {b}, "c"'), Cut())),
        ("cut{live=none numbers=7}", (Cut(numbers=(7,)),)),
        ("none", ()),
    ],
)
def test_is_read(text: str, made: tuple[Pass, ...]) -> None:
    assert parse_passes(text, TABLE) == made
    assert parse_passes(passes_text(made), TABLE) == made


def test_only_what_is_not_usual_is_written() -> None:
    made = (Cut(max_steps=9, only=("a", "b c")), Cut())
    assert passes_text(made) == 'cut{max-steps=9 only=a,"b c"},cut'


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "no pass is named; write 'none' for no pass at all"),
        ("cutt", "no pass named 'cutt'; did you mean 'cut'?"),
        (
            "cut{max-step=1}",
            "pass cut has no option 'max-step'; did you mean 'max-steps'?",
        ),
        ("cut{nothing}", "pass cut has no option 'nothing'; there is label, live, "),
        ("cut{max-steps=many}", "pass cut: max-steps is 'many', not a whole number"),
        ("cut{share=nan}", "pass cut: share is 'nan', not a number"),
        ("cut{quick=perhaps}", "pass cut: quick is 'perhaps', not true or false"),
        ("cut{mode=ring}", "pass cut: mode is 'ring'; choose one of window, barrier"),
        ("cut{live=1 live=2}", "pass cut: option 'live' is given twice"),
        ("cut{live=1,2}", "pass cut has no option '2'"),
        ("cut{live==1}", "pass cut: cannot read 'live==1'"),
        ('cut{label="\\q"}', 'pass cut: label: "\\q" is not quoted as in JSON'),
        ("cut{live=1", "cannot read 'cut{live=1' as passes; write them as prune,"),
        ("cut;cut", "cannot read 'cut;cut' as passes; write them as prune,"),
        (",cut", "cannot read ',cut' as passes; write them as prune,"),
    ],
)
def test_what_is_wrong_is_told_in_one_line(text: str, told: str) -> None:
    with pytest.raises(CoulerError) as raised:
        parse_passes(text, TABLE)
    assert str(raised.value).startswith(told)
    assert "\n" not in str(raised.value)


@given(
    st.builds(
        Cut,
        max_steps=st.integers(),
        share=st.floats(allow_nan=False, allow_infinity=False),
        quick=st.booleans(),
        mode=st.sampled_from(Mode),
        only=st.lists(st.text(min_size=1), max_size=3).map(tuple),
        numbers=st.lists(st.integers(), max_size=3).map(tuple),
        live=st.none() | st.integers(),
        label=st.text(),
    )
)
def test_any_options_come_back(one: Cut) -> None:
    assert parse_passes(passes_text([one, Cut()]), TABLE) == (one, Cut())


@given(st.text(alphabet='cut,{}= "\\abn1-', max_size=30))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        made = parse_passes(text, TABLE)
    except CoulerError as error:
        told = str(error)
    else:
        told = passes_text(made)
    assert told
    assert "\n" not in told


def test_every_pass_has_a_text_and_stands_by_its_name() -> None:
    assert [one.name for one in parse_passes("default")] == list(DEFAULT)
    for name in PASSES.names():
        one = PASSES.get(name)()
        assert one.name == name
        assert parse_passes(passes_text([one])) == (one,)
