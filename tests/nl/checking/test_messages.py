"""What is said of a fault, so that it can be put right from that alone."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from couler_jupyter.nl.checking import check
from tests.nl.trying_here import try_here

_STEPS = """\
import couler_jupyter as couler

@couler.step
def load() -> list:
    return [1]

@couler.step
def train(rows: list, rate: float = 0.1) -> float:
    return sum(rows) * rate

@couler.step
def report(loss: float) -> str:
    return str(loss)

@couler.step
def save() -> None:
    print("saved")

"""


@dataclass(frozen=True, slots=True)
class Said:
    """A program, and a part of what has to be said of it."""

    code: str
    part: str


def _cases() -> list[Said]:
    text = (Path(__file__).parent / "messages.txt").read_text()
    blocks = text.strip().split("\n\n")[1:]
    pairs = (block.rpartition("\n= ") for block in blocks)
    return [Said(_STEPS + code + "\n", part) for code, _, part in pairs]


@pytest.mark.parametrize("said", _cases(), ids=lambda said: said.part[:40])
def test_a_message_says_what_would_be_right(said: Said) -> None:
    report, workflow = check(said.code, "wf", try_program=try_here)
    assert workflow is None
    assert said.part in "\n".join(map(str, report.faults))


@pytest.mark.parametrize("said", _cases(), ids=lambda said: said.part[:40])
def test_a_message_is_one_line_and_names_a_line_of_the_program(said: Said) -> None:
    report, _ = check(said.code, "wf", try_program=try_here)
    for fault in report.faults:
        assert "\n" not in fault.what
        assert 0 <= fault.line <= said.code.count("\n") + 1
        assert fault.line or fault.what.startswith("no step was added")
