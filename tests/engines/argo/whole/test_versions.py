"""Manifests for older versions of Argo have nothing in them that those do not have."""

from __future__ import annotations

import json
from importlib.resources import files

import pytest

from couler_jupyter.engines.argo.engine import Argo
from couler_jupyter.engines.argo.linting import ArgoLinter
from couler_jupyter.engines.finding import Severity, Source
from couler_jupyter.ir import (
    Backoff,
    Constant,
    Extra,
    Pod,
    Retry,
    Schedule,
    Toleration,
    Workflow,
)
from couler_jupyter.testing.corpus import ARGO_CORPUS, CORPUS
from couler_jupyter.testing.parts import flow, sh, step

VERSIONS = ("3.6", "3.7", "4.0", "4.1")


def extra(path: str, value: object) -> Extra:
    return Extra(engine="argo", path=path, value=Constant.of(value))


def with_extras(*extras: Extra, of_step: tuple[Extra, ...] = ()) -> Workflow:
    one = step("s", sh("true"), extras=of_step)
    return Workflow(name="w", steps=(one,), extras=extras)


@pytest.mark.parametrize("version", VERSIONS[:-1])
@pytest.mark.parametrize("name", [*CORPUS, *ARGO_CORPUS])
def test_each_field_is_one_that_the_version_has(name: str, version: str) -> None:
    workflow = (CORPUS.get(name) or ARGO_CORPUS[name]).make()
    engine = Argo(version=version)
    newest = {str(one) for one in Argo().problems(workflow)}
    problems = {str(one) for one in engine.problems(workflow)} - newest
    if problems:
        assert all("Argo" in one and version in one for one in problems)
    if newest or problems:
        return
    source = Source("x.yaml", engine.built(workflow).text)
    found = ArgoLinter(version=version).lint([source])
    known = ArgoLinter().lint([source])
    worse = [one for one in found if one.severity is Severity.ERROR]
    assert [one.message for one in worse if one not in known] == []


LATER = {
    "Backoff.cap": flow(
        "w",
        step(
            "s", sh("true"), retry=Retry(limit=2, backoff=Backoff(seconds=1, longest=9))
        ),
    ),
    "Template.annotations": with_extras(
        of_step=(extra("template.annotations", {"a": "b"}),)
    ),
    "Template.pendingTimeout": with_extras(
        of_step=(extra("template.pendingTimeout", "5m"),)
    ),
    "Template.podResources": with_extras(
        of_step=(extra("template.podResources", {"limits": {"cpu": "1"}}),)
    ),
    "WorkflowSpec.executorPlugins": with_extras(
        extra("spec.executorPlugins", [{"spec": {"sidecar": {"container": {}}}}])
    ),
    "Mutex.database": with_extras(
        extra("spec.synchronization", {"mutexes": [{"name": "m", "database": True}]})
    ),
    "SemaphoreRef.database": with_extras(
        extra(
            "spec.synchronization",
            {"semaphores": [{"database": {"key": "k"}}]},
        )
    ),
    "Artifact.plugin": with_extras(
        of_step=(
            extra(
                "template.outputs.artifacts",
                [{"name": "a", "path": "/a", "plugin": {"name": "p"}}],
            ),
        )
    ),
    "Volume.image": with_extras(
        extra("spec.volumes", [{"name": "v", "image": {"reference": "x:1"}}])
    ),
}
SINCE: dict[str, str] = json.loads(
    (files("couler_jupyter.engines.argo.linting") / "versions.json").read_text()
)["since"]


@pytest.mark.parametrize("field", LATER)
@pytest.mark.parametrize("version", VERSIONS)
def test_what_came_later_is_refused_with_its_version(field: str, version: str) -> None:
    problems = Argo(version=version).problems(LATER[field])
    if float(version) >= float(SINCE[field]):
        assert problems == ()
        return
    assert problems
    assert all(version in one.what and "Argo" in one.what for one in problems)
    assert any(SINCE[field] in one.what for one in problems)


def test_words_that_came_later_are_refused_too() -> None:
    pod = Pod(tolerations=(Toleration(key="k", operator="Gt", value="3"),))
    work = Workflow(name="w", steps=(step("s", sh("true")),), pod=pod)
    assert Argo().problems(work) == ()
    (problem,) = Argo(version="4.0").problems(work)
    assert "spec.tolerations.operator: 'Gt' came with Argo 4.1" in problem.what


@pytest.mark.parametrize("version", VERSIONS)
def test_schedules_are_a_list_since_the_oldest(version: str) -> None:
    work = Workflow(
        name="w",
        steps=(step("s", sh("true")),),
        schedule=Schedule(crons=("0 3 * * *", "0 4 * * *")),
    )
    spec = Argo(version=version).built(work).document["spec"]
    assert spec["schedules"] == ["0 3 * * *", "0 4 * * *"]
    assert "schedule" not in spec


@pytest.mark.parametrize("version", VERSIONS)
def test_the_same_is_written_for_all_that_have_words_for_it(version: str) -> None:
    work = flow("w", step("a", sh("true")), step("b", sh("true"), after=["a"]))
    assert Argo(version=version).compile(work) == Argo().compile(work)
