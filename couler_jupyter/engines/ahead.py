"""What an engine that runs elsewhere asks of a cache: a head start, and a witness.

Before a run, what need not run is taken out of it; while it goes on, somebody is told how
its steps ended, so that a later run has a head start too. Engines know only this; what
does it is found by name. No failure of it fails a run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, TypeAlias

from couler_jupyter.engines.cache import Wish
from couler_jupyter.ir import Json, Phase, SecretRef, Workflow
from couler_jupyter.registry import Registry


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """A step of which it is known before the run how it ends.

    Attributes:
        path: of the step in the run.
        phase: CACHED; or OMITTED, since it would run only if another had ended
            otherwise.
        message: why, in one line.
        outputs: what it left behind: JSON values, and a `Place` for an artifact.
        run: the one that made them; empty for none.
    """

    path: str
    phase: Phase
    message: str
    outputs: Mapping[str, Json | Place] = field(default_factory=dict)
    run: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where an artifact lies, as people read it."""

    where: str


def _nothing() -> None:
    """Do nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadStart:
    """What is left of a run before it begins.

    Attributes:
        workflow: what is left to run; None if nothing is.
        settled: the steps that are not run, groups before what is in them.
        told: what stood in the way of a better start, one line each.
        give_up: is called where the run does not come about, so that nothing waits for
            its end.
        reuses: whether anything may stand in for what this run would make; not where
            that was refused.
    """

    workflow: Workflow | None
    settled: tuple[Settled, ...] = ()
    told: tuple[str, ...] = ()
    reuses: bool = True
    give_up: Callable[[], None] = _nothing


Fetch: TypeAlias = Callable[[Path], Path]
"""Brings an artifact into a folder and returns where it is there: a file or a folder.
Raises `CoulerError` or `OSError` where it cannot be had."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Artifact:
    """An artifact that a step left somewhere else.

    Attributes:
        where: it lies, as people read it.
        fetch: brings it here.
        type: of a value of Python, the full name of its type; empty for a file. What
            is fetched is then a folder with `value.json`, or with `value.pickle` and
            the texts of modules in `sources.json`.
    """

    where: str
    fetch: Fetch
    type: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """How a step ended elsewhere.

    Attributes:
        path: of the step in the run.
        phase: how.
        outputs: what it left behind; JSON where it is that.
        started: seconds since the epoch; `seconds`: how long it took.
        cpu_seconds, peak_memory: where known.
    """

    path: str
    phase: Phase
    outputs: Mapping[str, Json | Artifact] = field(default_factory=dict)
    started: float = 0.0
    seconds: float = 0.0
    cpu_seconds: float | None = None
    peak_memory: int | None = None


class Witness(Protocol):
    """Is told how the steps of one run end, and keeps what is worth it."""

    def saw(self, ends: Iterable[Seen]) -> None:
        """Take notice; a step that is told of again is passed over."""
        ...

    def end(self, *, finished: bool) -> None:
        """Tell that the run is over; not `finished` if nobody looks on."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """For which run a head start or a witness is wanted.

    Attributes:
        wish: the run; its workflow is what the engine makes of it, so that each step
            says all that its outputs depend on.
        arguments: what the run is given.
        folder: what paths of this machine are relative to.
        most_bytes: of one artifact that is brought here to be kept.
        patience: seconds that the end of the run waits for what is brought; 0 for ever.
    """

    wish: Wish
    arguments: Mapping[str, Json]
    folder: Path
    most_bytes: int = 1 << 30
    patience: float = 300.0


HEAD_STARTS: Registry[Callable[[Errand], HeadStart | None]] = Registry(
    "couler_jupyter.head_starts",
    {"store": "couler_jupyter.reusing.head_start:head_start"},
)
"""By the name of a cache, what gives a head start; None where it is switched off."""

WITNESSES: Registry[Callable[[Errand, frozenset[str]], Witness | None]] = Registry(
    "couler_jupyter.witnesses",
    {"store": "couler_jupyter.reusing.witness:open_witness"},
)
"""By the name of a cache, what opens a witness; None where it is switched off.

It is told the paths of the steps that the run did not have to run."""

Settings: TypeAlias = Mapping[str, str | SecretRef]

SETTINGS: Registry[Callable[[frozenset[str]], Settings | None]] = Registry(
    "couler_jupyter.settings",
    {"store": "couler_jupyter.reusing.pod_settings:pod_settings"},
)
"""By the name of a cache, the variables by which a process in a pod finds the same one;
None where it is switched off. Raises `UsageFailed` where no pod can reach it.

It is told the names of the variables that the pod has anyway."""
