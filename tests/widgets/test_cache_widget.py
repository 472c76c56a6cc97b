"""The cache's widget: what it sends, keeps and does."""

from __future__ import annotations

import json
from typing import Any

import pytest

from couler_jupyter.errors import UsageFailed
from couler_jupyter.protocol import Request
from couler_jupyter.widgets import CacheWidget
from tests.protocol.caches import full


class Told(CacheWidget):
    """A widget that keeps what it says."""

    def __init__(self, **more: Any) -> None:
        self.said: list[dict[str, Any]] = []
        super().__init__(full(), **more)

    def send(self, content: Any, buffers: Any = None) -> None:
        assert buffers is None
        self.said.append(json.loads(json.dumps(content)))


def ask(widget: Told, kind: str) -> dict[str, Any]:
    request: Request = {"id": "1", "type": kind, "artifact": "abc"}
    widget._on_message(widget, request, [])
    return widget.said[-1]


def test_a_saved_notebook_keeps_a_table_and_text() -> None:
    data, _ = Told()._repr_mimebundle_()
    assert "<table>" in data["text/html"]
    assert data["text/plain"].startswith("[#######---")
    assert "application/vnd.jupyter.widget-view+json" in data


def test_what_changes_is_sent_and_kept() -> None:
    widget = Told()
    widget.update({**full(), "used": 77_000_000})
    assert dict(widget.view)["used"] == 77_000_000
    data, _ = widget._repr_mimebundle_()
    assert "77 MB of 100 MB" in data["text/plain"]


def test_only_what_can_be_done_is_offered() -> None:
    assert dict(Told().view)["requests"] == []
    widget = Told(requests={"pin": lambda _: None})
    widget.update(full())
    assert dict(widget.view)["requests"] == ["pin"]


def test_requests_are_answered() -> None:
    done: list[str] = []

    def refuse(_: str) -> None:
        raise UsageFailed("it is not kept")

    def fail(_: str) -> None:
        raise RuntimeError("oops")

    widget = Told(requests={"pin": done.append, "drop": refuse, "unpin": fail})
    assert ask(widget, "pin")["ok"]
    assert done == ["abc"]
    assert ask(widget, "drop")["error"] == "it is not kept"
    with pytest.raises(RuntimeError, match="oops"):
        ask(widget, "unpin")
    assert widget.said[-1]["error"] == "RuntimeError: oops"
    assert ask(widget, "clear")["error"].startswith("no request 'clear'; known: drop")


def test_signs_of_life_come_only_when_nothing_else_does(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = 100.0
    monkeypatch.setattr("time.monotonic", lambda: now)
    widget = Told()
    widget.alive()
    assert widget.said == []
    now += 6
    widget.alive()
    widget.alive()
    assert [one["type"] for one in widget.said] == ["alive"]
