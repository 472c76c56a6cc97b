"""Steps that run when all others have ended."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from couler_jupyter import dsl
from couler_jupyter.compat.constants import WFStatus
from couler_jupyter.compat.current import adding
from couler_jupyter.dsl.loops import check_callable


def set_exit_handler(status: WFStatus | str, exit_handler: Callable[[], Any]) -> None:
    """Have the steps that a function adds run at the end of runs that end so.

    Args:
        status: `WFStatus.Succeeded`, `.Failed` or `.Error`.
        exit_handler: adds the steps.

    Raises:
        BuildFailed: the status is unknown, or the function adds no step.
    """
    with adding():
        check_callable("set_exit_handler", exit_handler)
        how = status.value if isinstance(status, WFStatus) else status
        dsl.set_exit_handler(how, exit_handler)
