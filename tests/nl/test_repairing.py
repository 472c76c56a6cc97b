"""The loop of checks repairs seeded faults, whoever follows its messages to the letter."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from functools import cache

import pytest

from couler_jupyter.ir import Workflow
from couler_jupyter.llm import Message
from couler_jupyter.nl.checking import Tryer, check
from couler_jupyter.nl.lake import Lake
from couler_jupyter.nl.pipeline import propose
from couler_jupyter.nl.proposal import Proposal, Question, Wish
from couler_jupyter.nl.trying import try_program
from couler_jupyter.testing.models import Planned, QueueModel
from tests.nl.literal_model import follow
from tests.nl.seeded_faults import Seeded, modules_of, programs, seeded_faults
from tests.nl.trying_here import try_here

_CLASSES = {
    "wrong name",
    "missing dependency",
    "cycle",
    "wrong type",
    "undefined artifact",
    "missing argument",
}
_LEAST = 0.9
_SCORE = json.dumps({"score": 1, "critique": ""})


def _answer(messages: Sequence[Message]) -> str:
    return _SCORE if "critique" in messages[0].text else follow(messages)


def _proposed(seeded: Seeded, tryer: Tryer = try_here) -> Proposal | Question:
    modules = [
        {"name": one.name, "kind": one.kind, "does": one.does, "needs": list(one.needs)}
        for one in seeded.modules
    ]
    plan = json.dumps({"question": "", "name": "wf", "modules": modules})
    answers: list[Planned] = [plan, f"```python\n{seeded.code}\n```", *[_answer] * 4]
    return propose(
        Wish(text=seeded.program),
        model=QueueModel(answers),
        lake=Lake(),
        try_program=tryer,
    )


@cache
def _outcomes() -> tuple[tuple[Seeded, Proposal | Question], ...]:
    return tuple((one, _proposed(one)) for one in seeded_faults())


def _edges(workflow: Workflow) -> set[tuple[str, str]]:
    waits = workflow.dependencies.items()
    return {(other, step) for step, others in waits for other in others}


def test_there_are_enough_faults_of_every_class() -> None:
    seeded = seeded_faults()
    counted = Counter(one.kind for one in seeded)
    assert len(seeded) >= 60
    assert len(programs()) >= 10
    assert set(counted) == _CLASSES
    assert min(counted.values()) >= 6


@pytest.mark.parametrize("name", programs())
def test_the_programs_are_right_without_a_fault(name: str) -> None:
    code = programs()[name]
    report, _ = check(code, "wf", try_program=try_here, modules=modules_of(code))
    assert report.passed, report.faults


def test_every_fault_is_found() -> None:
    for one in seeded_faults():
        report, _ = check(one.code, "wf", try_program=try_here, modules=one.modules)
        assert report.faults, (one.program, one.kind)


@pytest.mark.parametrize("kind", sorted(_CLASSES))
def test_faults_of_each_class_are_repaired_within_three_rounds(kind: str) -> None:
    outcomes = [(one, got) for one, got in _outcomes() if one.kind == kind]
    repaired = [one for one, got in outcomes if isinstance(got, Proposal)]
    missed = [(one.program, got) for one, got in outcomes if isinstance(got, Question)]
    assert len(repaired) / len(outcomes) >= _LEAST, missed


def test_what_is_repaired_waits_for_all_it_waited_for() -> None:
    """A repair may not come about by taking order away that was there."""
    kept = 0
    proposals = [(one, g) for one, g in _outcomes() if isinstance(g, Proposal)]
    for seeded, got in proposals:
        _, right = check(seeded.right, "wf", try_program=try_here)
        assert right is not None
        kept += _edges(right) <= _edges(got.workflow)
    assert kept / len(proposals) >= _LEAST, kept


def test_no_more_than_three_rounds_are_taken() -> None:
    for _, got in _outcomes():
        assert len(got.attempts) <= 4


@pytest.mark.parametrize("place", [0, 22, 50, 61])
def test_a_process_of_its_own_says_the_same(place: int) -> None:
    seeded = seeded_faults()[place]
    got, here = _proposed(seeded, try_program), _outcomes()[place][1]
    assert isinstance(got, Proposal)
    assert [one.report for one in got.attempts] == [one.report for one in here.attempts]
