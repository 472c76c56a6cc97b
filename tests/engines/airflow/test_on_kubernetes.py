"""With pods for containers, nothing of a pod is lost either."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import Any

import pytest

from couler_jupyter.engines.airflow import Airflow, Containers, Setting
from couler_jupyter.errors import Unsupported
from couler_jupyter.ir import (
    EmptyDir,
    EnvVar,
    Manifest,
    Mount,
    Pod,
    RunField,
    RunRef,
    Sidecar,
    Volume,
    Workflow,
)
from couler_jupyter.testing.corpus import CORPUS
from couler_jupyter.testing.pairs import PAIRS
from couler_jupyter.testing.parts import container, flow, step

_ENGINE = Airflow(setting=Setting(containers=Containers.KUBERNETES))
_SILENT = {
    "Resources.gpu_kind": "no accelerator is asked for",
    "Step.extras": "a word of another engine that may be left out",
}
_UNMOUNTED = {
    "Sidecar.mirror_mounts changed": "the step mounts nothing",
    "Sidecar.mirror_mounts unset": "the step mounts nothing",
    "Workflow.volumes changed": "it changes a volume that nothing mounts",
    "Volume.name changed": "it changes a volume that nothing mounts",
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
    if name in _UNMOUNTED or field in {*_SILENT, *_WORKER, *_READ_ONCE}:
        return
    pair = PAIRS[name]
    if not pair.features <= _ENGINE.features | {"ephemeral"}:
        return
    one, other = _compiled(pair.one), _compiled(pair.other)
    assert one is None or one != other


def _pod(pod: Pod, **words: object) -> dict[str, Any]:
    boxed = replace(container("true"), pod=pod, **words)  # type: ignore[arg-type]
    volumes = (Volume(name="data", source=EmptyDir()),)
    (document,) = _ENGINE.compile(
        flow("f", step("a", boxed), volumes=volumes)
    ).documents
    for node in ast.walk(ast.parse(document.text)):
        if isinstance(node, ast.keyword) and node.arg == "pod_template_dict":
            found: dict[str, Any] = ast.literal_eval(node.value)["spec"]
            return found
    raise AssertionError("it makes no pod")


def test_containers_stand_before_and_beside_the_main_one() -> None:
    before = Sidecar(name="first", image="i:1", command=("true",), mirror_mounts=True)
    beside = Sidecar(name="proxy", image="i:1", env=(EnvVar("MODE", "fast"),))
    mounts = (Mount(volume="data", path="/data"),)
    spec = _pod(Pod(init=(before,), sidecars=(beside,)), mounts=mounts)
    assert [one["name"] for one in spec["containers"]] == ["base", "proxy"]
    assert spec["containers"][1]["env"] == [{"name": "MODE", "value": "fast"}]
    (first,) = spec["initContainers"]
    assert first["volumeMounts"] == [{"name": "data", "mountPath": "/data"}]


def test_containers_beside_know_nothing_of_the_run() -> None:
    beside = Sidecar(name="proxy", image="i:1", args=(RunRef(RunField.ID),))
    with pytest.raises(Unsupported, match="only a run knows"):
        _pod(Pod(sidecars=(beside,)))


def test_more_of_the_corpus_can_be_said() -> None:
    said = [name for name, case in CORPUS.items() if _compiled(case.make())]
    assert {"pod-node-selector", "volume-claim", "env-from-secret"} <= set(said)
