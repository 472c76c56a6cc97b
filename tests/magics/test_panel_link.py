from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell

from couler_jupyter.magics.panel import PanelLink
from couler_jupyter.session import Session
from tests.magics.conftest import RaisingShell
from tests.panel.test_talk import Page, flow, names


class Comms:
    """The targets that a kernel knows."""

    def __init__(self) -> None:
        self.targets: dict[str, Callable[..., None]] = {}

    def register_target(self, name: str, opened: Callable[..., None]) -> None:
        self.targets[name] = opened

    def unregister_target(self, name: str, opened: Callable[..., None]) -> None:
        assert self.targets.pop(name) == opened


@pytest.fixture
def session(tmp_path: Path) -> Session:
    return Session(root=tmp_path)


@pytest.fixture
def shell() -> Any:
    shell = RaisingShell()  # type: ignore[no-untyped-call]
    yield shell
    if shell.history_manager is not None:
        shell.history_manager.end_session()


def test_a_page_hears_of_a_workflow_when_its_cell_has_run(
    shell: InteractiveShell, session: Session
) -> None:
    comms = Comms()
    setattr(shell, "kernel", type("Kernel", (), {"comm_manager": comms})())  # noqa: B010
    link = PanelLink(shell, lambda: session)
    link.open()
    page = Page()
    comms.targets["couler_jupyter"](page, {})
    session.define(flow("first"))
    shell.run_cell("1 + 1", store_history=True, cell_id="c-1")
    assert [names(one) for one in page.got] == [[], ["first"]]
    link.close()
    assert page.closed
    assert not comms.targets
    session.define(flow("second"))
    shell.run_cell("2 + 2", store_history=True, cell_id="c-2")
    assert len(page.got) == 2


def test_a_shell_without_a_kernel_has_no_panel(
    shell: InteractiveShell, session: Session
) -> None:
    link = PanelLink(shell, lambda: session)
    link.open()
    shell.run_cell("1 + 1")
    link.close()
