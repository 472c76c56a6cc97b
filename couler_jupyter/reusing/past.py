"""Earlier runs, as policies want to be told of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from couler_jupyter.caching import Artifact, Course, course_of
from couler_jupyter.store import Past, Store, Visit

_MOST = 3000
"""Visits of steps that are looked back on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PastRun:
    """One run as it was.

    Attributes:
        id: its id.
        workflow: its name.
        artifacts: what its steps left behind, in order.
        targets: keys of what it was asked for.
        finished: whether it was not broken off.
        barred: keys of what was not offered to a policy, for it is never reused.
    """

    id: str
    workflow: str
    artifacts: tuple[Artifact, ...]
    targets: frozenset[str]
    finished: bool
    barred: frozenset[str] = frozenset()

    def course(self, held: Mapping[str, object]) -> Course:
        """Return it as it would have started with these artifacts held."""
        return course_of(self.workflow, self.artifacts, self.targets, held)


def past_runs(store: Store, *, most: int = _MOST) -> tuple[PastRun, ...]:
    """Return the latest runs, oldest first, of about so many steps in all."""
    chosen: list[PastRun] = []
    for past in reversed(store.history.pasts(limit=100)):
        if most <= 0:
            break
        most -= len(past.visits)
        run = _run(past)
        if run.artifacts:
            chosen.append(run)
    return tuple(reversed(chosen))


def artifact_of(workflow: str, visit: Visit) -> Artifact:
    """Return what a step left behind when it was visited."""
    return Artifact(
        key=visit.fingerprint,
        workflow=workflow,
        step=visit.step,
        own=visit.own,
        parents=tuple(visit.parents),
        seconds=visit.seconds,
        size=visit.size,
    )


def targets_of(artifacts: Sequence[Artifact]) -> frozenset[str]:
    """Return the keys of what no other artifact is made of."""
    read = {parent for one in artifacts for parent in one.parents}
    return frozenset(one.key for one in artifacts if one.key not in read)


def _run(past: Past) -> PastRun:
    artifacts = tuple(_artifacts(past))
    return PastRun(
        id=past.run,
        workflow=past.workflow,
        artifacts=artifacts,
        targets=targets_of(artifacts),
        finished=past.finished is not False,
        barred=frozenset(
            visit.fingerprint for visit in past.visits if not _was_offered(visit)
        ),
    )


def _was_offered(visit: Visit) -> bool:
    return "kept: " in visit.reason or visit.reason.startswith("reused")


def _artifacts(past: Past) -> Iterator[Artifact]:
    """Yield each artifact once, after what it is made of."""
    seen: set[str] = set()
    for visit in past.visits:
        if visit.fingerprint and visit.fingerprint not in seen:
            seen.add(visit.fingerprint)
            one = artifact_of(past.workflow, visit)
            yield replace(one, parents=tuple(key for key in one.parents if key in seen))
