"""What passes may know beside the workflow: plain facts, gathered by whoever asks them.

Paths are those of steps in the workflow (`tune/fit`), without items and turns.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import ClassVar, Protocol, TypeAlias

from couler_jupyter.errors import Problem
from couler_jupyter.ir import (
    Feature,
    Json,
    Limit,
    Measured,
    Parts,
    Setting,
    Storage,
    Workflow,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """How big one submitted workflow may be; none of the bounds may be passed.

    Attributes:
        max_bytes: bytes of its manifest.
        max_steps: steps in it.
        max_pods: pods that it may start.
    """

    max_bytes: int = 900_000
    max_steps: int = 200
    max_pods: int = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """What earlier runs of a step came to; None where nobody knows.

    Attributes:
        runs: how many runs this is from.
        seconds: what one attempt takes, in the middle; `low` and `high`: the shortest
            and the longest seen.
        cpu_seconds: CPU used, in the middle.
        peak_memory: bytes, the most seen.
        output_bytes: bytes left behind, in the middle.
        times: how often it ran in one run, in the middle: more than 1 for a loop.
        basis: what runs these are, in plain words.
        changed: why the runs of its name say nothing of it; empty if some do.
    """

    runs: int
    seconds: float | None = None
    low: float | None = None
    high: float | None = None
    cpu_seconds: float | None = None
    peak_memory: int | None = None
    output_bytes: int | None = None
    times: float = 1
    basis: str = ""
    changed: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """What a cache holds for a step: enough to go without running it.

    Attributes:
        run: the one that made it.
        outputs: by name: a JSON value, or where an artifact lies.
    """

    run: str
    outputs: Mapping[str, Json | Storage]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tuned:
    """Which setting was chosen for a step, and what is known of it.

    Attributes:
        setting: what was chosen.
        source: what it was chosen from: `llm`, `past-runs`, `short-run`, ...
        value: the metric at the end of a full run; None where nobody knows.
        low, high: the band around it; None where there is none.
        level: share of real values that the band is to hold.
        calibrated: whether the band was fitted to real runs of the same task.
        measured: whether `value` was measured in a full run, not foretold.
        usual: the default setting; None where it is what was chosen.
        usual_value: what that would give; None where nobody knows.
    """

    setting: Setting
    source: str
    value: float | None = None
    low: float | None = None
    high: float | None = None
    level: float = 0.8
    calibrated: bool = False
    measured: bool = False
    usual: Setting | None = None
    usual_value: float | None = None


Measure: TypeAlias = Callable[[Workflow], Measured | None]
"""Tells the bytes of what an engine makes of a workflow; None where it cannot."""


class EngineFacts(Protocol):
    """What passes ask of the engine that the workflow is meant for.

    Every `Engine` is one; nothing of it does anything.

    Attributes:
        name: how it is called.
        features: what it honours.
        limits: how big one submission may be, in the words of `sizes`.
    """

    name: ClassVar[str]
    features: ClassVar[frozenset[Feature]]
    limits: ClassVar[tuple[Limit, ...]]

    def lower(self, workflow: Workflow) -> Workflow:
        """Return the workflow in the words that it has."""
        ...

    def problems(self, workflow: Workflow) -> tuple[Problem, ...]:
        """Return why it cannot run `workflow`, which is lowered."""
        ...

    def notes(self, workflow: Workflow) -> tuple[Problem, ...]:
        """Return what of `workflow` has no effect there."""
        ...

    def sizes(self, workflow: Workflow) -> Mapping[str, int]:
        """Return how much of what is limited there `workflow` comes to."""
        ...

    def part_sizes(self, workflow: Workflow) -> tuple[Mapping[str, int], ...]:
        """Return that of each part of a workflow in parts; empty where it cannot."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """All that a pass may know beside the workflow; nothing is global.

    Attributes:
        budget: how big one submission may be.
        targets: names of the steps that are asked for; none means all.
        engine: what the workflow is meant for; None where that is open.
        past: what earlier runs came to, by path of the step.
        stored: what a cache holds, by path of the step.
        tuned: which settings were chosen, by path of the step.
        measure: tells bytes of manifests; None where no engine can.
        workers: steps at once at the most, for whoever simulates.
        parts: how the workflow was cut the last time; None if it was not.
    """

    budget: Budget = field(default_factory=Budget)
    targets: tuple[str, ...] = ()
    engine: EngineFacts | None = None
    past: Mapping[str, Estimate] = field(
        default_factory=lambda: MappingProxyType(dict[str, Estimate]())
    )
    stored: Mapping[str, Stored] = field(
        default_factory=lambda: MappingProxyType(dict[str, Stored]())
    )
    tuned: Mapping[str, Tuned] = field(
        default_factory=lambda: MappingProxyType(dict[str, Tuned]())
    )
    measure: Measure | None = None
    workers: int = 64
    parts: Parts | None = None
