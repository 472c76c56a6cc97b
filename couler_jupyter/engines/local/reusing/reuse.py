"""Asks a cache before an attempt and tells it after, in the words of this engine."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread

from couler_jupyter.engines.cache import Answer, Cache, Content, Ended, Kind, Question
from couler_jupyter.engines.local.datasets.once import Once
from couler_jupyter.engines.local.placing.copying import measure
from couler_jupyter.engines.local.placing.run_folder import RunFolder, remove
from couler_jupyter.engines.local.placing.site import Site
from couler_jupyter.engines.local.reusing.asking import Asking
from couler_jupyter.engines.local.reusing.foresight import Foresight, foresee
from couler_jupyter.engines.local.reusing.owing import Owing
from couler_jupyter.engines.local.reusing.portable import make_own, make_portable
from couler_jupyter.engines.local.scheduling.data import Data, Kept, Pickled
from couler_jupyter.engines.local.scheduling.orders import Launch, Result
from couler_jupyter.engines.local.scheduling.scheduler import Scheduler
from couler_jupyter.errors import CoulerError, StoreFailed
from couler_jupyter.ir import Phase

_PATIENCE = 120.0
"""Seconds that a run which is over waits for what it made to be kept."""
_PAUSE = 1.0
"""Seconds after which others may know what was told: writing it down costs, too."""
_MOST_TOLD = 3
"""Remarks that a run shows; its log has all of them."""
GIVEN_UP = "its bytes were given up"


class Reuse:
    """One run's way to a cache. Whatever fails here, the step runs."""

    def __init__(
        self, cache: Cache, site: Site, on_paper: Callable[[], Scheduler]
    ) -> None:
        """Begin; the cache belongs to the reuse from now on.

        Args:
            cache: what is asked.
            site: where the run is carried out.
            on_paper: gives the run once more, not begun, to see where it leads.
        """
        self._cache = cache
        self._site = site
        self._on_paper = on_paper
        self._folder: RunFolder = site.folder
        self._asking = Asking(site)
        self._work: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._packs: list[Path] = []
        self._teller = Thread(target=self._tell_all, daemon=True)
        self._owing = Owing(site.folder)
        self._is_late = False
        self._foreseen: Once[str, Foresight] = Once()
        self._teller.start()
        self._remarks: dict[str, None] = {}

    @property
    def remarks(self) -> tuple[str, ...]:
        """What people should know of the cache, a line each; mostly nothing."""
        return tuple(self._remarks)

    def is_quick(self, launch: Launch) -> bool:
        """Whether asking takes no time worth a thread."""
        return all(map(self._asking.contents.knows, launch.inputs.values()))

    def ask(self, launch: Launch) -> Answer:
        """Return what may stand for an attempt."""
        question = Question(path=launch.path, step=launch.step, inputs={})
        try:
            question = self._asking.question(launch)
            answer = self._cache.ask(question)
            if answer.found is None or answer.found.held:
                return answer
            if not launch.again and launch.path in self.foresight.unread:
                return answer
            return replace(answer, found=None, why=GIVEN_UP)
        except (CoulerError, OSError, ValueError) as error:
            self._note(error)
            return Answer(question=question, why=_told(error))

    @property
    def foresight(self) -> Foresight:
        """What the run will do, traced on paper when that first matters, by one thread."""
        return self._foreseen.get("", self._traced)

    def _traced(self) -> Foresight:
        found = foresee(
            self._on_paper(), Asking(self._site, on_paper=True), self._cache
        )
        self._cache.expect(found.outline)
        return found

    def is_spared(self, path: str) -> bool:
        """Whether a step will not run, for what it left behind is known."""
        try:
            foresight = self.foresight
        except (CoulerError, OSError, ValueError) as error:
            self._note(error)
            return False
        answer = foresight.answers.get(path)
        if answer is None or answer.found is None:
            return False
        return answer.found.held or path in foresight.unread

    def bring(self, launch: Launch, answer: Answer) -> Result | None:
        """Return what an earlier attempt left behind as this one's result.

        None if it cannot be brought after all; the step runs then.
        """
        found = answer.found
        if found is None:
            return None
        try:
            outputs = self._bring(launch, answer)
        except (CoulerError, OSError) as error:
            self._note(error)
            self._clear(launch)
            return None
        message = f"reused from run {found.run}"
        if not found.held:
            self._owing.add(launch.path, outputs)
            message += "; its bytes were given up, and nothing needs them"
        return Result(phase=Phase.CACHED, message=message, outputs=outputs)

    def lacking(self, launch: Launch) -> tuple[str, ...]:
        """Return the paths of reused steps whose bytes a launch needs and has not."""
        return self._owing.lacking(launch.inputs)

    def tell(
        self, launch: Launch, answer: Answer, result: Result, seconds: float
    ) -> None:
        """Tell how an attempt ended; what that takes is done meanwhile."""
        if launch.again:
            self._owing.settle(launch.path)
            self._asking.contents.made_again(result.outputs.values())
        started = time.time() - seconds
        self._work.put(partial(self._tell, answer, result, started, seconds))

    def end(self, *, finished: bool) -> None:
        """End the run; wait until all that was told is kept, if that is not too long.

        What is ended stays so.
        """
        if self._site.datasets is not None:
            self._site.datasets.close()
        if not self._teller.is_alive() or self._is_late:
            return
        for work in (self._cache.settle, partial(self._end, finished), None):
            self._work.put(work)
        self._teller.join(_PATIENCE)
        self._is_late = self._teller.is_alive()
        if self._is_late:
            self._note(StoreFailed(f"not all is kept after {_PATIENCE:g} s"))

    def _end(self, finished: bool) -> None:
        try:
            self._cache.end(finished=finished)
        finally:
            self._unpack()

    def _bring(self, launch: Launch, answer: Answer) -> Mapping[str, Data]:
        found = answer.found
        assert found is not None
        outputs: dict[str, Data] = {}
        for name, content in found.outputs.items():
            value = self._asking.stand_in(launch, name, content)
            outputs[name] = value
            if not found.held:
                continue
            if isinstance(value, Pickled):
                self._bring_value(answer, name, self._folder.at(value.path))
            elif isinstance(value, Kept):
                self._bring_file(answer, name, self._folder.at(value.path))
        return outputs

    def _bring_file(self, answer: Answer, name: str, target: Path) -> None:
        assert answer.found is not None
        content = answer.found.outputs[name]
        target.parent.mkdir(parents=True, exist_ok=True)
        self._cache.bring(answer, name, target)
        target.chmod(content.value["mode"])
        if content.kind is Kind.FOLDER and measure(target)[1] != content.text:
            raise StoreFailed(f"output {name!r} is not what it was when it was kept")

    def _bring_value(self, answer: Answer, name: str, target: Path) -> None:
        portable = target.with_name(f".{target.name}.kept")
        try:
            self._cache.bring(answer, name, portable)
            make_own(portable, target, self._folder)
        finally:
            remove(portable)

    def _clear(self, launch: Launch) -> None:
        """Remove what was brought in vain: the attempt leaves its own there."""
        remove(self._folder.artifacts(launch.path, launch.attempt))

    def _tell_all(self) -> None:
        """Do what there is to do, and have it written down every now and then."""
        due: float | None = None
        while True:
            wait = None if due is None else max(0.0, due - time.monotonic())
            with suppress(Empty):
                work = self._work.get(timeout=wait)
                if work is None:
                    break
                self._do(work)
                due = due or time.monotonic() + _PAUSE
            if due is not None and time.monotonic() >= due:
                self._do(self._cache.settle)
                due = None

    def _do(self, work: Callable[[], None]) -> None:
        try:
            work()
        except (CoulerError, OSError, ValueError) as error:
            self._note(error)

    def _tell(
        self,
        answer: Answer,
        result: Result,
        started: float,
        seconds: float,
    ) -> None:
        if result.phase is Phase.SUCCEEDED and result.outputs:
            self._foresee()
        ended = Ended(
            phase=result.phase,
            outputs=self._left(result),
            started=started,
            seconds=seconds,
            cpu_seconds=result.cpu_seconds,
            peak_memory=result.peak_memory,
        )
        try:
            if remark := self._cache.tell(answer, ended):
                self._remark(remark)
        finally:
            self._unpack()

    def _foresee(self) -> None:
        """Have the cache know what the run will read, before it gives anything up."""
        try:
            _ = self.foresight
        except (CoulerError, OSError, ValueError) as error:
            self._note(error)

    def _left(
        self, result: Result
    ) -> dict[str, tuple[Content, Callable[[], Path] | None]]:
        """Return what an attempt made; what was reused the cache knows already."""
        left: dict[str, tuple[Content, Callable[[], Path] | None]] = {}
        if result.phase is Phase.CACHED:
            return left
        for name, value in result.outputs.items():
            content = self._asking.contents.output(value)
            match value:
                case Pickled(path=path):
                    left[name] = (content, partial(self._packed, path))
                case Kept(path=path):
                    left[name] = (content, partial(self._folder.at, path))
                case _:
                    left[name] = (content, None)
        return left

    def _packed(self, path: str) -> Path:
        source = self._folder.at(path)
        target = source.with_name(f".{source.name}.portable")
        self._packs.append(target)
        return make_portable(source, target)

    def _unpack(self) -> None:
        """Remove the portable forms of values once they are kept."""
        while self._packs:
            remove(self._packs.pop())

    def _note(self, error: Exception) -> None:
        if isinstance(error, CoulerError):
            self._remark(_told(error))
        else:  # of an input, say: the step will tell it better
            sys.stderr.write(f"cache: {_told(error)}\n")

    def _remark(self, told: str) -> None:
        sys.stderr.write(f"cache: {told}\n")
        if len(self._remarks) < _MOST_TOLD:
            self._remarks[told] = None


def _told(error: Exception) -> str:
    return " ".join(f"{error}".split()) or type(error).__name__
