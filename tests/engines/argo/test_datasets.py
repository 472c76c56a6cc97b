"""Shared datasets on Argo: Fluid's objects, and volumes in place of files."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
import yaml

import couler_jupyter as couler
from couler_jupyter.engines.argo import Argo
from couler_jupyter.engines.argo.datasets import mounting
from couler_jupyter.engines.kube.fluid import RUNTIMES, Fluid, mounted_at, objects_of
from couler_jupyter.errors import SubmitFailed, Unsupported
from couler_jupyter.ir import (
    GCS,
    HDFS,
    OSS,
    S3,
    Container,
    Dataset,
    DatasetCache,
    EnvVar,
    Feature,
    Format,
    Function,
    Git,
    Http,
    InputArtifact,
    OutputRef,
    ParameterRef,
    PathRef,
    Pod,
    Remote,
    SecretRef,
    Sidecar,
    SubWorkflow,
    Workflow,
)
from couler_jupyter.runs import RunStore
from couler_jupyter.testing.corpus.datasets import dataset, dataset_shared
from couler_jupyter.testing.kube import Cluster
from couler_jupyter.testing.parts import flow, python, sh, step
from tests.engines.argo.live.conftest import cluster, store

__all__ = ["cluster", "store"]

NAME = {"type": "string", "pattern": r"^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$"}
TEXT = {"type": "string", "minLength": 1}
SECRET = {
    "type": "object",
    "properties": {
        "name": TEXT,
        "valueFrom": {
            "type": "object",
            "properties": {
                "secretKeyRef": {
                    "type": "object",
                    "properties": {"name": TEXT, "key": TEXT},
                    "required": ["name"],
                    "additionalProperties": False,
                }
            },
            "additionalProperties": False,
        },
    },
    "required": ["name"],
    "additionalProperties": False,
}
MOUNT = {
    "type": "object",
    "properties": {
        "mountPoint": {"type": "string", "minLength": 10},
        "name": TEXT,
        "path": {"const": "/"},
        "readOnly": {"type": "boolean"},
        "options": {"type": "object", "additionalProperties": TEXT},
        "encryptOptions": {"type": "array", "items": SECRET},
    },
    "required": ["mountPoint", "name"],
    "additionalProperties": False,
}
LEVEL = {
    "type": "object",
    "properties": {
        "mediumtype": {"enum": ["MEM", "SSD", "HDD"]},
        "path": TEXT,
        "quota": TEXT,
        "high": TEXT,
        "low": TEXT,
    },
    "required": ["mediumtype"],
    "additionalProperties": False,
}
RUNTIME = {
    "type": "object",
    "properties": {
        "replicas": {"type": "integer"},
        "tieredstore": {
            "type": "object",
            "properties": {"levels": {"type": "array", "items": LEVEL}},
            "additionalProperties": False,
        },
    },
    "additionalProperties": False,
}
TARGET = {
    "type": "object",
    "properties": {"path": TEXT, "replicas": {"type": "integer"}},
    "required": ["path"],
    "additionalProperties": False,
}
SPECS: dict[str, Any] = {
    "Dataset": {
        "type": "object",
        "properties": {"mounts": {"type": "array", "items": MOUNT, "minItems": 1}},
        "additionalProperties": False,
    },
    "AlluxioRuntime": RUNTIME,
    "JindoRuntime": RUNTIME,
    "DataLoad": {
        "type": "object",
        "properties": {
            "dataset": {"type": "object", "required": ["name"]},
            "loadMetadata": {"type": "boolean"},
            "target": {"type": "array", "items": TARGET},
        },
        "additionalProperties": False,
    },
}
"""What the CRDs of data.fluid.io/v1alpha1 say of the fields that are used here."""

DIGITS = S3(
    bucket="lake",
    key="digits/train.csv",
    endpoint="minio:9000",
    insecure=True,
    access_key=SecretRef("s3", "id"),
    secret_key=SecretRef("s3", "word"),
)
FILE = InputArtifact(name="file")


def shared(source: Remote = DIGITS, **more: Any) -> Dataset:
    return Dataset(source=source, cache=DatasetCache.SHARED, **more)


def check(found: dict[str, Any]) -> None:
    from jsonschema import validate

    assert found["apiVersion"] == "data.fluid.io/v1alpha1"
    validate(found["metadata"]["name"], NAME)
    validate(found["spec"], SPECS[found["kind"]])


def compiled(workflow: Workflow, **how: Any) -> tuple[list[Any], dict[str, Any]]:
    """Return the objects of Fluid, and the Workflow."""
    beside, own = Argo(**how).compile(workflow).documents
    assert beside.filename == f"{workflow.name}-datasets.yaml"
    return list(yaml.safe_load_all(beside.text)), yaml.safe_load(own.text)


def template(found: dict[str, Any], name: str) -> dict[str, Any]:
    (one,) = (one for one in found["spec"]["templates"] if one["name"] == name)
    assert isinstance(one, dict)
    return one


def test_a_file_becomes_a_mount() -> None:
    script = sh(
        "cat ", PathRef("file"), inputs=(FILE,), env=(EnvVar("AT", PathRef("file")),)
    )
    boxed = Container(image="i", command=("cat", PathRef("file")), inputs=(FILE,))
    fluid, own = compiled(
        flow(
            "w",
            step("script", replace(script, image="i"), takes={"file": shared()}),
            step("box", boxed, takes={"file": shared()}),
        )
    )
    found, runtime, load = fluid
    for one in fluid:
        check(one)
    name = found["metadata"]["name"]
    assert (runtime["kind"], runtime["metadata"]["name"]) == ("AlluxioRuntime", name)
    assert load["spec"]["dataset"]["name"] == name
    assert load["spec"]["target"] == [{"path": "/train.csv", "replicas": 1}]
    (mount,) = found["spec"]["mounts"]
    assert mount["mountPoint"] == "s3://lake/digits/"
    assert mount["options"]["alluxio.underfs.s3.endpoint"] == "http://minio:9000"
    names = [one["name"] for one in mount["encryptOptions"]]
    assert names == ["aws.accessKeyId", "aws.secretKey"]
    claim = {"claimName": name, "readOnly": True}
    assert own["spec"]["volumes"] == [{"name": name, "persistentVolumeClaim": claim}]
    path = "/mnt/datasets/file/train.csv"
    at = {"name": name, "mountPath": path, "subPath": "train.csv", "readOnly": True}
    box, script_ = template(own, "box"), template(own, "script")
    assert box["container"]["volumeMounts"] == [at]
    assert box["container"]["command"] == ["cat", path]
    assert "inputs" not in box
    assert script_["script"]["source"] == f"cat {path}"
    assert script_["script"]["env"] == [{"name": "AT", "value": path}]


def test_containers_beside_that_name_the_path_have_the_mount() -> None:
    names_it = Sidecar(
        name="tail",
        image="i",
        command=("tail", PathRef("file")),
        env=(EnvVar("AT", PathRef("file")),),
    )
    pod = Pod(
        init=(names_it,),
        sidecars=(
            Sidecar(name="other", image="i", command=("x",)),
            replace(names_it, name="mirror", mirror_mounts=True),
        ),
    )
    box = Container(image="i", command=("x",), inputs=(FILE,), pod=pod)
    _, own = compiled(flow("w", step("box", box, takes={"file": shared()})))
    made = template(own, "box")
    other, mirror = made["sidecars"]
    (init,) = made["initContainers"]
    path = "/mnt/datasets/file/train.csv"
    assert init["command"] == mirror["command"] == ["tail", path]
    assert init["env"] == [{"name": "AT", "value": path}]
    assert init["volumeMounts"] == made["container"]["volumeMounts"]
    assert "volumeMounts" not in other
    assert "volumeMounts" not in mirror  # Argo gives it those of the main one


def test_a_function_is_given_the_path() -> None:
    @couler.step
    def count(table: couler.Artifact, n: int = 3) -> int:
        return len(table.read_text()) + n

    with couler.workflow("w") as wf:
        count(couler.Dataset("s3://lake/digits/train.csv", cache="shared"))
    _, own = compiled(wf.workflow)
    made = template(own, "count")
    table = {"name": "table", "default": "/mnt/datasets/table/train.csv"}
    assert table in made["inputs"]["parameters"]
    function = mounting(wf.workflow, Fluid()).workflow["count"].template
    assert isinstance(function, Function)
    space: dict[str, Any] = {}
    exec(function.source.replace("read_text()", "name"), space)
    assert space[function.entrypoint](table="/x/train.csv", n=1) == len("train.csv") + 1


def test_paths_of_ones_own() -> None:
    here = InputArtifact(name="file", path="in/t.csv", default=shared())
    there = InputArtifact(name="file", path="/data/t.csv")
    box = Container(image="i", command=("x",), inputs=(here,))
    _, own = compiled(
        flow(
            "w",
            step("here", box),
            step("there", replace(box, inputs=(there,)), takes={"file": shared()}),
        )
    )
    mounts = {
        name: template(own, name)["container"]["volumeMounts"][-1]["mountPath"]
        for name in ("here", "there")
    }
    assert mounts == {"here": "/couler/in/t.csv", "there": "/data/t.csv"}


def test_in_sub_workflows() -> None:
    inner = flow(
        "inner",
        step(
            "read",
            python("def read(file): return 1", inputs=(FILE,)),
            takes={"file": shared()},
        ),
    )
    from couler_jupyter.ir import SubWorkflow

    fluid, own = compiled(flow("w", step("sub", SubWorkflow(workflow=inner))))
    assert own["spec"]["volumes"][0]["name"] == fluid[0]["metadata"]["name"]


@pytest.mark.parametrize("runtime", RUNTIMES)
@pytest.mark.parametrize(
    ("source", "root", "within"),
    [
        (S3(bucket="b", key="k"), "s3://b/", "k"),
        (S3(bucket="b", key="a/k/"), "s3://b/a/k/", ""),
        (OSS(bucket="b", key="/a/k", endpoint="e"), "oss://b/a/", "k"),
        (HDFS(path="/a/k", addresses=("n:1", "m:1")), "hdfs://n:1/a/", "k"),
    ],
)
def test_what_is_mounted(source: Remote, root: str, within: str, runtime: str) -> None:
    fluid = Fluid(runtime)
    found = objects_of((shared(source, prefetch=False),), fluid)
    assert [one["kind"] for one in found] == ["Dataset", RUNTIMES[runtime]]
    assert found[0]["spec"]["mounts"][0]["mountPoint"] == root
    assert mounted_at(shared(source), fluid).within == within


@pytest.mark.parametrize(
    ("key", "stem"),
    [("2024/k", "data"), ("2024-Days/k", "days"), ("day2/k", "day2"), ("_/k", "data")],
)
def test_names_that_fluid_takes(key: str, stem: str) -> None:
    name = mounted_at(shared(S3(bucket="b", key=key)), Fluid()).name
    assert re.fullmatch(rf"{stem}-[0-9a-f]{{10}}", name)


def test_what_lies_together_is_one() -> None:
    other = replace(DIGITS, key="digits/test.csv")
    found = objects_of((shared(), shared(other), shared()), Fluid())
    assert [one["kind"] for one in found] == ["Dataset", "AlluxioRuntime", "DataLoad"]
    paths = [one["path"] for one in found[2]["spec"]["target"]]
    assert paths == ["/train.csv", "/test.csv"]
    keys = replace(DIGITS, access_key=SecretRef("s3", "other"))
    assert mounted_at(shared(keys), Fluid()) != mounted_at(shared(), Fluid())


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (shared(Http(url="https://x/t")), "reads S3, OSS, GCS, HDFS, not Http"),
        (shared(Git(repository="r")), "not Git"),
        (shared(replace(DIGITS, role_arn="r")), "no word for its role_arn"),
        (
            shared(GCS(bucket="b", key="k", service_account_key=SecretRef("s", "k"))),
            "no word for its service_account_key",
        ),
        (shared(replace(DIGITS, bucket="")), "has no bucket"),
        (
            shared(replace(DIGITS, access_key=SecretRef("s", "k", optional=True))),
            "cannot be optional",
        ),
        (
            shared(replace(DIGITS, key=Format(("x", OutputRef("first"))))),
            "known when the workflow is compiled",
        ),
        (shared(version="1"), "dataset-version"),
    ],
)
def test_what_fluid_cannot(given: Dataset, message: str) -> None:
    read = sh("true", inputs=(FILE,), image="i")
    workflow = flow(
        "w", step("first", sh("true")), step("read", read, takes={"file": given})
    )
    with pytest.raises(Unsupported, match=message):
        Argo().compile(workflow)


def test_where_it_cannot_be_mounted() -> None:
    read = sh("true", inputs=(FILE,), image="i")
    inner = flow(
        "inner",
        step("read", read, takes={"file": ParameterRef("file")}),
        artifacts=(FILE,),
    )
    outer = flow(
        "w", step("sub", SubWorkflow(workflow=inner), takes={"file": shared()})
    )
    with pytest.raises(Unsupported, match="given to the step that reads it"):
        Argo().compile(outer)
    whole = replace(inner, artifacts=(replace(FILE, default=shared()),))
    with pytest.raises(Unsupported, match="cannot be an input of a workflow"):
        Argo().compile(whole)
    moded = replace(read, inputs=(replace(FILE, mode=0o600),))
    with pytest.raises(Unsupported, match="its mode cannot be changed"):
        Argo().compile(flow("w", step("a", moded, takes={"file": shared()})))


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({"fluid": "juice"}, "must be one of alluxio, jindo"),
        ({"fluid_quota": "much"}, "is no amount"),
        ({"fluid": "jindo"}, ""),
    ],
)
def test_options(how: dict[str, Any], message: str) -> None:
    workflow = dataset_shared.make()
    if not message:
        fluid, _ = compiled(workflow, **how)
        assert {one["kind"] for one in fluid} == {"Dataset", "JindoRuntime", "DataLoad"}
        return
    with pytest.raises(Unsupported, match=message):
        Argo(**how).compile(workflow)


def test_other_datasets_are_read_by_each_pod() -> None:
    workflow = dataset.make()
    (one,) = Argo().compile(workflow).documents
    assert "https://example.org/digits.csv" in one.text
    notes = "\n".join(map(str, Argo().notes(workflow)))
    assert f"{Feature.DATASET}: each pod reads it" in notes


def test_a_run_finds_its_datasets(cluster: Cluster, store: RunStore) -> None:
    workflow = dataset_shared.make()
    for _ in range(2):
        Argo(store).submit(workflow)
    made = [one["metadata"]["name"] for one in cluster.objects.list("datasets")[0]]
    assert len(made) == 2
    assert len(cluster.objects.list("alluxioruntimes")[0]) == 2
    assert len(cluster.objects.list("workflows")[0]) == 2
    cluster.fail(method="POST", path="/datasets", status=404)
    with pytest.raises(SubmitFailed, match="the cluster has no Fluid"):
        Argo(store).submit(workflow)
