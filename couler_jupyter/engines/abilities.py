"""What some submitters can do beside running workflows; they are asked whether they can."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol, runtime_checkable

from couler_jupyter.ir import Json, Run, Workflow


@runtime_checkable
class Rehearser(Protocol):
    """Goes through a submission without submitting."""

    def rehearse(
        self,
        workflow: Workflow,
        *,
        arguments: Mapping[str, Json],
        options: Mapping[str, Json],
    ) -> tuple[str, ...]:
        """Return what was looked at and found good, a line each; nothing is started.

        Raises:
            CoulerError: what submitting would raise, as far as that can be known.
        """
        ...


@runtime_checkable
class Rerunner(Protocol):
    """Runs a part of a run again."""

    def can_retry_from(self, run: Run) -> bool:
        """Whether it can with this run; may be asked often."""
        ...

    def retry_from(self, run: Run, step: str) -> Run:
        """Run a step again and all that comes behind it, whatever came of them.

        Raises:
            UnknownName: the run has no such step.
            SubmitFailed: the run goes on.
        """
        ...


@runtime_checkable
class Suggester(Protocol):
    """Knows values that its options may well have, from what is on this machine."""

    def suggested(self, options: Mapping[str, Json]) -> Mapping[str, tuple[str, ...]]:
        """Return values by option, given what was chosen so far; nobody is asked."""
        ...


@runtime_checkable
class Paged(Protocol):
    """Has a page of its own for each run."""

    def page(self, run: Run) -> str:
        """Return the URL of a run where people look at it; empty if there is none."""
        ...
