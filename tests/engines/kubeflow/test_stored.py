"""Files that no step made: importers, and files that are written."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from couler_jupyter.engines.kubeflow.engine import Kubeflow
from couler_jupyter.errors import Unsupported
from couler_jupyter.ir import (
    GCS,
    S3,
    Constant,
    Dataset,
    Format,
    Inline,
    InputArtifact,
    InputParameter,
    InputRef,
    Managed,
    OutputRef,
    ParameterRef,
    PathRef,
    SecretRef,
    Storage,
    SubWorkflow,
    Workflow,
    WorkflowOutput,
)
from couler_jupyter.testing.parts import flow, sh, step
from tests.engines.kubeflow.stand_in import StandIn

_FILE = InputArtifact(name="file", path="taken.txt")
_READ = sh("cat ", PathRef("file"), inputs=(_FILE,))
_RESULT = (WorkflowOutput(name="all", value=OutputRef("read", "result")),)


def _taken(storage: Storage) -> Workflow:
    return flow("takes", step("read", _READ, takes={"file": storage}))


def _spec(workflow: Workflow) -> Any:
    return yaml.safe_load(Kubeflow().compile(workflow).documents[0].text)


@pytest.mark.parametrize(
    ("storage", "uri"),
    [
        (S3(bucket="data", key="/a/b.csv"), "s3://data/a/b.csv"),
        (GCS(bucket=Constant.of("data"), key="x"), "gs://data/x"),
        (Dataset(source=GCS(bucket="data", key="d/")), "gs://data/d/"),
    ],
)
def test_what_lies_in_a_store_is_imported(storage: Storage, uri: str) -> None:
    spec = _spec(_taken(storage))
    label = spec["components"]["comp-import-file"]["executorLabel"]
    importer = spec["deploymentSpec"]["executors"][label]["importer"]
    assert importer["artifactUri"] == {"constant": uri}
    tasks = spec["root"]["dag"]["tasks"]
    assert tasks["read"]["dependentTasks"] == ["read-file"]
    source = tasks["read"]["inputs"]["artifacts"]["file"]["taskOutputArtifact"]
    assert source["producerTask"] == "read-file"


@pytest.mark.parametrize(
    ("storage", "why"),
    [
        (S3(key="x"), "an importer needs the bucket and the key"),
        (S3(bucket="b", key=OutputRef("say", "result")), "known before the run"),
        (S3(bucket="b", key="k", endpoint="s3.example.org"), "is told no endpoint"),
        (
            GCS(bucket="b", key="k", service_account_key=SecretRef("s", "k")),
            "is told no service_account_key",
        ),
        (Managed(key="k"), "input 'file': Kubeflow alone knows where its files are"),
        (Inline("a {{$.x}}"), "begins a placeholder of Kubeflow"),
    ],
)
def test_what_cannot_be_brought(storage: Storage, why: str) -> None:
    made = flow(
        "takes", step("say", sh("echo a")), step("read", _READ, takes={"file": storage})
    )
    with pytest.raises(Unsupported, match=why):
        Kubeflow().compile(made)


@pytest.mark.parametrize("given", [True, False])
def test_a_default_knows_the_inputs(given: bool, tmp_path: Path) -> None:
    """Written by what the step is given, or by their own defaults."""
    hello = Inline(Format(("hi ", InputRef("who"), " and ", InputRef("n"))))
    ports = (
        replace(_FILE, default=hello),
        InputParameter(name="who", default=Constant.of("you")),
        InputParameter(name="n", default=Constant.of(2)),
    )
    read = sh("cat ", PathRef("file"), inputs=ports)
    said = OutputRef("say", "result")
    made = flow(
        "default",
        step("say", sh("echo me")),
        step("read", read, takes={"who": said} if given else {}),
    )
    made = replace(made, outputs=_RESULT)
    ran = StandIn(Kubeflow().compile(made).documents[0].text, tmp_path).run({})
    assert ran.left == {"all": "hi me and 2" if given else "hi you and 2"}


def test_files_of_a_workflow(tmp_path: Path) -> None:
    """A sub-workflow's is written where none is given."""
    data = InputArtifact(name="data", default=Inline("its own"))
    inner = replace(
        flow(
            "inner",
            step("read", _READ, takes={"file": ParameterRef("data")}),
            artifacts=(data,),
        ),
        outputs=_RESULT,
    )
    made = flow(
        "outer",
        step("plain", SubWorkflow(workflow=inner)),
        step("told", SubWorkflow(workflow=inner), takes={"data": Inline("given")}),
        step("same", SubWorkflow(workflow=inner), takes={"data": ParameterRef("mine")}),
        artifacts=(InputArtifact(name="mine", default=Inline("$$ of all")),),
        outputs=tuple(
            WorkflowOutput(name=one, value=OutputRef(one, "all"))
            for one in ("plain", "told", "same")
        ),
    )
    ran = StandIn(Kubeflow().compile(made).documents[0].text, tmp_path).run({})
    assert ran.left == {"plain": "its own", "told": "given", "same": "$$ of all"}
    assert list(_spec(made)["components"]).count("comp-write-file") == 1
