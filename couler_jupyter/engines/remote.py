"""The capability of an engine whose runs go on somewhere else, whoever looks at them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Protocol, runtime_checkable

from couler_jupyter.ir import Json, Phase, Run, Workflow

_NOTHING: Mapping[str, Json] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteEntry:
    """One run as the place where it runs lists it.

    Attributes:
        name: what it is called there.
        phase: where it stands.
        created: as that place writes it.
        message: why, in one line.
        run: id of the run here that it is; empty if it was started by others.
    """

    name: str
    phase: Phase
    created: str
    message: str
    run: str


@runtime_checkable
class Remote(Protocol):
    """What can be asked of a run elsewhere, beside what any submitter can be asked.

    All raise `SubmitFailed` where that place cannot be reached or refuses.
    """

    def attend(self, run: Run) -> None:
        """See to it that a run that has not ended is being followed."""
        ...

    def stop(self, run: Run) -> None:
        """Start nothing more and end what runs; exit handlers still run."""
        ...

    def terminate(self, run: Run) -> None:
        """End the run at once, without its exit handlers."""
        ...

    def suspend(self, run: Run) -> None:
        """Start nothing more until the run is resumed."""
        ...

    def resume_all(self, run: Run) -> None:
        """Let the run go on, and every suspended step in it."""
        ...

    def resubmit(self, run: Run) -> Run:
        """Start a new run of the same workflow with the same arguments and options."""
        ...

    def delete(self, run: Run) -> None:
        """Delete the run where it runs; what is known of it here stays."""
        ...

    def listed(
        self, options: Mapping[str, Json] = _NOTHING, *, limit: int = 20
    ) -> tuple[RemoteEntry, ...]:
        """Return the latest runs there, those of others too."""
        ...

    def fetched(self, name: str, *, options: Mapping[str, Json] = _NOTHING) -> Workflow:
        """Return what was published there under a name, by whomever."""
        ...

    def publish(
        self, workflow: Workflow, *, options: Mapping[str, Json] = _NOTHING
    ) -> tuple[str, ...]:
        """Put a workflow there to be run by name or by its schedule; say what was put."""
        ...
