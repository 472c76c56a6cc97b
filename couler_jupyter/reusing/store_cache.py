"""A cache on a store: fingerprints are looked up, outputs are offered to a policy."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from pathlib import Path

from couler_jupyter.caching import Artifact, Verdict
from couler_jupyter.engines.cache import (
    Answer,
    Content,
    Ended,
    Found,
    Kind,
    Outline,
    Question,
    Wish,
    plain_path,
)
from couler_jupyter.errors import StoreFailed
from couler_jupyter.fingerprint import (
    Part,
    fingerprint_of,
    never_reused,
    own_of,
    parts_of,
)
from couler_jupyter.ir import OutputRef, Phase
from couler_jupyter.ir.everywhere import leaves_of
from couler_jupyter.reusing.dataset_shelf import DatasetShelf, key_of
from couler_jupyter.reusing.expecting import Origins, course_for
from couler_jupyter.reusing.keeping import Keeping
from couler_jupyter.reusing.known import Known
from couler_jupyter.reusing.offering import Offering
from couler_jupyter.reusing.outputs import with_bytes
from couler_jupyter.store import (
    Attempt,
    Made,
    Past,
    Result,
    Store,
    Visit,
)

NEW = "nothing is known of a step like this"


class StoreCache:
    """The cache of one run; see `Cache`."""

    def __init__(self, store: Store, wish: Wish, keeping: Keeping) -> None:
        self._store = store
        self._wish = wish
        self._keeping = keeping
        self._made: dict[str, dict[str, str]] = {}
        self._results: dict[str, Result] = {}
        self._attempts: list[Attempt] = []
        self._used: list[str] = []
        self._offering = Offering(keeping, wish.run)
        self._visits: dict[str, Visit] = {}
        self._known = Known(store, wish.workflow.name)
        self._origins: Origins = {}
        self._shelf = DatasetShelf(store, wish, keeping)

    @property
    def shelf(self) -> DatasetShelf:
        """Where datasets are."""
        return self._shelf

    def ask(self, question: Question) -> Answer:
        """Return what may stand for an attempt."""
        parts = _parts(question)
        fingerprint = fingerprint_of(parts)
        self._made.setdefault(plain_path(question.path), {})[question.path] = (
            fingerprint
        )
        why = never_reused(question.step) or question.unclear
        found = None
        if not why and self._is_refreshed(question.path):
            why = "it was to be made anew"
        elif not why:
            found, why = self._find(question, fingerprint)
        return Answer(question=question, fingerprint=fingerprint, found=found, why=why)

    def expect(self, outline: Outline) -> None:
        """Tell the policy what the run is about to do."""
        workflow = self._wish.workflow.name
        course = course_for(outline, workflow, self._store, self._origins)
        self._keeping.begin(course)

    def bring(self, answer: Answer, output: str, target: Path) -> None:
        """Write the bytes of an output; see `Cache.bring`."""
        result = self._results[answer.fingerprint]
        made = result.outputs[output]
        if made.object is None:
            raise StoreFailed(f"output {output!r} has no bytes")
        try:
            self._store.fetch(made.object, target, folder=made.kind == Kind.FOLDER)
        except StoreFailed:
            self._known.lost(made.object.digest)
            self._keeping.forget(answer.fingerprint)
            raise

    def tell(self, answer: Answer, ended: Ended) -> str:
        """Tell how an attempt ended."""
        reason, size, remark = answer.why, 0, ""
        earlier = self._results.get(answer.fingerprint)
        seconds = ended.seconds
        if ended.phase is Phase.CACHED and earlier is not None:
            seconds = earlier.seconds
            size = sum(one.size for one in earlier.objects)
            self._used += [one.digest for one in earlier.objects]
            reason = f"reused from run {earlier.run}"
        elif ended.phase is Phase.SUCCEEDED and not self._is_barred(answer.question):
            verdict, size = self._offer(answer, ended)
            kept = "kept" if verdict.keep else "not kept"
            remark = self._offering.remark(answer.question.path, size)
            reason = f"{answer.why}; {kept}: {verdict.reason}"
        self._attempts.append(self._attempt(answer, ended, size))
        if ended.phase.good:
            one = self._visit(answer, seconds, size, reason)
            if ended.phase is Phase.CACHED and size:
                self._keeping.read(one)
        return remark

    def told_before(self, answer: Answer, result: Result) -> None:
        """Take notice of an attempt that another process has told of, as this result."""
        size = sum(one.size for one in result.objects)
        kept = "kept" if self._known.holds(result) else "not kept"
        reason = f"{answer.why or NEW}; {kept}: it was told of before"
        self._visit(answer, result.seconds, size, reason)

    def settle(self) -> None:
        """Write down what was told."""
        attempts, self._attempts = self._attempts, []
        fresh, self._offering.fresh = self._offering.fresh, []
        used, self._used = self._used, []
        if fresh:
            self._store.results.remember_many(fresh)
        if attempts:
            self._store.history.count(attempts)
        if used:
            self._store.use(used)

    def end(self, *, finished: bool) -> None:
        """Write the rest down and close the store."""
        try:
            self.settle()
            self._keeping.end(finished=finished)
            if finished:
                self._offer_again()
                self.settle()
            past = Past(
                run=self._wish.run,
                workflow=self._wish.workflow.name,
                visits=(*self._shelf.visits.values(), *self._visits.values()),
                finished=finished,
            )
            self._store.history.began(past)
            self._store.trim()
        finally:
            self._store.close()

    def _find(self, question: Question, fingerprint: str) -> tuple[Found | None, str]:
        result = self._known.result(fingerprint)
        if result is None:
            return None, NEW
        if not result.outputs.keys() <= _declared(question):
            return None, "the index names outputs that it does not have"
        cache = question.step.cache
        if cache is not None and cache.max_age is not None:
            age = time.time() - result.made
            if not 0 <= age <= cache.max_age:
                return None, f"it is {age:.0f} s old, and may be {cache.max_age:g}"
        held = self._known.holds(result) and not self._keeping.gave_up(result)
        if not held and any(one.kind == Kind.JSON for one in with_bytes(result)):
            return None, "its bytes were given up"
        self._results[fingerprint] = result
        outputs = {name: self._content(one) for name, one in result.outputs.items()}
        return Found(run=result.run, outputs=outputs, held=held), ""

    def _content(self, made: Made) -> Content:
        value = made.value
        if made.kind == Kind.JSON and made.object is not None:
            value = json.loads(self._store.read(made.object))
        return Content(kind=Kind(made.kind), text=made.content, value=value)

    def _offer(self, answer: Answer, ended: Ended) -> tuple[Verdict, int]:
        parts = _parts(answer.question)
        told = tuple((part.name, part.text, part.shown) for part in parts)
        artifact = self._artifact(answer, ended.seconds, 0)
        return self._offering.offer(artifact, answer, ended, told)

    def _offer_again(self) -> None:
        for step, reason in self._offering.again():
            visit = self._visits[step]
            why = visit.reason.partition("; not kept: ")[0]
            told = f"{why}; kept: when the run was over, {reason}"
            self._visits[step] = replace(visit, reason=told)

    def _visit(
        self, answer: Answer, seconds: float, size: int, reason: str
    ) -> Artifact:
        one = self._artifact(answer, seconds, size)
        self._visits[answer.question.path] = Visit(
            one.step,
            one.own,
            fingerprint=one.key,
            parents=one.parents,
            seconds=seconds,
            size=size,
            reason=reason,
        )
        return one

    def _artifact(self, answer: Answer, seconds: float, size: int) -> Artifact:
        question, key = answer.question, answer.fingerprint
        return Artifact(
            key=key,
            workflow=self._wish.workflow.name,
            step=question.path,
            own=own_of(question.step.template),
            parents=self._origins.setdefault(key, self._parents(question)),
            seconds=seconds,
            size=size,
        )

    def _attempt(self, answer: Answer, ended: Ended, size: int) -> Attempt:
        path = answer.question.path
        return Attempt(
            run=self._wish.run,
            workflow=self._wish.workflow.name,
            step=plain_path(path),
            path=path,
            engine=self._wish.engine,
            phase=ended.phase,
            fingerprint=answer.fingerprint,
            started=ended.started,
            seconds=ended.seconds,
            cpu_seconds=ended.cpu_seconds,
            peak_memory=ended.peak_memory,
            output_bytes=size,
        )

    def _parents(self, question: Question) -> tuple[str, ...]:
        """Return the fingerprints of the steps that this one names, and of datasets."""
        above = question.path.rpartition("/")[0]
        found: dict[str, None] = dict.fromkeys(map(key_of, question.copies))
        for leaf in leaves_of(question.step, {}):
            if isinstance(leaf, OutputRef):
                path = f"{above}/{leaf.step}" if above else leaf.step
                found |= dict.fromkeys(self._made.get(plain_path(path), {}).values())
        return tuple(found)

    def _is_refreshed(self, path: str) -> bool:
        plain = plain_path(path)
        names = {path, plain, plain.rpartition("/")[2]}
        return not names.isdisjoint(self._wish.refresh)

    def _is_barred(self, question: Question) -> bool:
        return bool(never_reused(question.step) or question.unclear)


def _declared(question: Question) -> frozenset[str]:
    """Return the names of the outputs of a step: names in an index are not trusted."""
    template = question.step.template
    return frozenset(one.name for one in getattr(template, "outputs", ()))


def _parts(question: Question) -> tuple[Part, ...]:
    return parts_of(
        question.step, question.inputs, known=question.known, key=question.key
    )
