"""A widget's script in a real browser, with a model that stands in for the kernel."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

_STAGE = """
window.alert = () => { window.hit = true; };
window.heard = {};
window.sent = [];
window.traits = {};
window.model = {
  get: (name) => window.traits[name],
  on: (name, then) => { window.heard[name] = then; },
  off: () => {},
  send: (message) => window.sent.push(message),
};
window.start = (view, more = {}) => {
  window.traits = { view, ...more };
  const widget = window.couler();
  const el = document.body.appendChild(document.createElement("div"));
  widget.initialize?.({ model });
  window.stop = widget.render({ model, el });
};
window.change = (name, value) => {
  window.traits[name] = value;
  window.heard[`change:${name}`]();
};
window.tell = (message) => window.heard["msg:custom"](message);
"""
Staged = Callable[..., Any]


@pytest.fixture
def staged(chromium: Any) -> Iterator[Staged]:
    """Make an empty page with a widget's script in it; the test fails if it throws.

    Functions of the script that are named can be called as `parts.name`.
    """
    pages: list[Any] = []
    thrown: list[str] = []

    def note(error: object) -> None:
        thrown.append(str(error))

    def make(widget: Any, *parts: str) -> Any:
        page = chromium.new_page(viewport={"width": 1000, "height": 900})
        pages.append(page)
        page.set_default_timeout(60_000)
        page.on("pageerror", note)
        page.set_content("<!doctype html><body></body>")
        page.add_style_tag(content=str(widget._css))
        script = str(widget._esm).replace("export default", "window.couler =")
        named = f"window.parts = {{ {', '.join(parts)} }};"
        page.add_script_tag(content=f"{{ {script}\n{_STAGE}\n{named} }}")
        return page

    yield make
    for page in pages:
        page.close()
    assert thrown == []
