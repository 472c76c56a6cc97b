"""With pods for containers, nothing of a pod is lost either."""

from __future__ import annotations

import pytest

from couler_jupyter.engines.airflow import Airflow, Containers, Setting
from couler_jupyter.errors import Unsupported
from couler_jupyter.ir import Manifest, Workflow
from couler_jupyter.testing.corpus import CORPUS
from couler_jupyter.testing.pairs import PAIRS

_ENGINE = Airflow(setting=Setting(containers=Containers.KUBERNETES))
_SILENT = {
    "Resources.gpu_kind": "no accelerator is asked for",
    "Step.extras": "a word of another engine that may be left out",
}
_WORKER = ("Resources.cpu_limit", "Resources.memory_limit")
_READ_ONCE = ("Dataset.max_age", "Dataset.prefetch")


def _compiled(workflow: Workflow) -> Manifest | None:
    try:
        return _ENGINE.compile(workflow)
    except Unsupported:
        return None


@pytest.mark.parametrize("name", PAIRS)
def test_loses_nothing(name: str) -> None:
    field = name.partition(" ")[0]
    if field in {*_SILENT, *_WORKER, *_READ_ONCE}:
        return
    pair = PAIRS[name]
    if not pair.features <= _ENGINE.features | {"ephemeral"}:
        return
    one, other = _compiled(pair.one), _compiled(pair.other)
    assert one is None or one != other


def test_more_of_the_corpus_can_be_said() -> None:
    said = [name for name, case in CORPUS.items() if _compiled(case.make())]
    assert {"pod-node-selector", "volume-claim", "env-from-secret"} <= set(said)
