"""What a run is about to do, as a policy is told of it."""

from __future__ import annotations

from couler_jupyter.caching import Artifact, Course
from couler_jupyter.engines.cache import Outline
from couler_jupyter.fingerprint import fingerprint_of, parts_of
from couler_jupyter.store import Store


def course_for(outline: Outline, workflow: str, store: Store) -> Course:
    """Return a run's outline in the words of policies; keys are fingerprints."""
    typical = store.history.typical(workflow)
    results = store.results.recall_many(one.fingerprint for one, _ in outline.answers)
    keys = {one.question.path: one.fingerprint for one, _ in outline.answers}
    artifacts: dict[str, Artifact] = {}
    for answer, parents in outline.answers:
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
            own=fingerprint_of(parts_of(question.step, {})),
            parents=tuple(keys[path] for path in parents),
            seconds=seconds,
            size=size,
        )
    targets = frozenset(keys[path] for path in outline.targets)
    return Course(
        workflow=workflow,
        artifacts=tuple(artifacts.values()),
        targets=targets,
        closure=frozenset(artifacts),
        executes=frozenset(keys[path] for path in outline.runs),
        reads={keys[path]: number for path, number in outline.reads.items()},
    )
