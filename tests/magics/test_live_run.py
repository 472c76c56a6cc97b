"""What a live view may ask about the steps of its run, and which groups it can open."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from couler_jupyter.errors import UnknownName
from couler_jupyter.ir import Script, Step, SubWorkflow, Workflow
from couler_jupyter.magics.live_run import Asked, LiveRun
from couler_jupyter.protocol import Request
from couler_jupyter.session import RunHandle, Session
from tests.protocol.cases import function


def say(text: str) -> Script:
    return Script(source=f"printf '{text}'", interpreter=("sh",))


@pytest.fixture
def run(tmp_path: Path) -> RunHandle:
    """A run that has ended: one step that printed, one that made a value."""
    steps = (
        Step(name="say", template=say("one\\ntwo\\n")),
        Step(name="make", template=function("make")),
    )
    started = Session(root=tmp_path).submit(Workflow(name="w", steps=steps))
    return started.wait(60)


def request(kind: str, step: str, **more: int) -> Request:
    made: Request = {"id": "1", "type": kind, "step": step}
    for name, value in more.items():
        made[name] = value  # type: ignore[literal-required]
    return made


def test_a_log_is_told_from_its_end_or_from_an_offset(run: RunHandle) -> None:
    ask = Asked(run).requests["log"]
    whole = ask(request("log", "say", tail=100))
    assert (whole["text"], whole["next"], whole["ended"]) == ("one\ntwo\n", 8, True)
    assert ask(request("log", "say", offset=4))["text"] == "two\n"
    with pytest.raises(UnknownName):
        ask(request("log", "nobody"))


def test_outputs_and_all_about_a_step_are_told(run: RunHandle) -> None:
    known = Asked(run).requests
    (made,) = known["outputs"](request("outputs", "make"))["outputs"]
    assert (made["name"], made["text"]) == ("result", "1")
    told = known["step"](request("step", "make"))
    assert told["template"][0] == {"name": "function", "text": "make"}


def test_a_run_that_takes_long_to_look_at_is_looked_at_less_often(
    run: RunHandle, monkeypatch: pytest.MonkeyPatch
) -> None:
    live = LiveRun(run)
    clock, looks = [100.0], list[float]()
    look = run.view

    def slow(*given: Any) -> Any:
        looks.append(clock[0])
        clock[0] += 1.0
        return look(*given)

    monkeypatch.setattr("time.monotonic", lambda: clock[0])
    monkeypatch.setattr(run, "view", slow)
    live._tell(())
    live._tell(())
    live._idle()
    assert looks == [100.0]
    clock[0] += 4.1
    live._idle()
    live._idle()
    assert looks == [100.0, pytest.approx(105.1)]


def test_a_view_can_open_what_is_too_big_at_first(tmp_path: Path) -> None:
    inner = Workflow(
        name="inner",
        steps=tuple(Step(name=f"s{n}", template=say("")) for n in range(70)),
    )
    outer = Workflow(
        name="outer", steps=(Step(name="big", template=SubWorkflow(workflow=inner)),)
    )
    run = Session(root=tmp_path).submit(outer)
    live = LiveRun(run)
    live.go()
    view: Any = live.widget.view
    assert (len(view["workflow"]["nodes"]), view["closed"]) == (70, ["big"])
    assert [one["id"] for one in view["layout"]["nodes"]] == ["big"]
    assert {one["node"] for one in view["run"]["steps"]} == {
        "big",
        *(f"big/s{n}" for n in range(70)),
    }
    data, _ = live.widget._repr_mimebundle_()
    assert "big" in data["text/plain"]
    assert "70/70" in data["text/plain"]
