"""The kernel's side of the panel: what workflows there are, over a comm."""

from couler_jupyter.panel.cells import Cells
from couler_jupyter.panel.talk import TARGET, Talk

__all__ = ["TARGET", "Cells", "Talk"]
