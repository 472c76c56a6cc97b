"""What old scripts reach for in `couler.states`: the workflow, results and secrets."""

from __future__ import annotations

from typing import Any

from couler_jupyter.compat.config import config_workflow
from couler_jupyter.compat.current import adding, forget, root_of
from couler_jupyter.compat.running import get_step_output
from couler_jupyter.compat.secrets import get_secret
from couler_jupyter.dsl.origin import misused

__all__ = ["_cleanup", "get_secret", "get_step_output", "workflow"]

_SETTABLE = {
    "name": "name",
    "user_id": "user_id",
    "timeout": "timeout",
    "clean_ttl": "time_to_clean",
    "service_account": "service_account",
}


class WorkflowState:
    """The workflow of the script, as far as scripts set it directly.

    `states.workflow.service_account = "argo"` is
    `couler.config_workflow(service_account="argo")`.
    """

    __slots__ = ()

    @property
    def name(self) -> str:
        """How it is called."""
        with adding() as scope:
            return root_of(scope).title

    def __setattr__(self, name: str, value: Any) -> None:  # noqa: ANN401 (any field)
        if name not in _SETTABLE:
            known = ", ".join(sorted(_SETTABLE))
            raise misused(f"states.workflow has no {name!r} to set; it has {known}")
        options: dict[str, Any] = {_SETTABLE[name]: value}
        config_workflow(**options)

    def cleanup(self) -> None:
        """Forget all that was written and not submitted."""
        forget()


workflow = WorkflowState()


def _cleanup() -> None:
    """Forget all that was written and not submitted."""
    forget()
