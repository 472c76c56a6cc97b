"""Asks a cache before an attempt and tells it after, in the words of this engine."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from threading import Thread

from couler_jupyter.engines.cache import Answer, Cache, Content, Ended, Kind, Question
from couler_jupyter.engines.local.placing.copying import measure
from couler_jupyter.engines.local.placing.run_folder import RunFolder, remove
from couler_jupyter.engines.local.placing.site import Site
from couler_jupyter.engines.local.reusing.contents import Contents, Unclear
from couler_jupyter.engines.local.reusing.portable import make_own, make_portable
from couler_jupyter.engines.local.scheduling.data import Data, Kept, Pickled
from couler_jupyter.engines.local.scheduling.evaluate import name_of, text_of
from couler_jupyter.engines.local.scheduling.orders import Launch, Result
from couler_jupyter.errors import CoulerError, StoreFailed
from couler_jupyter.ir import (
    AttemptRef,
    Constant,
    InputRef,
    Leaf,
    PathRef,
    Phase,
    RunRef,
    leaves,
    texts_of,
)

_NOT_KNOWN = (Constant, InputRef, PathRef, AttemptRef, RunRef)


class Reuse:
    """One run's way to a cache. Whatever fails here, the step runs."""

    def __init__(self, cache: Cache, site: Site) -> None:
        """Begin; the cache belongs to the reuse from now on."""
        self._cache = cache
        self._folder: RunFolder = site.folder
        self._contents = Contents(site.folder.path, site.user_folder)
        self._work: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._teller = Thread(target=self._tell_all, daemon=True)
        self._teller.start()
        self._trouble = ""

    @property
    def trouble(self) -> str:
        """Why the cache could not be used, in one line; empty if it could."""
        return self._trouble

    def is_quick(self, launch: Launch) -> bool:
        """Whether asking takes no time worth a thread."""
        return all(map(self._contents.knows, launch.inputs.values()))

    def ask(self, launch: Launch) -> Answer:
        """Return what may stand for an attempt."""
        question = Question(path=launch.path, step=launch.step, inputs={})
        try:
            question = self._question(launch)
            return self._cache.ask(question)
        except (CoulerError, OSError, ValueError) as error:
            self._note(error)
            return Answer(question=question, why=_told(error))

    def bring(self, launch: Launch, answer: Answer) -> Result | None:
        """Return what an earlier attempt left behind as this one's result.

        None if it cannot be brought after all; the step runs then.
        """
        found = answer.found
        if found is None:
            return None
        try:
            outputs = {
                name: self._brought(launch, answer, name, content)
                for name, content in found.outputs.items()
            }
        except (CoulerError, OSError) as error:
            self._note(error)
            self._clear(launch)
            return None
        message = f"reused from run {found.run}"
        if not found.held:
            message += "; its bytes were given up, and nothing needs them"
        return Result(phase=Phase.CACHED, message=message, outputs=outputs)

    def tell(self, answer: Answer, result: Result, seconds: float) -> None:
        """Tell how an attempt ended; what that takes is done meanwhile."""
        started = time.time() - seconds
        self._work.put(partial(self._tell, answer, result, started, seconds))

    def settle(self) -> None:
        """Wait until all that was told is kept."""
        if self._teller.is_alive():
            self._work.put(None)
            self._teller.join()

    def end(self, *, finished: bool) -> None:
        """End the run."""
        self.settle()
        try:
            self._cache.end(finished=finished)
        except CoulerError as error:
            self._note(error)

    def _question(self, launch: Launch) -> Question:
        step = launch.step
        trusting = step.cache is not None and step.cache.enabled
        key = "" if step.cache is None else text_of(step.cache.key, launch.look_up)
        unclear = ""
        inputs: dict[str, str] = {}
        for name, value in launch.inputs.items():
            try:
                inputs[name] = self._contents.text(value, trusting=trusting)
            except Unclear as error:
                unclear = f"input {name!r}: {error}; write cache=True to trust it"
        return Question(
            path=launch.path,
            step=step,
            inputs=inputs,
            known=self._known(launch),
            key=key,
            unclear=unclear,
        )

    def _known(self, launch: Launch) -> dict[str, str]:
        found: dict[Leaf, None] = {}
        for text in texts_of(launch.step.template):
            for leaf in leaves(text):
                if not isinstance(leaf, _NOT_KNOWN):
                    found[leaf] = None
        known: dict[str, str] = {}
        for leaf in found:
            name = name_of(leaf)
            name = f"{leaf}" if name == "a value" or name in known else name
            known[name] = self._contents.text(launch.look_up(leaf))
        return known

    def _brought(
        self, launch: Launch, answer: Answer, name: str, content: Content
    ) -> Data:
        folder = self._folder
        held = answer.found is not None and answer.found.held
        told = content.value
        if content.kind is Kind.JSON:
            return told
        if content.kind is Kind.PICKLE:
            base = folder.value(launch.path, launch.attempt)
            target = base.with_name(f"{base.name}.{name}")
            pickled = Pickled(folder.within(target), told["type"])
            self._contents.know(pickled, content.text)
            if held:
                self._bring_value(answer, name, target)
            return pickled
        place = folder.artifacts(launch.path, launch.attempt) / name
        target = place / told["name"]
        if held:
            place.mkdir(parents=True, exist_ok=True)
            self._cache.bring(answer, name, target)
            target.chmod(told["mode"])
            if content.kind is Kind.FOLDER and measure(target)[1] != content.text:
                raise StoreFailed(
                    f"output {name!r} is not what it was when it was kept"
                )
        return Kept(
            path=folder.within(target),
            folder=content.kind is Kind.FOLDER,
            size=told["size"],
            sha256=content.text,
            storage=told["storage"],
        )

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
        while (work := self._work.get()) is not None:
            try:
                work()
                if self._work.empty():
                    self._cache.settle()
            except (CoulerError, OSError, ValueError) as error:
                self._note(error)

    def _tell(
        self,
        answer: Answer,
        result: Result,
        started: float,
        seconds: float,
    ) -> None:
        ended = Ended(
            phase=result.phase,
            outputs=self._left(result.outputs),
            started=started,
            seconds=seconds,
            cpu_seconds=result.cpu_seconds,
            peak_memory=result.peak_memory,
        )
        try:
            self._cache.tell(answer, ended)
        finally:
            for value in result.outputs.values():
                if isinstance(value, Pickled):
                    remove(_portable(self._folder.at(value.path)))

    def _left(
        self, outputs: Mapping[str, Data]
    ) -> dict[str, tuple[Content, Callable[[], Path] | None]]:
        left: dict[str, tuple[Content, Callable[[], Path] | None]] = {}
        for name, value in outputs.items():
            content = self._contents.output(value)
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
        return make_portable(source, _portable(source))

    def _note(self, error: Exception) -> None:
        if not self._trouble:
            self._trouble = _told(error)
        sys.stderr.write(f"cache: {_told(error)}\n")


def _told(error: Exception) -> str:
    return " ".join(f"{error}".split()) or type(error).__name__


def _portable(path: Path) -> Path:
    return path.with_name(f".{path.name}.portable")
