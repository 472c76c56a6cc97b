"""Connecting a kernel to the panel: who listens to what."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from couler_jupyter.magics.cell import number_of_running_cell
from couler_jupyter.session import Session

if TYPE_CHECKING:
    from IPython.core.interactiveshell import (
        ExecutionInfo,
        ExecutionResult,
        InteractiveShell,
    )

    from couler_jupyter.panel import Cells, Talk


class PanelLink:
    """What is registered with one shell, so that it can be taken away again."""

    def __init__(self, shell: InteractiveShell, session: Callable[[], Session]) -> None:
        """Register nothing yet; without a kernel there is nothing to register."""
        self._shell = shell
        self._comms: Any = getattr(getattr(shell, "kernel", None), "comm_manager", None)
        self._session = session
        self._cells: Cells | None = None
        self._talk: Talk | None = None
        self._running: str | None = None

    def open(self) -> None:
        """Listen to panels, and to cells that were run."""
        if self._comms is None:
            return
        from couler_jupyter.panel import TARGET, Cells, Talk

        self._cells = Cells()
        self._talk = Talk(self._session, self._cells)
        self._comms.register_target(TARGET, self._talk.opened)
        self._shell.events.register("pre_run_cell", self._runs)
        self._shell.events.register("post_run_cell", self._ran)

    def tell(self) -> None:
        """Tell the panels what there is, before the cell that runs has ended."""
        if self._talk is None or self._cells is None:
            return
        self._cells.ran(number_of_running_cell(self._shell), self._running)
        self._talk.tell()

    def close(self) -> None:
        """Listen no more, and tell the panels."""
        if self._talk is None:
            return
        from couler_jupyter.panel import TARGET

        self._shell.events.unregister("pre_run_cell", self._runs)
        self._shell.events.unregister("post_run_cell", self._ran)
        self._comms.unregister_target(TARGET, self._talk.opened)
        self._talk.close()
        self._talk = self._cells = None

    def _runs(self, info: ExecutionInfo) -> None:
        self._running = info.cell_id if info.store_history else None

    def _ran(self, result: ExecutionResult) -> None:
        if self._talk is None or self._cells is None:
            return
        if result.info is not None:
            self._cells.ran(result.execution_count, result.info.cell_id)
        self._talk.tell()
