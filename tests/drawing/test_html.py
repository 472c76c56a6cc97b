from __future__ import annotations

import re
from base64 import b64decode
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

from couler_jupyter.drawing import Layouts, bundle, html
from couler_jupyter.ir import Phase
from couler_jupyter.protocol import StepState, run_view, workflow_view
from tests.drawing.graphs import HOSTILE, hostile, numbered
from tests.protocol.cases import pick_best, running

# What JupyterLab lets through in a notebook that is not trusted, of what is used.
TAGS = {
    "div", "img", "p", "details", "summary", "table", "caption", "thead", "tbody",
    "tr", "th", "td", "b",
}  # fmt: skip
ATTRIBUTES = {"src", "alt", "width", "open", "scope", "style"}
STYLES = {"color", "background-color", "padding", "text-align"}


class Reader(HTMLParser):
    """Notes tags, attributes and texts."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.texts: list[str] = []
        self.open: list[str] = []
        self.feed(markup)
        self.close()

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_startendtag(tag, attrs)
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def hostile_run() -> Reader:
    steps = {text: StepState(phase=Phase.FAILED, message=text) for text in HOSTILE}
    run = run_view(
        run_id=HOSTILE[0],
        workflow=HOSTILE[1],
        engine=HOSTILE[2],
        phase=Phase.FAILED,
        steps=steps,
        message=HOSTILE[0],
    )
    view = hostile()
    return Reader(html(Layouts(dot=None).of(view), view, run))


def test_it_is_made_of_what_an_untrusted_notebook_may_have() -> None:
    view = workflow_view(pick_best())
    for read in (
        hostile_run(),
        Reader(html(Layouts(dot=None).of(view), view)),
    ):
        assert set(read.tags) <= TAGS
        assert {name for name, _ in read.attributes} <= ATTRIBUTES
        assert read.open == []
        styles = [value or "" for name, value in read.attributes if name == "style"]
        used = [part.split(":")[0].strip() for s in styles for part in s.split(";")]
        assert set(used) <= STYLES
        for style in styles:
            assert ("color:" in style) == ("background-color:" in style)


def test_hostile_text_is_text() -> None:
    read = hostile_run()
    assert read.texts.count("<script>alert(1)</script>") == 2
    assert "script" not in read.tags
    assert not any("\x1b" in text for text in read.texts)


def test_the_picture_comes_along_and_says_what_it_shows() -> None:
    view = workflow_view(pick_best())
    attributes = dict(Reader(html(Layouts(dot=None).of(view), view)).attributes)
    kind, _, data = (attributes["src"] or "").partition(",")
    assert kind == "data:image/svg+xml;base64"
    assert ET.fromstring(b64decode(data)).tag.endswith("svg")
    assert attributes["alt"] == "workflow pick-best: 4 steps"


def test_steps_of_a_run_stand_in_a_table() -> None:
    view = workflow_view(pick_best())
    read = Reader(html(Layouts(dot=None).of(view), view, running()))
    assert "steps of run pick-best-1 on local" in read.texts
    assert [value for name, value in read.attributes if name == "scope"].count(
        "row"
    ) == len(running()["steps"])
    row = read.texts[read.texts.index("train[0]") :]
    assert row[:6] == ["train[0]", "✓", " succeeded", "12.3 s", "1", "11.5 s"]


def test_what_is_too_big_is_said_instead_of_shown() -> None:
    view = numbered(5000, [])
    markup = bundle(view, layouts=Layouts(dot=None))["text/html"]
    assert "<img" not in markup
    assert "5000 steps; too many for a picture" in markup
    assert "the first 200 of 5000" in markup
    assert len(markup) < 100_000


def test_a_bundle_has_every_form() -> None:
    made = bundle(workflow_view(pick_best()), running())
    assert set(made) == {"text/html", "text/plain"}
    assert re.match(r"▸ pick-best · 4 steps", made["text/plain"])
