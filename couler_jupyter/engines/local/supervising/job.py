"""One launch on its way through the carrier."""

from __future__ import annotations

from dataclasses import dataclass

from couler_jupyter.engines.cache import Answer
from couler_jupyter.engines.local.loop import Timer
from couler_jupyter.engines.local.placing.prepare import Prepared
from couler_jupyter.engines.local.scheduling.orders import Launch


@dataclass(slots=True, eq=False)
class Job:
    """One launch on its way.

    Attributes:
        launch: what was ordered.
        paths: absolute paths it must have for itself.
        light: whether all that is done for it may be done at once.
        busy: whether a thread is doing something for it.
        running: whether its attempt runs.
        prepared: its attempt, once there is one.
        gpus: the accelerators it was given.
        due: when its step's time is over, if what it takes is fetched meanwhile;
            `timer` then ends it.
        answer: what the cache said, where there is one.
        began: when it was begun, by the monotonic clock.
    """

    launch: Launch
    paths: tuple[str, ...]
    light: bool
    busy: bool = False
    running: bool = False
    prepared: Prepared | None = None
    gpus: tuple[str, ...] = ()
    due: float | None = None
    timer: Timer | None = None
    answer: Answer | None = None
    began: float = 0.0
