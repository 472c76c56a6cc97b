"""A run in a cell, live: told of what happens, and asked for more."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any

from couler_jupyter.ir import RunEvent
from couler_jupyter.protocol import Request, workflow_view
from couler_jupyter.session import RunHandle
from couler_jupyter.session.telling import told_of

if TYPE_CHECKING:
    from couler_jupyter.server.desk import Desk
    from couler_jupyter.server.route import Given

_CALM = 4
"""How much longer it waits than it looked, so that a big run leaves the kernel free."""
_MOST_OF_LOG = 1 << 16
_MOST_OF_ARTIFACT = 1 << 14


class LiveRun:
    """One view that changes as the run goes on, and stays as a picture of its end."""

    def __init__(
        self,
        run: RunHandle,
        asked: Mapping[str, Callable[[Request], object]] | None = None,
    ) -> None:
        """Make the view; nothing is displayed yet.

        Args:
            run: what is shown.
            asked: what to call for `cancel` and `retry`, in place of what is usual.
        """
        from couler_jupyter.widgets import RunWidget

        self._run = run
        self._news, self._next = False, 0.0
        requests: Mapping[str, Callable[[Request], object]] = {
            "cancel": lambda _: run.cancel(),
            "retry": lambda _: self._retry(),
            **Asked(run).requests,
            **(asked or {}),
        }
        self.widget = RunWidget(
            workflow_view(run.workflow),
            run.view(run.whole),
            whole=run.whole,
            requests=requests,
        )

    def go(self) -> None:
        """Follow the run to its end."""
        self._run.wait(on_events=self._tell, on_idle=self._idle)
        self.widget.update(self._run.view(self._run.whole))

    def _tell(self, _: tuple[RunEvent, ...]) -> None:
        self._news = True
        self._look()

    def _idle(self) -> None:
        self._look()
        self.widget.alive()

    def _look(self) -> None:
        """Show what is new; where looking takes long, not as often as there is news."""
        began = time.monotonic()
        if not self._news or began < self._next:
            return
        self._news = False
        self.widget.update(self._run.view(self._run.whole))
        now = time.monotonic()
        self._next = now + _CALM * (now - began)

    def _retry(self) -> None:
        self._run.retry()
        Thread(target=self.go, name=f"follow {self._run.id}", daemon=True).start()


class Asked:
    """Answers about the steps of one run: the same that the server's REST gives."""

    def __init__(self, run: RunHandle) -> None:
        self._run = run

    @property
    def requests(self) -> Mapping[str, Callable[[Request], Mapping[str, Any]]]:
        """What can be asked, by name."""
        return {
            "step": lambda request: {**told_of(self._run, request.get("step", ""))},
            "log": self._log,
            "outputs": self._outputs,
            "artifact": self._artifact,
        }

    def _log(self, request: Request) -> Mapping[str, Any]:
        from couler_jupyter.server.logs import step_log

        return step_log(
            self._desk(),
            self._given(
                step=request.get("step", ""),
                attempt=request.get("attempt", 0),
                offset=request.get("offset", 0),
                tail=request.get("tail", 0),
                limit=_MOST_OF_LOG,
            ),
        )

    def _outputs(self, request: Request) -> Mapping[str, Any]:
        from couler_jupyter.server.leaving import run_outputs

        return run_outputs(self._desk(), self._given(step=[request.get("step", "")]))

    def _artifact(self, request: Request) -> Mapping[str, Any]:
        from couler_jupyter.server.leaving import artifact

        return artifact(
            self._desk(),
            self._given(
                step=request.get("step", ""),
                name=request.get("name", ""),
                limit=_MOST_OF_ARTIFACT,
            ),
        )

    def _given(self, **values: str | int | list[str]) -> Given:
        from couler_jupyter.server.route import Given

        return Given({"run": self._run.id, **values})

    def _desk(self) -> Desk:
        from couler_jupyter.server.desk import Desk

        return Desk(root=self._run.root, folder=Path.cwd(), read_only=True)
