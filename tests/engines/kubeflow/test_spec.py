"""Every manifest is a PipelineSpec by Kubeflow's own protobuf, and holds together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from couler_jupyter.engines.kubeflow.engine import Kubeflow
from couler_jupyter.testing.corpus import CORPUS

_ENGINE = Kubeflow()
_CASES = [name for name, case in CORPUS.items() if not _ENGINE.problems(case.make())]


@pytest.mark.parametrize("name", _CASES)
def test_protobuf_takes_it(name: str) -> None:
    """No field is unknown, and none has a value of another type."""
    reason = "kfp-pipeline-spec is not installed"
    found = pytest.importorskip("kfp.pipeline_spec.pipeline_spec_pb2", reason=reason)
    json_format = pytest.importorskip("google.protobuf.json_format")
    spec, *more = _documents(name)
    json_format.ParseDict(spec, found.PipelineSpec())
    json_format.ParseDict(spec["deploymentSpec"], found.PipelineDeploymentConfig())
    for one in more:
        json_format.ParseDict(one, found.PlatformSpec())


@pytest.mark.parametrize("name", _CASES)
def test_everything_named_is_there(name: str) -> None:
    """Components, executors, producers, outputs and inputs, on both sides of borders."""
    spec, *more = _documents(name)
    components, executors = spec["components"], spec["deploymentSpec"]["executors"]
    used: set[str] = set()
    for one in (spec["root"], *components.values()):
        if "executorLabel" in one:
            assert one["executorLabel"] in executors
            continue
        for key, task in one["dag"]["tasks"].items():
            assert task["taskInfo"]["name"] == key
            used.add(task["componentRef"]["name"])
            _check_task(task, one, components)
        _check_outputs(one, components)
    assert used == set(components)
    for one in more:
        platform = one["platforms"]["kubernetes"].get("deploymentSpec", {})
        assert set(platform.get("executors", {})) <= set(executors)


def _check_task(task: Any, around: Any, components: Any) -> None:
    component = components[task["componentRef"]["name"]]
    tasks = around["dag"]["tasks"]
    wanted = component.get("inputDefinitions", {})
    item = task.get("parameterIterator", {}).get("itemInput")
    for kind in ("parameters", "artifacts"):
        given = set(task.get("inputs", {}).get(kind, {})) | ({item} - {None})
        known = wanted.get(kind, {})
        needed = {name for name, one in known.items() if not one.get("isOptional")}
        if kind == "parameters":
            assert needed <= given <= set(known)
        else:
            assert given - {item} == set(known)
    for word, source in _sources(task):
        if word.startswith("componentInput"):
            kind = "artifacts" if word.endswith("Artifact") else "parameters"
            assert source in around["inputDefinitions"][kind]
        elif word != "runtimeValue":
            maker = source["producerTask"]
            assert maker in task["dependentTasks"]
            kind = "artifacts" if "outputArtifactKey" in source else "parameters"
            left = components[tasks[maker]["componentRef"]["name"]]
            key = source.get("outputArtifactKey") or source.get("outputParameterKey")
            assert key is None or key in left["outputDefinitions"][kind]
    assert set(task.get("dependentTasks", ())) <= set(tasks)


def _check_outputs(one: Any, components: Any) -> None:
    tasks = one["dag"]["tasks"]
    outputs = one["dag"].get("outputs", {})
    for kind, selected in outputs.items():
        assert set(selected) == set(one["outputDefinitions"][kind])
        for selector in selected.values():
            ((_, found),) = selector.items()
            several = found if isinstance(found, list) else [found]
            several = several[0].get("parameterSelectors", several)
            for one_of in several:
                maker = tasks[one_of["producerSubtask"]]["componentRef"]["name"]
                key = one_of.get("outputArtifactKey") or one_of["outputParameterKey"]
                assert key in components[maker]["outputDefinitions"][kind]


def _sources(task: Any) -> Iterator[tuple[str, Any]]:
    for of_kind in task.get("inputs", {}).values():
        for one in of_kind.values():
            yield from one.items()


def _documents(name: str) -> list[Any]:
    (document,) = _ENGINE.compile(CORPUS[name].make()).documents
    return list(yaml.safe_load_all(document.text))
