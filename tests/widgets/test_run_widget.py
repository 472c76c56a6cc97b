from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import pytest

from couler_jupyter.drawing import Layouts
from couler_jupyter.errors import SubmitFailed
from couler_jupyter.ir import Phase
from couler_jupyter.protocol import RunView, StepState, run_view, workflow_view
from couler_jupyter.widgets import RunWidget
from couler_jupyter.widgets.pulse import Pulse
from tests.drawing.graphs import chain
from tests.protocol.cases import START, pick_best, states


class Told(RunWidget):
    """A widget that keeps what it says."""

    def __init__(self, **more: Any) -> None:
        self.said: list[dict[str, Any]] = []
        super().__init__(workflow_view(pick_best()), layouts=Layouts(dot=None), **more)
        self.drawn: list[Any] = []
        self._pulse = Pulse(self._tell, interval=0.0)

    def send(self, content: Any, buffers: Any = None) -> None:
        assert buffers is None
        self.said.append(json.loads(json.dumps(content)))


def at(
    phase: Phase = Phase.RUNNING,
    run_id: str = "pick-best-1",
    changed: Mapping[str, StepState] = MappingProxyType({}),
) -> RunView:
    ended = START + 60 if phase.ended else None
    return run_view(
        run_id=run_id,
        workflow="pick-best",
        engine="local",
        phase=phase,
        steps=states() | dict(changed),
        started=START,
        finished=ended,
    )


def later() -> dict[str, StepState]:
    return {"load": replace(states()["load"], phase=Phase.SUCCEEDED)}


def trait(widget: RunWidget) -> Any:
    """What a page that is opened now would be given."""
    return widget.get_state("view")["view"]


def test_a_run_is_told_whole_first_and_then_by_what_changed() -> None:
    widget = Told()
    assert trait(widget)["run"] is None
    widget.update(at())
    widget.update(at(changed=later()))
    whole, patch = widget.said
    assert (whole["type"], len(whole["steps"])) == ("run", 6)
    assert (patch["type"], [one["id"] for one in patch["steps"]]) == ("patch", ["load"])
    assert patch["sent"] > START
    assert trait(widget)["run"] == at(changed=later())


def test_what_did_not_change_is_not_told() -> None:
    widget = Told(run=at())
    widget.update(at())
    assert widget.said == []


def test_another_run_and_fewer_steps_are_told_whole() -> None:
    widget = Told(run=at())
    widget.update(at(run_id="pick-best-2"))
    fewer = at(run_id="pick-best-2")
    del fewer["steps"][0]
    widget.update(fewer)
    assert [one["type"] for one in widget.said] == ["run", "run"]
    assert trait(widget)["run"] == fewer


def test_the_end_goes_where_a_saved_notebook_keeps_it() -> None:
    widget = Told(run=at())
    synced: list[Any] = []
    widget.observe(synced.append, "view")

    class Handle:
        def update(self, what: RunWidget) -> None:
            assert what is widget
            widget.drawn.append(what.run)

    widget._handle = Handle()
    widget.update(at(Phase.FAILED))
    widget.update(at(Phase.FAILED))
    assert widget.said == []
    assert len(synced) == 1
    assert trait(widget)["run"]["phase"] == "failed"
    assert widget.drawn == [at(Phase.FAILED)]


def test_a_retried_run_goes_on_by_patches() -> None:
    widget = Told(run=at(Phase.FAILED))
    widget.update(at())
    (patch,) = widget.said
    assert patch["run"] == {"phase": "running", "finished": None}


def test_the_last_word_is_not_held_back() -> None:
    widget = Told(run=at())
    widget._pulse = Pulse(widget._tell, interval=1000.0)
    widget.update(at(changed=later()))
    widget.update(at(Phase.SUCCEEDED))
    assert trait(widget)["run"]["phase"] == "succeeded"


def test_a_sign_of_life_is_given_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    widget = Told(run=at())
    now = widget._told
    monkeypatch.setattr("time.monotonic", lambda: now + 4.9)
    widget.alive()
    assert widget.said == []
    monkeypatch.setattr("time.monotonic", lambda: now + 5.1)
    widget.alive()
    widget.alive()
    assert [one["type"] for one in widget.said] == ["alive"]


def test_requests_are_answered() -> None:
    asked: list[str] = []

    def refuse(_: object) -> None:
        raise SubmitFailed("the run has ended")

    widget = Told(
        requests={"cancel": lambda one: asked.append(one["type"]), "retry": refuse}
    )
    assert trait(widget)["requests"] == ["cancel", "retry"]
    for index, kind in enumerate(("cancel", "retry", "explode")):
        message = {"id": str(index), "type": kind}
        widget._handle_custom_msg(message, [])
    assert asked == ["cancel"]
    assert [(one["id"], one["ok"], one["error"]) for one in widget.said] == [
        ("0", True, ""),
        ("1", False, "the run has ended"),
        ("2", False, "no request 'explode'; known: cancel, retry"),
    ]


def test_what_a_request_returns_is_sent_back() -> None:
    widget = Told(requests={"log": lambda one: {"text": one["step"]}})
    widget._handle_custom_msg({"id": "1", "type": "log", "step": "load"}, [])
    assert widget.said[0]["answer"] == {"text": "load"}


def test_a_big_workflow_is_left_to_the_browser_to_lay_out() -> None:
    widget = RunWidget(chain(401), layouts=Layouts(dot=None))
    assert trait(widget)["layout"]["nodes"] == []
    assert len(trait(widget)["workflow"]["nodes"]) == 401
    assert "<img src=" in widget._still()["text/html"]


def test_a_request_that_breaks_is_answered_and_not_hidden() -> None:
    def broken(_: object) -> None:
        raise ZeroDivisionError("oh")

    widget = Told(requests={"cancel": broken})
    with pytest.raises(ZeroDivisionError):
        widget._on_message(widget, {"id": "1", "type": "cancel"}, [])
    assert widget.said[0]["error"] == "ZeroDivisionError: oh"


def test_a_notebook_gets_the_live_view_a_picture_and_text_at_once() -> None:
    widget = Told(run=at())
    data, _ = widget._repr_mimebundle_()
    assert set(data) == {
        "application/vnd.jupyter.widget-view+json",
        "text/html",
        "text/plain",
    }
    assert "<img src=" in data["text/html"]
    assert data["text/plain"].startswith("▸ pick-best · 4 steps")


def test_the_module_is_one_small_file_that_loads_nothing() -> None:
    module = str(RunWidget._esm)
    assert "import " not in module
    assert "http" not in module.replace("http://www.w3.org/2000/svg", "")
    assert "innerHTML" not in module
    assert len(gzip.compress(module.encode())) < 30_000
