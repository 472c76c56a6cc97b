"""An engine that a run is of and that is not here: its runs can still be looked at."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NoReturn

from couler_jupyter.errors import SubmitFailed
from couler_jupyter.ir import Json, Phase, Run, Workflow

_NOTHING: Mapping[str, Json] = MappingProxyType({})


class Gone:
    """A submitter that refuses whatever it is asked."""

    def __init__(self, name: str) -> None:
        """Stand in for the engine of that name."""
        self._name = name

    def submit(
        self,
        workflow: Workflow,
        *,
        arguments: Mapping[str, Json] = _NOTHING,
        options: Mapping[str, Json] = _NOTHING,
    ) -> Run:
        """Refuse."""
        del arguments, options
        self._refuse(f"workflow {workflow.name}")

    def status(self, run: Run) -> Mapping[str, Phase]:
        """Refuse."""
        self._refuse(f"run {run.id}")

    def outputs(self, run: Run) -> Mapping[str, Mapping[str, object]]:
        """Refuse."""
        self._refuse(f"run {run.id}")

    def cancel(self, run: Run) -> None:
        """Refuse."""
        self._refuse(f"run {run.id}")

    def retry(self, run: Run) -> Run:
        """Refuse."""
        self._refuse(f"run {run.id}")

    def resume(self, run: Run, step: str, outputs: Mapping[str, Json]) -> None:
        """Refuse."""
        del step, outputs
        self._refuse(f"run {run.id}")

    def _refuse(self, what: str) -> NoReturn:
        raise SubmitFailed(
            f"{what} is of engine {self._name!r}, which is not installed here"
        )
