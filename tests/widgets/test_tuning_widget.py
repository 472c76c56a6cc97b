"""The widget of tuning: what it sends and keeps, and what a click does in the kernel."""

from __future__ import annotations

import json
from typing import Any

from couler_jupyter.errors import UsageFailed
from couler_jupyter.widgets import TuningWidget
from tests.protocol.tunings import full


class Told(TuningWidget):
    """A widget that keeps what it says."""

    def __init__(self, **more: Any) -> None:
        self.said: list[dict[str, Any]] = []
        super().__init__(full(), **more)

    def send(self, content: Any, buffers: Any = None) -> None:
        assert buffers is None
        self.said.append(json.loads(json.dumps(content)))


def ask(widget: Told, setting: str) -> dict[str, Any]:
    request: Any = {"id": "1", "type": "use", "setting": setting}
    widget._on_message(widget, request, [])
    return widget.said[-1]


def marks(widget: Told) -> dict[str, list[str]]:
    view: dict[str, Any] = dict(widget.view)
    return {one["id"]: one["marks"] for one in view["settings"]}


def test_a_click_uses_a_setting_and_marks_it() -> None:
    used: list[str] = []
    widget = Told(use=used.append)
    assert ask(widget, "a")["ok"]
    assert used == ["a"]
    assert marks(widget)["a"] == ["chosen"]
    ask(widget, "b")
    assert marks(widget)["a"] == []
    assert marks(widget)["b"] == ["default", "chosen"]
    assert "chosen" in widget._repr_mimebundle_()[0]["text/html"]


def test_what_cannot_be_used_is_told_and_not_marked() -> None:
    def refuse(_: str) -> None:
        raise UsageFailed("it is of no step")

    widget = Told(use=refuse)
    assert ask(widget, "a")["error"] == "it is of no step"
    assert marks(widget)["a"] == []


def test_where_nothing_can_be_used_nothing_is_offered() -> None:
    assert dict(Told().view)["requests"] == []
    assert dict(Told(use=print).view)["requests"] == ["use"]


def test_a_saved_notebook_keeps_a_picture_and_a_table() -> None:
    data, _ = Told()._repr_mimebundle_()
    assert "<img src=" in data["text/html"]
    assert "<table>" in data["text/html"]
    assert data["text/plain"].startswith("train: 5 settings")
    assert "application/vnd.jupyter.widget-view+json" in data


def test_what_comes_later_is_sent_and_kept() -> None:
    widget = Told()
    before = dict(widget.chart)
    widget.update({**full(), "settings": full()["settings"][:1], "advice": "stop"})
    assert dict(widget.view)["advice"] == "stop"
    assert dict(widget.chart) != before
    assert "stop" in widget._repr_mimebundle_()[0]["text/plain"]
