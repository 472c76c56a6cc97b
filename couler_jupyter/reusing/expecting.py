"""What a run is about to do, as a policy is told of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TypeAlias

from couler_jupyter.caching import Artifact, Course
from couler_jupyter.engines.cache import Outline
from couler_jupyter.fingerprint import own_of
from couler_jupyter.reusing.dataset_shelf import artifact_of, key_of
from couler_jupyter.store import Store

Origins: TypeAlias = dict[str, tuple[str, ...]]
"""What each artifact of a run is made of, by key, as it was made first.

A value that returns (add one, take one away, add one) has the same key every time. Were
each way to it kept, it would be made of itself; the first way leads back to the start,
and making it again takes no more than that.
"""


def course_for(
    outline: Outline, workflow: str, store: Store, origins: Origins
) -> Course:
    """Return a run's outline in the words of policies; keys are fingerprints.

    Args:
        outline: of the run.
        workflow: its name.
        store: what is known of earlier runs.
        origins: how artifacts of this run came about, as far as that is told; what is
            not is added.
    """
    typical = store.history.typical(workflow)
    results = store.results.recall_many(one.fingerprint for one, _ in outline.answers)
    keys = {one.question.path: one.fingerprint for one, _ in outline.answers}
    artifacts = _datasets(outline, workflow)
    read, lost = _reads_of_datasets(outline)
    for answer, parents in outline.answers:
        if answer.fingerprint in artifacts:
            continue
        question, result = answer.question, results.get(answer.fingerprint)
        usual = typical.get(question.step.name)
        seconds = result.seconds if result else usual.seconds if usual else 0.0
        size = int(usual.output_bytes) if usual else 0
        if result is not None:
            size = sum(one.size for one in result.objects)
        artifacts[answer.fingerprint] = Artifact(
            key=answer.fingerprint,
            workflow=workflow,
            step=question.path,
            own=own_of(question.step.template),
            parents=origins.setdefault(
                answer.fingerprint,
                (
                    *(keys[path] for path in parents),
                    *map(key_of, question.copies),
                ),
            ),
            seconds=seconds,
            size=size,
        )
    targets = frozenset(keys[path] for path in outline.targets)
    return Course(
        workflow=workflow,
        artifacts=tuple(artifacts.values()),
        targets=targets,
        closure=frozenset(artifacts),
        executes=frozenset(keys[path] for path in outline.runs) | lost,
        reads={**_reads(outline, keys), **read},
    )


def _reads(outline: Outline, keys: Mapping[str, str]) -> Mapping[str, int]:
    found: Counter[str] = Counter()
    for path, number in outline.reads.items():
        found[keys[path]] += number
    return found


def _datasets(outline: Outline, workflow: str) -> dict[str, Artifact]:
    copies = {one for answer, _ in outline.answers for one in answer.question.copies}
    return {key_of(one): artifact_of(one, workflow) for one in copies}


def _reads_of_datasets(outline: Outline) -> tuple[dict[str, int], frozenset[str]]:
    """Return what a run reads of datasets, once each, and what of that is not held."""
    copies = {
        one
        for answer, _ in outline.answers
        if answer.question.path in outline.runs
        for one in answer.question.copies
    }
    lost = frozenset(key_of(one) for one in copies if not one.held)
    return dict.fromkeys(map(key_of, copies), 1), lost
