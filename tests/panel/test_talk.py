from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from couler_jupyter.errors import SubmitFailed
from couler_jupyter.ir import Container, Step, Workflow
from couler_jupyter.panel import Cells, Talk
from couler_jupyter.protocol import VERSION
from couler_jupyter.session import Session


class Page:
    """A comm as a page has it at its end: what it was sent, and what it can say."""

    def __init__(self, name: str = "page") -> None:
        self.comm_id = name
        self.got: list[dict[str, Any]] = []
        self.closed = False

    def send(self, data: Mapping[str, Any]) -> None:
        self.got.append(dict(data))

    def close(self) -> None:
        self.closed = True

    def on_msg(self, callback: Callable[[dict[str, Any]], None]) -> None:
        self._say = callback

    def on_close(self, callback: Callable[[dict[str, Any]], None]) -> None:
        self.leave = callback

    def ask(self, kind: str, **more: object) -> dict[str, Any]:
        """Ask, and return the answer."""
        request = {"id": "1", "type": kind, "version": VERSION, "session": "", **more}
        before = len(self.got)
        self._say({"content": {"data": request}})
        heard, reply = self.got[before:]
        assert (heard["type"], heard["id"]) == ("heard", "1")
        return reply


class Counting(Session):
    """Starts nothing: says which workflow would have been."""

    def submit(self, workflow: Workflow, **_: Any) -> Any:
        if workflow.name == "broken":
            raise SubmitFailed("the engine is gone")
        if workflow.name == "odd":
            raise ZeroDivisionError("division by zero")
        return type("Run", (), {"id": f"run-of-{workflow.name}"})()


def flow(name: str) -> Workflow:
    return Workflow(
        name=name, steps=(Step(name="a", template=Container(image="busybox")),)
    )


@pytest.fixture
def session(tmp_path: Path) -> Session:
    return Counting(root=tmp_path)


@pytest.fixture
def talk(session: Session) -> Talk:
    return Talk(lambda: session, Cells())


@pytest.fixture
def page(talk: Talk) -> Page:
    page = Page()
    talk.opened(page, {})
    return page


def names(message: dict[str, Any]) -> list[str]:
    return [one["name"] for one in message["workflows"]]


def test_a_page_is_told_at_once_what_there_is(talk: Talk, session: Session) -> None:
    session.define(flow("first"))
    page = Page()
    talk.opened(page, {})
    (message,) = page.got
    assert (message["type"], names(message)) == ("workflows", ["first"])


def test_all_pages_are_told_of_a_new_workflow_and_only_of_news(
    talk: Talk, session: Session
) -> None:
    pages = Page("one"), Page("other")
    for page in pages:
        talk.opened(page, {})
    session.define(flow("first"))
    talk.tell()
    talk.tell()
    assert [[names(one) for one in page.got] for page in pages] == [[[], ["first"]]] * 2


def test_a_page_that_left_is_told_nothing(
    talk: Talk, session: Session, page: Page
) -> None:
    page.leave({})
    session.define(flow("first"))
    talk.tell()
    assert len(page.got) == 1


def test_taking_the_extension_out_closes_all(talk: Talk, page: Page) -> None:
    talk.close()
    assert page.closed


def test_each_message_says_which_session_it_is_of(talk: Talk, page: Page) -> None:
    page.ask("ping")
    assert {one["session"] for one in page.got} == {talk.id}
    assert Talk(Session, Cells()).id != talk.id


def test_running_answers_with_the_run(session: Session, page: Page) -> None:
    session.define(flow("first"))
    session.define(flow("second"))
    reply = page.ask("run", workflow="first")
    assert (reply["ok"], reply["made"]) == (True, "run-of-first")


def test_showing_answers_with_a_drawing(session: Session, page: Page) -> None:
    session.define(flow("first"))
    reply = page.ask("show", workflow="first")
    assert reply["drawing"]["workflow"]["name"] == "first"
    assert reply["drawing"]["run"] is None
    assert reply["places"] == {}


def test_what_is_too_big_is_laid_out_by_the_browser(
    session: Session, page: Page
) -> None:
    box = Container(image="busybox")
    steps = tuple(Step(name=f"s{n}", template=box) for n in range(401))
    session.define(Workflow(name="big", steps=steps))
    drawing = page.ask("show", workflow="big")["drawing"]
    assert len(drawing["workflow"]["nodes"]) == 401
    assert drawing["layout"]["nodes"] == []


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"kind": "run", "workflow": "none"}, "no workflow named 'none'"),
        ({"kind": "run", "workflow": "broken"}, "the engine is gone"),
        ({"kind": "fly"}, "no request 'fly'; known: ping, run, show"),
        ({"kind": "ping", "version": 99}, "the panel speaks version 99"),
    ],
    ids=["unknown", "refused", "verb", "version"],
)
def test_what_cannot_be_done_is_said(
    session: Session, page: Page, asked: dict[str, Any], told: str
) -> None:
    session.define(flow("broken"))
    reply = page.ask(**asked)
    assert not reply["ok"]
    assert told in reply["error"]


def test_a_fault_of_ours_is_told_and_raised(session: Session, page: Page) -> None:
    session.define(flow("odd"))
    with pytest.raises(ZeroDivisionError):
        page.ask("run", workflow="odd")
    assert page.got[-1]["error"] == "ZeroDivisionError: division by zero"
