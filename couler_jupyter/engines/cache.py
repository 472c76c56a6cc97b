"""What a cache is to an engine: asked before an attempt, told after it.

Engines know only this; what keeps artifacts and decides on them is found by name, so
that an engine runs the same with any cache or none. No failure of a cache fails a run.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from couler_jupyter.engines.shelf import Copy
from couler_jupyter.ir import Json, Phase, Step, Workflow
from couler_jupyter.registry import Registry

_MARKS = re.compile(r"\[\d+\]|#\d+")


class Kind(StrEnum):
    """What an output is to a cache."""

    JSON = "json"
    PICKLE = "pickle"
    FILE = "file"
    FOLDER = "folder"


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """One output of a step.

    Attributes:
        kind: what it is.
        text: the same for the same content.
        value: a JSON value itself; of all else what is known beside its bytes.
    """

    kind: Kind
    text: str
    value: Json = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """An attempt that is about to be started.

    Attributes:
        path: of the step in the run.
        step: what is run.
        inputs: for each input that is given, a text that is the same for the same
            content.
        known: what references in the template's texts to the workflow stand for.
        key: the user's own cache key, references filled in.
        unclear: why its inputs cannot be told from others; empty if they can.
        copies: the datasets among its inputs, in the versions that it reads.
    """

    path: str
    step: Step
    inputs: Mapping[str, str]
    known: Mapping[str, str] = field(default_factory=dict)
    key: str = ""
    unclear: str = ""
    copies: tuple[Copy, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What an earlier attempt left behind.

    Attributes:
        run: the one that made it.
        outputs: by name.
        held: whether all their bytes are at hand; else only what they are is known.
    """

    run: str
    outputs: Mapping[str, Content]
    held: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a cache says to a question.

    Attributes:
        question: what was asked.
        fingerprint: of the step with its inputs; empty where it has none.
        found: what may stand for the attempt; None if it has to be made.
        why: why it has to be.
    """

    question: Question
    fingerprint: str = ""
    found: Found | None = None
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How an attempt ended.

    Attributes:
        phase: SUCCEEDED, CACHED, or how else.
        outputs: what it made, each with a way to its bytes: a file or folder
            that is there until the run is removed; None for JSON.
        started: seconds since the epoch; `seconds`: how long it took.
        cpu_seconds, peak_memory: where known.
    """

    phase: Phase
    outputs: Mapping[str, tuple[Content, Callable[[], Path] | None]]
    started: float
    seconds: float
    cpu_seconds: float | None = None
    peak_memory: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """What a run is about to do, as far as that can be told before.

    Attributes:
        answers: of what is known to be asked, each with the paths of what it reads.
        runs: paths of what will be run.
        reads: how often the run will read what stands at a path.
        targets: paths of what nothing else reads.
    """

    answers: tuple[tuple[Answer, tuple[str, ...]], ...]
    runs: frozenset[str]
    reads: Mapping[str, int]
    targets: frozenset[str]


class Cache(Protocol):
    """Reuses what earlier runs left behind. Methods may be called from any thread.

    All raise `StoreFailed` where the store cannot be used; the run goes on without.
    """

    def ask(self, question: Question) -> Answer:
        """Return what may stand for an attempt."""
        ...

    def expect(self, outline: Outline) -> None:
        """Take notice of what a run is about to do; what it will read is to stay."""
        ...

    def bring(self, answer: Answer, output: str, target: Path) -> None:
        """Write the bytes of an output that was found to a path that is not there.

        Raises:
            StoreFailed: they are gone or damaged; the attempt has to be made.
        """
        ...

    def tell(self, answer: Answer, ended: Ended) -> str:
        """Tell how an attempt ended that was asked for.

        Returns:
            What people should know of that, in one line; mostly nothing.
        """
        ...

    def settle(self) -> None:
        """Write down what was told."""
        ...

    def end(self, *, finished: bool) -> None:
        """Tell that the run is over; not `finished` if it was broken off."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """For which run a cache is opened.

    Attributes:
        run: its id; `engine`: the name of who runs it.
        workflow: what it runs.
        refresh: names or paths of steps that have to be made anew.
    """

    run: str
    engine: str
    workflow: Workflow
    refresh: tuple[str, ...] = ()


CACHES: Registry[Callable[[Wish], Cache | None]] = Registry(
    "couler_jupyter.caches", {"store": "couler_jupyter.reusing:open_cache"}
)
"""By name, what opens a cache; it may return None where the user has switched it off."""

NO_CACHE = "none"
"""The name that stands for no cache."""


def plain_path(path: str) -> str:
    """Return a step's path without the numbers of items and turns.

    >>> plain_path("tune[2]/fit#1")
    'tune/fit'
    """
    return _MARKS.sub("", path)
