"""Keeps what a run elsewhere made, while somebody watches it.

The run goes on paper as it goes there: what its steps left says what the next ones read,
so that each has the fingerprint it would have here. Artifacts are copied into the store,
which then answers for them: what the cluster does with its own is none of ours.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from threading import Thread

from couler_jupyter.engines.ahead import Artifact, Errand, Seen
from couler_jupyter.engines.cache import Answer, Content, Ended, Kind
from couler_jupyter.engines.local.placing.copying import measure
from couler_jupyter.engines.local.scheduling.data import Located
from couler_jupyter.errors import CoulerError
from couler_jupyter.ir import Http, Json, Phase
from couler_jupyter.reusing.config import load_config
from couler_jupyter.reusing.keeping import Keeping
from couler_jupyter.reusing.leases import release
from couler_jupyter.reusing.opening import open_keeping
from couler_jupyter.reusing.paper import Paper
from couler_jupyter.reusing.store_cache import StoreCache
from couler_jupyter.store import Made, Store

_MOST = 100_000
"""Attempts of one run that are looked at."""
_LATEST = 100
"""Runs among which this one is looked for."""
Left = tuple[Content, Callable[[], Path] | None]


def open_witness(errand: Errand, reused: frozenset[str]) -> StoreWitness | None:
    """Return who watches a run; None if the cache is off.

    Args:
        errand: the run.
        reused: paths of the steps that it did not have to run.

    Raises:
        CoulerError: the cache cannot be used.
    """
    config = load_config()
    if not config.enabled:
        return None
    store, keeping = open_keeping(config)
    try:
        return StoreWitness(errand, store, keeping, reused)
    except BaseException:
        store.close()
        raise


class StoreWitness:
    """Watches one run; see `Witness`. What is told is carried out by a thread."""

    def __init__(
        self, errand: Errand, store: Store, keeping: Keeping, reused: frozenset[str]
    ) -> None:
        self._errand = errand
        self._store = store
        self._reused = reused
        self._cache = StoreCache(store, errand.wish, keeping)
        self._paper = Paper(
            errand.wish.workflow,
            errand.arguments,
            self._cache,
            folder=errand.folder,
            stands=self._stood,
        )
        self._waiting: dict[str, Seen] = {}
        self._done: set[str] = set()
        self._told: frozenset[tuple[str, float]] = frozenset()
        self._news = False
        self._numbers = iter(range(1 << 62))
        self._work: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._thread = Thread(target=self._carry_out, daemon=True)
        self._thread.start()
        self._work.put(self._begin)

    def saw(self, ends: Iterable[Seen]) -> None:
        """Take notice of how steps ended; of one that was told of, nothing is new."""
        for seen in ends:
            if seen.path not in self._reused:
                self._work.put(partial(self._saw, seen))

    def end(self, *, finished: bool) -> None:
        """End, when all that was told is carried out."""
        self._work.put(partial(self._end, finished))
        self._work.put(None)
        patience = self._errand.patience
        self._thread.join(patience or None)
        if self._thread.is_alive():
            sys.stderr.write(f"cache: not all is kept after {patience:g} s\n")

    def _carry_out(self) -> None:
        while (work := self._work.get()) is not None:
            try:
                work()
                if self._work.empty():
                    self._cache.settle()
            except (CoulerError, OSError, ValueError) as error:
                sys.stderr.write(f"cache: {' '.join(f'{error}'.split())}\n")

    def _begin(self) -> None:
        known = self._store.history.attempts(run=self._errand.wish.run, limit=_MOST)
        self._told = frozenset((one.path, one.started) for one in known)
        open_ = self._paper.begin()
        self._cache.expect(self._paper.outline())
        self._go_on(open_)

    def _stood(self, answer: Answer) -> bool:
        """Whether what the cache knows stood for an attempt when the run began."""
        path = answer.question.path
        if answer.found is None or path not in self._reused:
            return False
        self._cache.tell(answer, _cached())
        return True

    def _saw(self, seen: Seen) -> None:
        if seen.path in self._done:
            return
        self._waiting[seen.path] = seen
        if seen.path in self._paper.open:
            self._go_on((seen.path,))

    def _go_on(self, open_: tuple[str, ...]) -> None:
        """Tell the paper of what is open there and has ended, until nothing is."""
        waiting = list(open_)
        while waiting:
            seen = self._waiting.pop(waiting.pop(), None)
            if seen is not None:
                self._done.add(seen.path)
                waiting += self._keep(seen)

    def _keep(self, seen: Seen) -> tuple[str, ...]:
        """Keep what an attempt left, if that is worth it; return what is open then."""
        answer = self._paper.answers.get(seen.path)
        if answer is None:  # a wait, which makes nothing
            return self._paper.tell(seen.path, seen.phase, seen.outputs)
        known = self._store.results.recall(answer.fingerprint)
        if known is not None and known.run == self._errand.wish.run:
            made = {name: _content_of(one) for name, one in known.outputs.items()}
            self._cache.told_before(answer, known)
            return self._paper.tell(seen.path, seen.phase, made)  # told before
        scratch = self._paper.scratch / f"{next(self._numbers)}"
        scratch.mkdir()
        try:
            left, lost = self._left(seen, scratch)
            if lost:
                why = f"output {next(iter(lost))!r} cannot be read from here"
                question = replace(answer.question, unclear=why)
                answer = replace(answer, question=question, why=why)
            if (seen.path, seen.started) not in self._told:
                self._news = True
                self._cache.tell(answer, _ended(seen, left))
            contents = {name: content for name, (content, _) in left.items()}
            return self._paper.tell(seen.path, seen.phase, {**contents, **lost})
        finally:
            shutil.rmtree(scratch, ignore_errors=True)

    def _is_written(self) -> bool:
        """Whether the whole run is in the history, and nothing new was told since."""
        wish = self._errand.wish
        pasts = self._store.history.pasts(workflow=wish.workflow.name, limit=_LATEST)
        return not self._news and any(
            one.run == wish.run and one.finished for one in pasts
        )

    def _left(
        self, seen: Seen, scratch: Path
    ) -> tuple[dict[str, Left], dict[str, Located]]:
        """Return what an attempt left, and what of it cannot be had here."""
        left: dict[str, Left] = {}
        lost: dict[str, Located] = {}
        for name, value in seen.outputs.items():
            try:
                left[name] = self._content(value, scratch / f"{len(left)}")
            except (CoulerError, OSError, ValueError) as error:
                why = " ".join(f"{error}".split())
                what = f"output {name!r} of {seen.path!r} is not kept: {why}"
                sys.stderr.write(f"cache: {what}\n")
                where = value.where if isinstance(value, Artifact) else ""
                lost[name] = Located(Http(url=where))
        return left, lost

    def _content(self, value: Json | Artifact, folder: Path) -> Left:
        if not isinstance(value, Artifact):
            text = self._paper.asking.contents.text(value)
            return Content(kind=Kind.JSON, text=text, value=value), None
        folder.mkdir()
        path = value.fetch(folder)
        return _value(path, folder, value.type) if value.type else _file(path)

    def _end(self, finished: bool) -> None:
        try:
            if finished:
                release(self._store, self._errand.wish.run)
            if finished and not self._is_written():
                self._cache.end(finished=True)
            else:  # who looks next says how it was, or another one has done so
                self._cache.settle()
        finally:
            self._paper.close()
            self._store.close()


def _ended(seen: Seen, left: Mapping[str, Left]) -> Ended:
    return Ended(
        phase=seen.phase,
        outputs=left,
        started=seen.started,
        seconds=seen.seconds,
        cpu_seconds=seen.cpu_seconds,
        peak_memory=seen.peak_memory,
    )


def _content_of(made: Made) -> Content:
    return Content(kind=Kind(made.kind), text=made.content, value=made.value)


def _cached() -> Ended:
    return Ended(phase=Phase.CACHED, outputs={}, started=0.0, seconds=0.0)


def _file(path: Path) -> Left:
    size, digest = measure(path)
    kind = Kind.FOLDER if path.is_dir() else Kind.FILE
    told: Json = {
        "name": path.name,
        "size": size,
        "storage": "",
        "mode": path.stat().st_mode & 0o777,
    }
    return Content(kind=kind, text=digest, value=told), lambda: path


def _value(path: Path, folder: Path, kind: str) -> Left:
    """Return a value of Python, in the form that a store has it."""
    plain = path / "value.json"
    if plain.exists():
        value = json.loads(plain.read_text("utf-8"))
        text = json.dumps(value, ensure_ascii=False)
        return Content(kind=Kind.JSON, text=text, value=value), None
    sources = json.loads((path / "sources.json").read_text("utf-8"))
    told: Json = {"type": kind, "length": None, "sources": sources}
    portable = folder / "portable"
    with portable.open("wb") as out, (path / "value.pickle").open("rb") as given:
        out.write(json.dumps(told).encode() + b"\n")
        shutil.copyfileobj(given, out)
    with portable.open("rb") as whole:
        digest = hashlib.file_digest(whole, "sha256").hexdigest()
    content = Content(kind=Kind.PICKLE, text=digest, value={"type": kind})
    return content, lambda: portable
