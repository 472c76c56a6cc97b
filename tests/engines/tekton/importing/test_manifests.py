"""Objects as people write them: in, out, and the same; what of them has words."""

from __future__ import annotations

from pathlib import Path

import pytest

from couler_jupyter.engines.as_read import WHOLE, without_documents
from couler_jupyter.engines.kube.yaml_reading import read_text
from couler_jupyter.engines.tekton.engine import Tekton
from couler_jupyter.engines.tekton.importing import import_manifest
from couler_jupyter.ir import (
    Claim,
    Foreign,
    Json,
    NewClaim,
    Outcome,
    OutputParameter,
    Raw,
    RetryPolicy,
    Script,
    ValueType,
    Workflow,
    from_json,
    to_json,
)

FOLDER = Path(__file__).parent / "manifests"
FILES = sorted(FOLDER.iterdir())
OWN = {
    "array-and-object-params": {"build"},
    "cel-and-custom-tasks": {"wait", "inner"},
    "matrix-include": {"mixed"},
    "matrix-of-one": {"all"},
    "remote-tasks": {"clone", "build"},
    "several-steps": {"build"},
    "step-actions": {"by-action"},
}
"""The tasks that stay Tekton's own, by the files they stand in; all others have words."""


def read(name: str) -> Workflow:
    """Return the workflow of a file that holds one."""
    path = FOLDER / f"{name}.yaml"
    (workflow,) = import_manifest(path.read_text("utf-8"), path.name)
    return workflow


def objects_in(text: str) -> list[Json]:
    return [one.value for one in read_text(text)]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_comes_back_equal(path: Path) -> None:
    text = path.read_text("utf-8")
    wanted = objects_in(text)
    found: list[Json] = []
    for workflow in import_manifest(text, path.name):
        assert from_json(to_json(workflow)) == workflow
        for document in Tekton().compile(workflow).documents:
            found += [one for one in objects_in(document.text) if one not in found]
    assert sorted(map(repr, found)) == sorted(map(repr, wanted))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_says_in_words_what_it_can(path: Path) -> None:
    for workflow in import_manifest(path.read_text("utf-8"), path.name):
        steps = (*workflow.steps, *(one.step for one in workflow.exit_handlers))
        kept = {one.name for one in steps if isinstance(one.template, Foreign)}
        assert kept == OWN.get(path.stem, set())
        kinds = {o.template.kind for o in steps if isinstance(o.template, Foreign)}
        assert WHOLE not in kinds


def test_a_run_and_its_pipeline_are_one_workflow() -> None:
    workflow = read("pipeline-with-tasks")
    assert workflow.name == "fetch-and-report"
    (url,) = workflow.parameters
    assert url.default is not None
    assert url.default.value == "https://example.com/other.csv"
    assert str(workflow["report"].origin) == "pipeline-with-tasks.yaml, line 51"


def test_a_pipeline_with_two_runs_is_two_workflows() -> None:
    text = (FOLDER / "two-runs-of-one.yaml").read_text("utf-8")
    assert [one.name for one in import_manifest(text, "x")] == ["small", "large"]


def test_scripts_are_run_as_tekton_runs_them() -> None:
    bash = read("results-flow")["add"].template
    assert isinstance(bash, Script)
    assert bash.interpreter == ("bash",)
    plain = read("hello-task-run")["hello"].template
    assert isinstance(plain, Script)
    assert plain.interpreter == ("/bin/sh", "-e")
    split = read("python-script")["make"].template
    assert isinstance(split, Script)
    assert split.interpreter == ("python3", "-u")
    types = [one.type for one in split.outputs if isinstance(one, OutputParameter)]
    assert types == [ValueType.LIST, ValueType.OBJECT]


def test_the_end_of_a_run_is_for_exit_handlers() -> None:
    workflow = read("finally-tasks")
    ends = {one.step.name: one.on for one in workflow.exit_handlers}
    assert ends == {
        "notify": (),
        "mourn": (Outcome.FAILED,),
        "celebrate": (Outcome.SUCCEEDED,),
    }
    retry = workflow["work"].retry
    assert retry is not None
    assert (retry.limit, retry.policy) == (2, RetryPolicy.ALWAYS)
    assert (workflow["work"].timeout, workflow.timeout) == (600, 5400)


def test_what_only_tekton_knows_of_an_end_is_kept_so() -> None:
    (handler,) = read("finally-asks-a-task").exit_handlers
    (given,) = handler.step.arguments
    assert given.value == Raw("tekton", "$(tasks.build.reason)")


def test_workspaces_are_volumes() -> None:
    workflow = read("shared-claim")
    sources = {one.name: one.source for one in workflow.volumes}
    assert sources["shared"] == NewClaim(
        size=2**30, access_modes=("ReadWriteOnce",), storage_class="fast"
    )
    template = workflow["read"].template
    assert isinstance(template, Script)
    where = {one.path: one.read_only for one in template.mounts}
    assert where == {"/data": True, "/workspace/settings": False}
    assert read("with-a-claim-beside").volumes[0].source == Claim("sources")


def test_a_workspace_that_a_task_of_tektons_own_uses_stays_one() -> None:
    workflow = read("remote-tasks")
    assert [one.name for one in workflow.volumes] == ["scratch"]
    paths = [one.path for one in workflow.extras if not one.ignorable]
    assert paths == ["pipeline.spec.workspaces[0]", "run.spec.workspaces[0]"]
    assert workflow["build"].dependencies == ("clone",)


@pytest.mark.parametrize(
    "name", ["several-steps", "remote-tasks", "run-with-everything"]
)
def test_what_has_no_word_goes_on_when_something_is_changed(name: str) -> None:
    workflow = without_documents(read(name), "tekton")
    texts = [one.text for one in Tekton().compile(workflow).documents]
    made = {one["kind"]: one for text in texts for one in objects_in(text)}
    tasks = {one["name"]: one for one in made["Pipeline"]["spec"]["tasks"]}
    if name == "several-steps":
        assert len(tasks["build"]["taskSpec"]["steps"]) == 2
    elif name == "remote-tasks":
        assert tasks["clone"]["taskRef"]["resolver"] == "hub"
        bound = {one["name"] for one in made["PipelineRun"]["spec"]["workspaces"]}
        assert "source" in bound
    else:
        spec = made["PipelineRun"]["spec"]
        assert spec["timeouts"]["tasks"] == "30m"
        assert spec["taskRunTemplate"]["podTemplate"]["dnsPolicy"] == "None"
        assert spec["taskRunSpecs"][0]["serviceAccountName"] == "special"
