from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell

from couler_jupyter.magics.magic import CoulerMagics
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


def test_a_page_hears_of_a_workflow_while_its_cell_runs(
    shell: InteractiveShell, session: Session
) -> None:
    comms = Comms()
    setattr(shell, "kernel", type("Kernel", (), {"comm_manager": comms})())  # noqa: B010
    magics = CoulerMagics(shell, session)
    magics.panel.open()
    shell.register_magics(magics)
    page = Page()
    comms.targets["couler_jupyter"](page, {})
    seen: list[dict[str, Any]] = []
    shell.push({"look": lambda: seen.extend(page.got)})
    cell = "import couler_jupyter as couler\n"
    cell += "get_ipython().run_cell_magic('couler', 'early --quiet', BODY)\nlook()"
    shell.push({"BODY": "couler.run_container(image='busybox')"})
    shell.run_cell("1", store_history=True, cell_id="c-1")
    shell.run_cell(cell, store_history=True, cell_id="c-2").raise_error()
    assert [names(one) for one in seen] == [[], [], ["early"]]
    assert seen[-1]["workflows"][0]["place"]["cell"] == "c-2"
    assert page.got == seen
    magics.panel.close()


def test_a_shell_without_a_kernel_has_no_panel(
    shell: InteractiveShell, session: Session
) -> None:
    link = PanelLink(shell, lambda: session)
    link.open()
    shell.run_cell("1 + 1")
    link.tell()
    link.close()
