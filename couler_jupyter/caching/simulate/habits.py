"""How people work, as shares: what they edit between two runs, and what they ask for."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """How a person works; every share is our assumption, and can be changed.

    What is done between two runs is an edit, a revert, a refresh, a step more, a step
    less, a step that comes back, or nothing: one of them, by these shares.

    Attributes:
        runs: how many.
        edit: share of runs before which something is edited.
        second: share of edits that touch a second step.
        hot: share of edits that touch the step edited last.
        late: how much more often a step far behind is edited; 0 for not at all.
        zipf: how unevenly edits fall on steps: the k-th most edited one has a weight of
            k to the power of minus this; the order is drawn once.
        revert: share of runs before which an edit is taken back.
        back: share of reverts to any version there was, and not to the one before.
        refresh: share of runs before which a source changes.
        grow: share of runs before which a copy of a step is added, as in a sweep.
        shrink: share of runs before which a step is left out, or comes back.
        partial: share of runs that ask for only some steps.
        switch: share of runs that turn to another workflow.
        rename: share of runs before which the workflow is given another name.
        broken: share of runs that are broken off half-way, and run again.
    """

    runs: int = 30
    edit: float = 0.62
    second: float = 0.25
    hot: float = 0.45
    late: float = 1.0
    zipf: float = 0.0
    revert: float = 0.12
    back: float = 0.0
    refresh: float = 0.04
    grow: float = 0.0
    shrink: float = 0.0
    partial: float = 0.25
    switch: float = 0.3
    rename: float = 0.0
    broken: float = 0.0
