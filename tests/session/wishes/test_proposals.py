from __future__ import annotations

from pathlib import Path

import pytest

from couler_jupyter.errors import ModelFailed, UsageFailed
from couler_jupyter.llm import Settings
from couler_jupyter.nl.proposal import Question
from couler_jupyter.session.wishes import Proposals
from couler_jupyter.testing.models import Planned, QueueModel
from tests.nl.wishing import MODEL, PROGRAM, REVISED, answers


@pytest.fixture(autouse=True)
def _own_lake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COULER_LAKE", str(tmp_path / "lake"))


def proposals(*planned: Planned) -> tuple[Proposals, QueueModel]:
    queue = QueueModel(planned, "some-model")
    return Proposals(opened=lambda *_: queue), queue


def test_a_wish_becomes_a_proposal_and_is_remembered() -> None:
    held, queue = proposals(*answers())
    made = held.propose(held.wish("load and count", name="count-rows"), MODEL)
    assert made.proposal is held.proposal() is held.proposal(1)
    assert made.proposal is not None
    assert made.proposal.code == PROGRAM
    assert (made.model, made.before, queue.left) == ("some-model", None, 0)
    assert held.history == (made,)


def test_a_change_knows_what_it_changed() -> None:
    held, _ = proposals(
        *answers(), f"```python\n{REVISED}\n```", '{"score": 1, "critique": ""}'
    )
    first = held.propose(held.wish("load and count"), MODEL).proposal
    made = held.revise("load ten", MODEL)
    assert made.before is first
    assert held.proposal() is made.proposal
    assert held.proposal(1) is first


def test_a_question_is_remembered_but_is_no_proposal() -> None:
    asked = '{"question": "count what?", "name": "", "modules": []}'
    held, _ = proposals(asked)
    made = held.propose(held.wish("count"), MODEL)
    assert isinstance(made.outcome, Question)
    assert made.proposal is None
    with pytest.raises(UsageFailed, match="nothing is proposed yet"):
        held.proposal()
    with pytest.raises(UsageFailed, match="no proposal has the number 1"):
        held.proposal(1)


def test_what_failed_is_not_remembered_and_the_next_wish_is_worked_on() -> None:
    held, _ = proposals(ModelFailed("gone"), *answers())
    with pytest.raises(ModelFailed):
        held.propose(held.wish("load and count"), MODEL)
    assert held.history == ()
    assert held.propose(held.wish("load and count"), MODEL).proposal is not None


def test_one_wish_is_worked_on_at_a_time() -> None:
    held, _ = proposals(lambda _: str(held.propose(held.wish("another"), MODEL)))
    with pytest.raises(UsageFailed, match="another wish is worked on"):
        held.propose(held.wish("load and count"), MODEL)


def test_without_a_model_the_lake_alone_makes_a_draft() -> None:
    held, queue = proposals()
    made = held.propose(held.wish("load a csv file and train a model"), Settings())
    assert made.proposal is not None
    assert (made.proposal.source, made.model, queue.asked) == ("draft", "", [])
    again = held.revise("and write a report", Settings())
    assert again.before is made.proposal
    assert "write a report" in again.outcome.wish.text


def test_names_of_the_notebook_are_taken() -> None:
    held = Proposals(lambda: {"sales": 1}, dict)
    assert held.wish("x").taken == {"sales"}
    assert not held.sends_context


def test_what_is_given_goes_before_what_was_chosen(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COULER_LLM_CONFIG", "/dev/null")
    monkeypatch.setenv("COULER_LLM_MODEL", "usual")
    monkeypatch.setenv("COULER_LLM_MOST_TOKENS", "7")
    held = Proposals()
    assert held.settings().model == "usual"
    chosen = held.settings(model="other", key="env:X", most_tokens=0)
    assert (chosen.model, chosen.key, chosen.most_tokens) == ("other", "env:X", 7)


def test_limits_of_the_settings_hold_for_the_session() -> None:
    held, _ = proposals(*answers())
    limited = Settings(model="some-model", most_tokens=5, most_dollars=1.0)
    held.propose(held.wish("load and count"), limited)
    assert (held.spending.most_tokens, held.spending.most_dollars) == (5, 1.0)
