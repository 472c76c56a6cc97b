"""Workflows as runs that still go on have them: what these have met so far, and the rest.

What a run met is written down as a whole when it ends. Until then its attempts tell
what is new, and the run before how the workflow hangs together.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from couler_jupyter.caching import Artifact
from couler_jupyter.ir import Phase
from couler_jupyter.reusing.past import PastRun, targets_of
from couler_jupyter.store import Attempt, Store

_LATEST = 2000
"""Attempts that are looked at."""
_TO_COME = "to come: "


def is_to_come(one: Artifact) -> bool:
    """Whether an artifact will be made anew, and nobody knows yet what it will be."""
    return one.key.startswith(_TO_COME)


def going_on(store: Store, runs: Sequence[PastRun]) -> tuple[PastRun, ...]:
    """Return the latest run of each workflow whose end nobody has told.

    Args:
        store: where it is written down.
        runs: those that have ended, oldest first.
    """
    ended = {run.id for run in runs}
    before = {run.workflow: run for run in runs}
    newest: dict[str, str] = {}
    fresh: dict[str, dict[str, Attempt]] = {}
    for one in store.history.attempts(limit=_LATEST):
        run = newest.setdefault(one.workflow, one.run)
        if run == one.run and run not in ended and one.fingerprint and one.phase.good:
            fresh.setdefault(one.workflow, {}).setdefault(one.path, one)
    return tuple(
        _present(newest[name], name, before.get(name), steps)
        for name, steps in fresh.items()
    )


def _present(
    run: str, workflow: str, before: PastRun | None, fresh: Mapping[str, Attempt]
) -> PastRun:
    known = () if before is None else before.artifacts
    artifacts = tuple(_artifacts(known, fresh))
    return PastRun(
        id=run,
        workflow=workflow,
        artifacts=artifacts,
        targets=targets_of(artifacts),
        finished=True,
    )


def _artifacts(
    known: Sequence[Artifact], fresh: Mapping[str, Attempt]
) -> Iterator[Artifact]:
    """Yield each artifact as it is now; what is to be made anew has a key of its own."""
    keys: dict[str, str] = {}
    for one in known:
        parents = tuple(keys.get(key, key) for key in one.parents)
        now = fresh.get(one.step)
        if now is not None:
            found = replace(one, key=now.fingerprint, size=now.output_bytes)
            if now.phase is Phase.SUCCEEDED:
                found = replace(found, seconds=now.seconds)
        elif parents != one.parents:
            found = replace(one, key=f"{_TO_COME}{one.workflow}/{one.step}")
        else:
            found = one
        keys[one.key] = found.key
        yield replace(found, parents=parents)
    steps = {one.step for one in known}
    for path, now in fresh.items():
        if path not in steps:
            yield Artifact(
                key=now.fingerprint,
                workflow=now.workflow,
                step=path,
                own=now.fingerprint,
                seconds=now.seconds,
                size=now.output_bytes,
            )
