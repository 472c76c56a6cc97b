"""A page dressed as JupyterLab is, by day and by night, for pictures to look at."""

from __future__ import annotations

from pathlib import Path
from typing import Any

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
