"""PipelineSpecs as kfp compiles them: in, out, and the same; what of them has words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from couler_jupyter.engines.as_read import WHOLE, without_documents
from couler_jupyter.engines.kube.yaml_reading import read_text
from couler_jupyter.engines.kubeflow.engine import Kubeflow
from couler_jupyter.engines.kubeflow.importing import import_manifest
from couler_jupyter.ir import (
    Backoff,
    Cache,
    Constant,
    Container,
    FirstOf,
    Foreign,
    FromManifest,
    Function,
    ItemRef,
    Map,
    OutputParameter,
    OutputRef,
    Over,
    Resources,
    Step,
    SubWorkflow,
    Workflow,
    WorkflowOutput,
    from_json,
    to_json,
)

FOLDER = Path(__file__).parent / "manifests"
FILES = sorted(FOLDER.iterdir())
OWN = {
    "everything": {"importer", "train"},
    "from-elsewhere": {"importer", "train"},
    "on-kubernetes": {"second"},
    "told-at-the-end": {"last"},
}
"""The tasks that stay Kubeflow's own, by the files they stand in."""


def read(name: str) -> Workflow:
    """Return the workflow of a file."""
    path = FOLDER / f"{name}.yaml"
    (workflow,) = import_manifest(path.read_text("utf-8"), path.name)
    return workflow


def steps_in(workflow: Workflow) -> Iterator[Step]:
    for one in (*workflow.steps, *(each.step for each in workflow.exit_handlers)):
        yield one
        if isinstance(one.template, SubWorkflow):
            yield from steps_in(one.template.workflow)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_comes_back_equal(path: Path) -> None:
    text = path.read_text("utf-8")
    (workflow,) = import_manifest(text, path.name)
    assert from_json(to_json(workflow)) == workflow
    (document,) = Kubeflow().compile(workflow).documents
    wanted = [one.value for one in read_text(text, letters=True)]
    assert [one.value for one in read_text(document.text, letters=True)] == wanted


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_says_in_words_what_it_can(path: Path) -> None:
    (workflow,) = import_manifest(path.read_text("utf-8"), path.name)
    steps = [*steps_in(workflow)]
    own = {one.name for one in steps if isinstance(one.template, Foreign)}
    assert own == OWN.get(path.stem, set())
    kinds = {one.template.kind for one in steps if isinstance(one.template, Foreign)}
    assert WHOLE not in kinds
    changed = without_documents(workflow, "kubeflow")
    assert bool(Kubeflow().problems(changed)) is (path.stem == "told-at-the-end")


def test_branches_are_sub_workflows_under_conditions_that_join() -> None:
    workflow = read("conditions")
    branches = workflow["condition-branches-1"].template
    assert isinstance(branches, SubWorkflow)
    inner = branches.workflow
    assert all(one.when is not None for one in inner.steps)
    (output,) = inner.outputs
    assert isinstance(output.value, FirstOf)
    assert len(output.value.options) == 3


def test_loops_are_maps() -> None:
    loop = read("loops")["for-loop-1"].loop
    assert isinstance(loop, Map)
    assert loop.over == Over(OutputRef("count", "Output"))
    assert loop.parallelism == 2


def test_parts_of_items_are_given_one_by_one() -> None:
    step = next(one for one in read("parts-of-items").steps if one.loop is not None)
    given = {one.name: one.value for one in step.arguments}
    assert sorted(one.path for one in given.values() if isinstance(one, ItemRef)) == [
        (),
        ("p",),
        ("q",),
    ]


def test_functions_need_no_kfp() -> None:
    template = read("loops")["count"].template
    assert isinstance(template, Function)
    assert template.entrypoint == "count"
    assert "kfp" not in template.source
    packages = {
        word
        for one in steps_in(read("everything"))
        if isinstance(one.template, Function)
        for word in one.template.requirements
    }
    assert packages == {"pandas==2.2.0"}


def test_what_a_task_asks_for() -> None:
    step = read("asks-for-much")["shout"]
    assert isinstance(step.template, Container)
    assert step.template.resources == Resources(cpu_limit=1.0, memory_limit=512 * 2**20)
    assert step.retry is not None
    assert step.retry.limit == 3
    assert step.retry.backoff == Backoff(seconds=10, factor=2, longest=60)
    assert step.cache in (None, Cache(enabled=False))
    assert [one.name for one in step.template.env] == ["MODE"]
    assert str(step.origin).startswith("asks-for-much.yaml, line ")


def test_letters_are_names() -> None:
    assert [one.name for one in read("loops").parameters] == ["n"]
    (workflow,) = import_manifest((FOLDER / "as-json.json").read_text(), "as-json.json")
    assert workflow.parameters[0].default is not None
    assert workflow.parameters[0].default.json == "5"


def test_what_is_said_of_kubernetes_is_kept() -> None:
    workflow = read("on-kubernetes")
    assert workflow.timeout == 3600
    paths = [one.path for one in workflow.extras if not one.ignorable]
    assert paths == ["platform.pipelineConfig.workspace"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_changed_pipeline_is_one_still(path: Path) -> None:
    json_format = pytest.importorskip("google.protobuf.json_format")
    spec = pytest.importorskip("kfp.pipeline_spec.pipeline_spec_pb2")
    (workflow,) = import_manifest(path.read_text("utf-8"), path.name)
    changed = without_documents(workflow, "kubeflow")
    if Kubeflow().problems(changed):
        assert path.stem == "told-at-the-end"
        return
    (document,) = Kubeflow().compile(changed).documents
    body = read_text(document.text)[0].value
    json_format.ParseDict(body, spec.PipelineSpec())
    again = set(body["deploymentSpec"]["executors"])
    for step in steps_in(workflow):
        if isinstance(step.template, Foreign):
            assert f"exec-{step.name}" in again


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ({"component": {}}, "must hold a component and an executor"),
        (
            {
                "component": {
                    "outputDefinitions": {
                        "parameters": {"n": {"parameterType": "LIST"}}
                    }
                },
                "executor": {},
            },
            "its output 'n' is LIST, and values pass as texts",
        ),
    ],
)
def test_says_why_a_component_of_its_own_cannot_be_had(
    body: dict[str, object], says: str
) -> None:
    output = OutputParameter(name="n", source=FromManifest())
    own = Foreign(
        engine="kubeflow", kind="container", body=Constant.of(body), outputs=(output,)
    )
    step = Step(name="own", template=own)
    left = WorkflowOutput(name="n", value=OutputRef("own", "n"))
    workflow = Workflow(name="w", steps=(step,), outputs=(left,))
    (problem,) = Kubeflow().problems(workflow)
    assert says in problem.what
