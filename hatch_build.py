"""Puts the panel for JupyterLab into the wheel, built if Node.js is there."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

_NO_NODE = 3
_PLACE = "share/jupyter/labextensions/couler-jupyter"


class PanelHook(BuildHookInterface[Any]):
    """Runs scripts/panel before a wheel or an sdist is packed.

    Without Node.js there is no panel in it, which is said; with `COULER_NEED_PANEL`
    that is an error. Editable installs are linked by scripts/setup instead.
    """

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the panel and name where its files go."""
        if version == "editable":
            return
        root = Path(self.root)
        done = subprocess.run([root / "scripts" / "panel"], check=False)
        if done.returncode == _NO_NODE and not os.environ.get("COULER_NEED_PANEL"):
            self.app.display_warning("no Node.js: this comes without the panel")
            return
        done.check_returncode()
        if self.target_name == "wheel":
            built = root / "couler_jupyter" / "labextension"
            build_data["shared_data"][str(built)] = _PLACE
