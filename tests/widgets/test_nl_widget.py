"""The widget of a wish: what it sends, keeps and does."""

from __future__ import annotations

import json
from typing import Any

from couler_jupyter.errors import UsageFailed
from couler_jupyter.protocol.nl import blank_proposal
from couler_jupyter.session.wishes import proposal_view
from couler_jupyter.widgets import ProposalWidget
from tests.protocol.wishes import proposed

VIEW = proposal_view(proposed(), model="some-model")


class Told(ProposalWidget):
    """A widget that keeps what it says."""

    def __init__(self, **more: Any) -> None:
        self.said: list[dict[str, Any]] = []
        super().__init__(VIEW, **more)

    def send(self, content: Any, buffers: Any = None) -> None:
        assert buffers is None
        self.said.append(json.loads(json.dumps(content)))


def ask(widget: Told, **request: Any) -> dict[str, Any]:
    widget._on_message(widget, {"id": "1", **request}, [])  # type: ignore[typeddict-item]
    return widget.said[-1]


def test_a_saved_notebook_keeps_the_proposal() -> None:
    data, _ = Told()._repr_mimebundle_()
    assert "what it would use" in data["text/html"]
    assert "%%couler send-rows" in data["text/plain"]
    assert "application/vnd.jupyter.widget-view+json" in data


def test_the_dag_goes_by_itself_and_only_where_there_is_one() -> None:
    widget = Told()
    assert dict(widget.view)["workflow"] is None
    drawing: dict[str, Any] = dict(widget.drawing)
    assert drawing["workflow"]["name"] == "send-rows"
    widget.update(blank_proposal("working"))
    assert dict(widget.drawing) == {}
    assert dict(widget.view)["state"] == "working"


def test_a_change_is_asked_for_in_words() -> None:
    words: list[str] = []
    widget = Told(revise=words.append)
    assert dict(widget.view)["requests"] == ["revise"]
    assert ask(widget, type="revise", text="use five folds")["ok"]
    assert ask(widget, type="revise", text="x" * 100_000)["ok"]
    assert (words[0], len(words[1])) == ("use five folds", 4000)


def test_what_cannot_be_asked_is_answered() -> None:
    def refuse(_: str) -> None:
        raise UsageFailed("another wish is worked on")

    assert (
        ask(Told(revise=refuse), type="revise")["error"] == "another wish is worked on"
    )
    assert dict(Told().view)["requests"] == []
    assert ask(Told(), type="run")["error"].startswith("no request 'run'")
