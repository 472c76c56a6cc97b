"""A wish in the output of a cell: what its view shows, and changes that are asked for there."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

from couler_jupyter.errors import ModelFailed
from couler_jupyter.magics.wish_in_cell import WishInNotebook
from couler_jupyter.nl.progress import Checked, Listener
from couler_jupyter.protocol.nl import ProposalView
from couler_jupyter.session.wishes import Following, Granted
from tests.engines.local.runs.bench import wait_for
from tests.protocol.wishes import asked, attempts, drafted, proposed, smaller

MADE = Granted(outcome=proposed(), model="some-model")


def changed(was: Granted, words: str, listener: Listener) -> Granted:
    listener(Checked(1, attempts()[1].report))
    return Granted(outcome=proposed(smaller()), before=was.proposal, model=was.model)


class Shown(WishInNotebook):
    """Keeps all that was shown, in place of a page that shows it."""

    def __init__(self, change: Any = changed) -> None:
        super().__init__(change)
        self.views: list[ProposalView] = []

    def tell(self, view: ProposalView, _: str) -> None:
        self.views.append({**view})
        super().tell(view, _)

    @property
    def last(self) -> ProposalView:
        return self.views[-1]


def following(shown: Shown) -> Following:
    return Following("send the rows", model="some-model", told=shown.tell)


def work(made: Granted = MADE) -> Callable[[Listener], Granted]:
    def do(listener: Listener) -> Granted:
        listener(Checked(1, attempts()[1].report))
        return made

    return do


def test_the_view_shows_how_far_it_is_and_then_what_came_of_it() -> None:
    shown = Shown()
    assert shown.go(following(shown), work()) is MADE
    states = [one["state"] for one in shown.views]
    assert states == ["working", "working", "proposed"]
    assert shown.views[1]["doing"] == "attempt 1: passes its checks"
    assert shown.last["name"] == "send-rows"


@pytest.mark.parametrize("error", [ModelFailed("no key"), KeyboardInterrupt()])
def test_what_went_wrong_is_shown_and_raised(error: BaseException) -> None:
    def fail(_: Listener) -> Granted:
        raise error

    shown = Shown()
    with pytest.raises(type(error)):
        shown.go(following(shown), fail)
    assert shown.last["state"] == "failed"
    assert shown.last["question"] in {"no key", "interrupted"}


def test_a_change_by_the_view_is_one_of_what_it_shows() -> None:
    shown = Shown()
    shown.go(following(shown), work())
    shown._revise("only load them")
    wait_for(lambda: bool(shown.last["changed"]))
    assert shown.last["state"] == "proposed"
    assert "- step send (container)" in shown.last["changed"]
    shown._revise("again")
    wait_for(lambda: len(shown.views) == 9)
    assert shown.last["changed"] == []


def test_a_change_that_fails_leaves_what_was_proposed() -> None:
    def refuse(*_: Any) -> Granted:
        raise ModelFailed("the limit is reached")

    shown = Shown(refuse)
    shown.go(following(shown), work())
    shown._revise("more")
    wait_for(lambda: bool(shown.last["note"] == "the limit is reached"))
    assert (shown.last["state"], shown.last["name"]) == ("proposed", "send-rows")


def test_a_fault_of_ours_is_shown_too(monkeypatch: pytest.MonkeyPatch) -> None:
    def break_down(*_: Any) -> Granted:
        raise RuntimeError("oops")

    raised: list[str] = []
    monkeypatch.setattr(
        threading, "excepthook", lambda args: raised.append(str(args.exc_value))
    )
    shown = Shown(break_down)
    shown.go(following(shown), work())
    shown._revise("more")
    wait_for(lambda: raised == ["oops"])
    assert shown.last["note"] == "RuntimeError: oops"


def test_a_question_cannot_be_changed_and_a_draft_can() -> None:
    shown = Shown()
    shown.go(following(shown), work(Granted(outcome=asked(), model="some-model")))
    count = len(shown.views)
    shown._do("more")
    assert len(shown.views) == count
    shown.go(following(shown), work(Granted(outcome=drafted())))
    shown._do("more")
    assert shown.last["source"] == "draft"
