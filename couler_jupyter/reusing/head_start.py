"""A head start for a run elsewhere: what is kept is not run, whichever engine runs the rest."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from functools import partial

from couler_jupyter.engines.ahead import Errand, HeadStart, Place, Settled
from couler_jupyter.engines.cache import Ended
from couler_jupyter.engines.local.scheduling.data import Data, Kept, Pickled, handle_in
from couler_jupyter.errors import CoulerError, StoreFailed
from couler_jupyter.ir import Json, Phase, Storage, Workflow, places_in
from couler_jupyter.passes import Context, Passed, Stored, Word
from couler_jupyter.passes.reuse import Reuse
from couler_jupyter.reusing.config import Config, load_config
from couler_jupyter.reusing.for_cluster import form_of
from couler_jupyter.reusing.leases import lease, release
from couler_jupyter.reusing.opening import open_keeping, open_store
from couler_jupyter.reusing.paper import OnPaper, Paper
from couler_jupyter.reusing.reach import OutOfReach, Reach, reach_of
from couler_jupyter.reusing.store_cache import StoreCache
from couler_jupyter.store import Made, Object, Store
from couler_jupyter.store.places import path_of


def head_start(errand: Errand) -> HeadStart | None:
    """Return what is left of a run before it begins; None if the cache is off.

    What stands in the way is told, and the run then begins at its beginning.
    """
    config = load_config()
    if not config.enabled:
        return None
    workflow = errand.wish.workflow
    try:
        with _opened(errand, config) as ahead:
            return ahead.start()
    except (CoulerError, OSError, ValueError) as error:
        why = " ".join(f"{error}".split())
        return HeadStart(
            workflow=workflow,
            told=(f"nothing is reused: {why}",),
            give_up=partial(_release, errand.wish.run),
        )


def stored_for(errand: Errand) -> Mapping[str, Stored]:
    """Return what the cache holds for the steps of a workflow, for whoever plans.

    Raises:
        CoulerError: the cache cannot be used.
    """
    config = load_config()
    if not config.enabled:
        return {}
    with _opened(errand, config) as ahead:
        return ahead.stored()


@contextmanager
def _opened(errand: Errand, config: Config) -> Generator[Ahead]:
    store, keeping = open_keeping(config)
    with closing(store):
        cache = StoreCache(store, errand.wish, keeping)
        paper = Paper(
            errand.wish.workflow, errand.arguments, cache, folder=errand.folder
        )
        with closing(paper):
            yield Ahead(errand, store, cache, paper, config)


class Ahead:
    """One run before it begins."""

    def __init__(
        self,
        errand: Errand,
        store: Store,
        cache: StoreCache,
        paper: Paper,
        config: Config,
    ) -> None:
        self._workflow = errand.wish.workflow
        self._run = errand.wish.run
        self._store = store
        self._cache = cache
        self._paper = paper
        self._made: dict[str, Made] = {}
        self._objects: dict[Storage, Made] = {}
        self._told: list[str] = []
        self._reach: Reach | None = None
        paper.begin()
        self._look_up()
        if self._made:
            try:
                self._reach = reach_of(config.place, config.cluster)
            except OutOfReach as error:
                self._told.append(f"only values are reused: {error}")

    def start(self) -> HeadStart:
        """Return what is left to run, and have what that reads stay where it is."""
        end = self._paper.ends.get("")
        if end is not None and end.phase.good and not self._paper.open:
            self._tell_all()
            return HeadStart(workflow=None, settled=tuple(self._settled_all()))
        stored = dict(self.stored())
        while True:
            passed = Reuse().run(self._workflow, Context(stored=stored))
            places = self._read_in(passed.workflow)
            if not places:
                break
            moves = {one: self._form(self._objects.pop(one)) for one in places}
            moves = self._leased(moves)
            stored = {path: self._moved(one, moves) for path, one in stored.items()}
        return HeadStart(
            workflow=passed.workflow,
            settled=tuple(self._settled(passed)),
            told=tuple(self._told),
            give_up=partial(_release, self._run),
        )

    def stored(self) -> Mapping[str, Stored]:
        """Return what is kept of the workflow's steps, by path."""
        found: dict[str, Stored] = {}
        ends = self._paper.ends
        for path, run in self._runs().items():
            if path in ends and ends[path].phase.good:
                outputs = dict(self._plain(ends[path].outputs))
                found[path] = Stored(run=run, outputs=outputs)
        return found

    def _look_up(self) -> None:
        """Note which object stands behind each handle."""
        answers = {k: one for k, one in self._paper.answers.items() if one.found}
        results = self._store.results.recall_many(
            one.fingerprint for one in answers.values()
        )
        for path, answer in answers.items():
            assert answer.found is not None
            if not answer.found.held:
                continue
            launch, result = self._paper.launches[path], results[answer.fingerprint]
            for name, content in answer.found.outputs.items():
                value = self._paper.asking.stand_in(launch, name, content)
                if isinstance(value, Kept | Pickled):
                    self._made[value.path] = result.outputs[name]

    def _runs(self) -> Mapping[str, str]:
        """Return, of each step all of which is kept, the run that it is from."""
        runs: dict[str, str] = {}
        open_: set[str] = set()
        for path, answer in self._paper.answers.items():
            for step in steps_around(path):
                if answer.found is None:
                    open_.add(step)
                else:
                    runs[step] = answer.found.run
        return {path: run for path, run in runs.items() if path not in open_}

    def _plain(
        self, outputs: Mapping[str, Data]
    ) -> Iterator[tuple[str, Json | Storage]]:
        """Yield what of some outputs the words of a workflow can say."""
        for name, value in outputs.items():
            if handle_in(value) is None:
                yield name, value
            elif isinstance(value, Kept | Pickled) and self._reach is not None:
                whole = isinstance(value, Kept) or not value.keys
                made = self._made.get(value.path) if whole else None
                if made is not None and made.object is not None:
                    place = self._reach(made.object.digest)
                    self._objects.setdefault(place, made)
                    yield name, place

    def _read_in(self, workflow: Workflow) -> list[Storage]:
        """Return the places that are read and have not been looked at yet."""
        found: dict[Storage, None] = {}
        for one, _ in places_in(workflow):
            if isinstance(one, Workflow):
                given: list[object] = [port.default for port in one.artifacts]
            else:
                given = [argument.value for argument in one.arguments]
            for place in given:
                if isinstance(place, Storage) and place in self._objects:
                    found[place] = None
        return list(found)

    def _form(self, made: Made) -> Object | None:
        try:
            return form_of(self._store, made)
        except StoreFailed as error:
            self._told.append(f"not reused: {error}")
            return None

    def _leased(
        self, moves: dict[Storage, Object | None]
    ) -> dict[Storage, Object | None]:
        """Have what is read stay; leave out what others gave up before that was said."""
        digests = sorted({one.digest for one in moves.values() if one is not None})
        lease(self._store, self._run, digests)
        held = self._store.sizes(digests)
        if lost := [one for one in digests if one not in held]:
            self._told.append(f"not reused: object {lost[0][:12]} was just given up")
        return {
            place: one if one is not None and one.digest in held else None
            for place, one in moves.items()
        }

    def _moved(self, stored: Stored, moves: Mapping[Storage, Object | None]) -> Stored:
        """Return what is stored, each artifact where it can be read, if anywhere."""
        assert self._reach is not None
        outputs: dict[str, Json | Storage] = {}
        for name, value in stored.outputs.items():
            if not isinstance(value, Storage) or value not in moves:
                outputs[name] = value
            elif (found := moves[value]) is not None:
                outputs[name] = self._reach(found.digest)
        return replace(stored, outputs=outputs)

    def _settled_all(self) -> Iterator[Settled]:
        """Yield how all steps, and the run, are known to end."""
        runs = {k: one.found.run for k, one in self._paper.answers.items() if one.found}
        for path, end in self._paper.ends.items():
            run = runs.get(path, next(iter(runs.values()), ""))
            yield self._settled_one(path, end, run)

    def _settled(self, passed: Passed) -> Iterator[Settled]:
        """Yield how those steps end that a pass has left out."""
        reused: dict[str, str] = {}
        for one in passed.decisions:
            if one.word is Word.REUSED:
                reused[one.step] = one.to
            elif one.word is Word.REMOVED:
                yield Settled(path=one.step, phase=Phase.OMITTED, message=one.reason)
        for path, end in self._paper.ends.items():
            for step in steps_around(path):
                if step in reused:
                    yield self._settled_one(path, end, reused[step])
                    break

    def _settled_one(self, path: str, end: OnPaper, run: str) -> Settled:
        reused = bool(path) and end.phase.good
        return Settled(
            path=path,
            phase=Phase.CACHED if reused else end.phase,
            message=f"reused from run {run}" if reused else "",
            outputs=self._shown(end),
            run=run if reused else "",
        )

    def _shown(self, end: OnPaper) -> dict[str, Json | Place]:
        return {name: self._as_place(value) for name, value in end.outputs.items()}

    def _as_place(self, value: Data) -> Json | Place:
        if isinstance(value, Kept | Pickled):
            made = self._made.get(value.path)
            digest = made.object.digest if made and made.object else ""
            what = f"{self._store.place.name}/{path_of(digest)}" if digest else ""
            return Place(what or "given up")
        return None if handle_in(value) is not None else value

    def _tell_all(self) -> None:
        """Tell the cache of a run of which nothing is left."""
        now = time.time()
        for answer in self._paper.answers.values():
            ended = Ended(phase=Phase.CACHED, outputs={}, started=now, seconds=0.0)
            self._cache.tell(answer, ended)
        self._cache.end(finished=True)


def _release(run: str) -> None:
    """Let go of what was kept back for a run."""
    with suppress(CoulerError), closing(open_store(load_config())) as store:
        release(store, run)


def steps_around(path: str) -> Iterator[str]:
    """Yield the steps that an attempt is part of, itself too, items and turns left out.

    >>> list(steps_around("tune/fit[2]")), list(steps_around("a[0]/b"))
    (['tune', 'tune/fit'], ['a'])
    """
    for at, mark in enumerate(f"{path}["):
        if mark in "/[#":
            yield path[:at]
        if mark in "[#":
            return
