"""A run on paper: it goes as far as what is known of its steps lets it.

What a cache knows stands for attempts at once; of all else others say how it ended. Time
does not pass on paper: nothing is tried again, and nobody waits for anything but steps.
"""

from __future__ import annotations

import math
import operator
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from couler_jupyter.engines.cache import Answer, Cache, Content, Outline
from couler_jupyter.engines.local.placing.run_folder import RunFolder
from couler_jupyter.engines.local.placing.site import Site
from couler_jupyter.engines.local.reusing.asking import Asking
from couler_jupyter.engines.local.scheduling.bind import given_arguments
from couler_jupyter.engines.local.scheduling.data import Data
from couler_jupyter.engines.local.scheduling.orders import Capacity, Launch, Result
from couler_jupyter.engines.local.scheduling.scheduler import Scheduler
from couler_jupyter.ir import (
    Json,
    Phase,
    Step,
    SubWorkflow,
    Suspend,
    Workflow,
)

_ROOM = Capacity(cpu=math.inf, memory=1 << 62, gpu=1 << 30)


@dataclass(frozen=True, slots=True, kw_only=True)
class OnPaper:
    """How a path ended on paper.

    Attributes:
        phase: how.
        outputs: what it left behind, handles for what is no JSON.
    """

    phase: Phase
    outputs: Mapping[str, Data]


def _is_found(answer: Answer) -> bool:
    return answer.found is not None


class Paper:
    """One run; `begin`, and then say of each launch that is open how it ended.

    Attributes:
        answers: what the cache says of each attempt, by path.
        launches: the attempts, likewise.
        ends: how each path ended so far, those of groups and of the run too.
    """

    def __init__(
        self,
        workflow: Workflow,
        arguments: Mapping[str, Json],
        cache: Cache,
        *,
        folder: Path,
        stands: Callable[[Answer], bool] = _is_found,
    ) -> None:
        """Prepare.

        Args:
            workflow: what runs.
            arguments: what it is given.
            cache: what is asked.
            folder: what relative paths are relative to.
            stands: whether what the cache says stands for an attempt.

        Raises:
            Unfit: the arguments do not fit.
        """
        self._scratch = tempfile.TemporaryDirectory(prefix="couler-paper-")
        own = Path(self._scratch.name)
        site = Site(
            run_id="paper", folder=RunFolder(own, own), logs=own, user_folder=folder
        )
        self._asking = Asking(site)
        self._cache = cache
        self._scheduler = Scheduler(
            timeless(workflow),
            given_arguments(workflow, arguments),
            run_id="paper",
            capacity=_ROOM,
        )
        self.answers: dict[str, Answer] = {}
        self.launches: dict[str, Launch] = {}
        self.ends: dict[str, OnPaper] = {}
        self._suspended: set[str] = set()
        self._stands = stands

    def close(self) -> None:
        """Let go of the scratch folder."""
        self._scratch.cleanup()

    @property
    def asking(self) -> Asking:
        """What tells contents of data."""
        return self._asking

    @property
    def open(self) -> frozenset[str]:
        """The paths of which nobody has said yet how they end."""
        return frozenset(self._suspended | (self.launches.keys() - self.ends.keys()))

    @property
    def scratch(self) -> Path:
        """A folder for what is brought to be looked at."""
        return Path(self._scratch.name)

    def begin(self) -> tuple[str, ...]:
        """Go as far as the cache knows; return the paths that are open.

        Raises:
            CoulerError, ValueError, OSError: the cache, or an input, cannot be used.
        """
        self._scheduler.start(0.0)
        return self._go_on()

    def outline(self) -> Outline:
        """Return what the run is about to do, as far as it has come on paper."""
        parents = {path: tuple(self._read_by(path)) for path in self.answers}
        reads: dict[str, int] = {}
        runs = self.open & self.answers.keys()
        for path in runs:
            for parent in parents[path]:
                reads[parent] = reads.get(parent, 0) + 1
        read = {one for some in parents.values() for one in some}
        return Outline(
            answers=tuple((one, parents[path]) for path, one in self.answers.items()),
            runs=frozenset(runs),
            reads=reads,
            targets=frozenset(self.answers.keys() - read),
        )

    def _read_by(self, path: str) -> Iterator[str]:
        """Yield the attempts beside one whose outputs it takes."""
        above = path.rpartition("/")[0]
        for name in self.launches[path].step.data_dependencies:
            before = f"{above}/{name}" if above else name
            if before in self.answers:
                yield before

    def tell(
        self, path: str, phase: Phase, outputs: Mapping[str, Content | Data]
    ) -> tuple[str, ...]:
        """Say how an open path ended; return what is open now that was not."""
        launch = self.launches.get(path)
        if path in self._suspended:
            self._suspended.discard(path)
            self._scheduler.resume(path, outputs, 0.0)
        elif launch is not None:
            made = {
                name: self._asking.stand_in(launch, name, one)
                if isinstance(one, Content)
                else one
                for name, one in outputs.items()
            }
            result = Result(phase=phase, outputs=made if phase.good else {})
            self._scheduler.ended(path, result, 0.0)
        return self._go_on()

    def _go_on(self) -> tuple[str, ...]:
        open_: list[str] = []
        while True:
            orders = self._scheduler.take()
            for event in orders.events:
                if event.phase is Phase.SUSPENDED and event.step:
                    self._suspended.add(event.step)
                    open_.append(event.step)
                elif event.phase.ended:
                    made = orders.outputs.get(event.step, {})
                    self.ends[event.step] = OnPaper(phase=event.phase, outputs=made)
            if not orders.starts:
                return tuple(open_)
            open_ += [one.path for one in orders.starts if not self._answer(one)]

    def _answer(self, launch: Launch) -> bool:
        """Ask the cache of an attempt; whether something stands for that."""
        answer = self._cache.ask(self._asking.question(launch))
        self.launches[launch.path] = launch
        self.answers[launch.path] = answer
        if answer.found is None or not self._stands(answer):
            return False
        outputs = {
            name: self._asking.stand_in(launch, name, content)
            for name, content in answer.found.outputs.items()
        }
        result = Result(phase=Phase.CACHED, outputs=outputs)
        self._scheduler.ended(launch.path, result, 0.0)
        return True


def timeless(workflow: Workflow) -> Workflow:
    """Return a workflow that takes no time of itself: no bounds, waits or new tries."""
    changed = tuple(map(_timeless, workflow.steps))
    handlers = tuple(
        replace(one, step=_timeless(one.step)) for one in workflow.exit_handlers
    )
    same = all(map(operator.is_, changed, workflow.steps)) and all(
        one.step is before.step
        for one, before in zip(handlers, workflow.exit_handlers, strict=True)
    )
    if same and workflow.timeout is None and workflow.parallelism is None:
        return workflow
    return replace(
        workflow, steps=changed, exit_handlers=handlers, timeout=None, parallelism=None
    )


def _timeless(step: Step) -> Step:
    changes: dict[str, Any] = {}
    if step.retry is not None:
        changes["retry"] = None
    if step.timeout is not None:
        changes["timeout"] = None
    if step.repeat is not None and step.repeat.pause != "0":
        changes["repeat"] = replace(step.repeat, pause="0")
    match step.template:
        case SubWorkflow(workflow=inner) if (left := timeless(inner)) is not inner:
            changes["template"] = SubWorkflow(workflow=left)
        case Suspend(seconds=seconds) if seconds is not None:
            changes["template"] = replace(step.template, seconds=None)
        case _:
            pass
    return replace(step, **changes) if changes else step
