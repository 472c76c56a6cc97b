"""A page dressed as JupyterLab is, by day and by night; and who is kept out of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

_DARK = """
body {
  background: #111;
  --jp-ui-font-color1: rgba(255, 255, 255, 0.87);
  --jp-ui-font-color2: rgba(255, 255, 255, 0.6);
  --jp-layout-color1: #111111;
  --jp-layout-color2: #424242;
  --jp-border-color1: #616161;
  --jp-brand-color1: #2196f3;
}
"""


def dress(page: Any, paper: str) -> None:
    """Have a page look `light` or `dark`."""
    if paper == "dark":
        page.add_style_tag(content=_DARK)


def shots() -> Path:
    """Return where pictures are kept."""
    folder = Path(__file__).parents[2] / "build" / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


AXE = Path(__file__).parents[2] / "labextension/node_modules/axe-core/axe.min.js"
needs_axe = pytest.mark.skipif(
    not AXE.exists(), reason="axe-core comes with labextension's npm"
)


def kept_out(page: Any) -> list[tuple[str, str]]:
    """Return what keeps people out of a view, and where: what axe finds serious."""
    page.add_script_tag(path=AXE)
    found = page.evaluate("axe.run(document.querySelector('.couler'))")
    return [
        (one["id"], one["nodes"][0]["html"])
        for one in found["violations"]
        if one["impact"] in ("serious", "critical")
    ]
