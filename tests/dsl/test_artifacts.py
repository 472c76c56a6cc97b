"""Artifacts by storage, secrets by reference, volumes, parameters and outputs."""

from __future__ import annotations

from typing import Any

import pytest

import couler_jupyter as couler
from couler_jupyter.dsl.ports import ArtifactSpec
from couler_jupyter.ir import (
    GCS,
    HDFS,
    OSS,
    S3,
    Archive,
    Azure,
    Claim,
    ConfigFiles,
    Constant,
    Container,
    EmptyDir,
    Git,
    HostPath,
    Http,
    Inline,
    InputArtifact,
    InputParameter,
    ListOf,
    LocalPath,
    Mount,
    NewClaim,
    OutputArtifact,
    OutputRef,
    ParameterRef,
    RawVolume,
    SecretFiles,
    SecretRef,
    Storage,
    ValueType,
    Volume,
    WorkflowOutput,
    to_json,
)
from tests.dsl.refusal import loose, refused
from tests.dsl.samples import load, number, publish, train, use

SECRET = couler.create_secret("keys", ["id", "secret"])

STORED: list[tuple[ArtifactSpec, Storage]] = [
    (
        couler.create_s3_artifact(
            "/m", "b", SECRET["id"], SECRET["secret"], "k", endpoint="e", region="r"
        ),
        S3(
            bucket="b",
            key="k",
            endpoint="e",
            region="r",
            access_key=SecretRef("keys", "id"),
            secret_key=SecretRef("keys", "secret"),
        ),
    ),
    (couler.create_s3_artifact("/a/m", "b"), S3(bucket="b", key="a/m")),
    (
        couler.create_oss_artifact(
            "/m", "b", SECRET["id"], SECRET["secret"], endpoint="e"
        ),
        OSS(
            bucket="b",
            key="m",
            endpoint="e",
            access_key=SecretRef("keys", "id"),
            secret_key=SecretRef("keys", "secret"),
        ),
    ),
    (
        couler.create_gcs_artifact("/m", "b", "k", service_account_key=SECRET["id"]),
        GCS(bucket="b", key="k", service_account_key=SecretRef("keys", "id")),
    ),
    (
        couler.create_azure_artifact(
            "/m", "c", "k", account_key=couler.create_secret("s", "k")
        ),
        Azure(container="c", blob="k", account_key=SecretRef("s", "k")),
    ),
    (
        couler.create_hdfs_artifact("/m", addresses=["n:1"], user="u"),
        HDFS(path="/m", addresses=("n:1",), user="u"),
    ),
    (couler.create_hdfs_artifact("/m", "/there"), HDFS(path="/there")),
    (
        couler.create_git_artifact(
            "https://x/y", "/src", revision="v1", depth=1, ssh_key=SECRET["id"]
        ),
        Git(
            repository="https://x/y",
            revision="v1",
            depth=1,
            ssh_key=SecretRef("keys", "id"),
        ),
    ),
    (
        couler.create_http_artifact(
            "https://x", "/f", headers={"B": "2", "A": "1"}, username=SECRET["id"]
        ),
        Http(
            url="https://x",
            headers=(("A", "1"), ("B", "2")),
            username=SecretRef("keys", "id"),
        ),
    ),
    (couler.create_inline_artifact("a,b", "/f"), Inline("a,b")),
    (couler.create_local_artifact("data.csv"), LocalPath("data.csv")),
    (couler.create_local_artifact("/in", "data.csv"), LocalPath("data.csv")),
]


@pytest.mark.parametrize(("spec", "storage"), STORED)
def test_storages(spec: ArtifactSpec, storage: Storage) -> None:
    assert spec.storage == storage
    with couler.workflow("w") as wf:
        train("a", spec)
        couler.run_container("py", inputs={"file": spec})
    assert wf.workflow["train"].arguments[1].value == storage
    assert wf.workflow["py"].arguments[0].value == storage


def test_all_that_can_be_said_of_an_output() -> None:
    with couler.workflow("w") as wf:
        couler.run_container(
            "py",
            output=couler.create_artifact(
                "/out/m.bin",
                name="model",
                optional=True,
                archive="zip",
                mode=0o644,
                recurse_mode=True,
                is_global=True,
                delete_after="run",
                description="the model",
            ),
        )
        couler.run_container(
            "py", output=couler.create_parameter_artifact("/out/n", is_global=True)
        )
        use(couler.global_output("n"))
    template = wf.workflow["py"].template
    assert isinstance(template, Container)
    assert template.outputs == (
        OutputArtifact(
            name="model",
            path="/out/m.bin",
            optional=True,
            archive=Archive.ZIP,
            mode=0o644,
            recurse_mode=True,
            global_name="model",
            delete_after="run",
            description="the model",
        ),
    )
    other: Any = wf.workflow["py-2"].template
    assert other.outputs[0].global_name == "n"


def test_an_unknown_archive() -> None:
    with pytest.raises(
        couler.BuildFailed, match="archive='rar' must be one of tar, zip, none"
    ):
        couler.create_artifact("/a", archive="rar")


@pytest.mark.parametrize(
    "make",
    [
        lambda: couler.create_s3_artifact("/m", "b", "AKIA", "hunter2"),  # type: ignore[arg-type]
        lambda: couler.create_oss_artifact("/m", "b", "AKIA", "hunter2"),  # type: ignore[arg-type]
        lambda: couler.create_secret({"token": "hunter2"}),  # type: ignore[arg-type]
        lambda: couler.create_secret("s", {"token": "hunter2"}),  # type: ignore[arg-type]
        lambda: couler.create_secret(secret_data={"token": "hunter2"}),
        lambda: couler.obtain_secret({"token": "hunter2"}, "s"),  # type: ignore[arg-type]
    ],
)
def test_values_of_secrets_are_refused_and_not_repeated(make: Any) -> None:
    with pytest.raises(couler.BuildFailed, match="never") as caught:
        make()
    assert "hunter2" not in str(caught.value)


def test_secrets_are_references() -> None:
    secret = couler.obtain_secret(["user"], "db")
    assert secret["user"] == SecretRef("db", "user")
    assert couler.create_secret("any")["thing"] == SecretRef("any", "thing")
    with pytest.raises(
        couler.BuildFailed, match="secret 'db' has no key 'usr'; did you mean 'user'"
    ):
        secret["usr"]
    with pytest.raises(couler.BuildFailed, match="a secret needs a name"):
        couler.create_secret()
    with pytest.raises(
        couler.BuildFailed, match=r"one key of a secret; write secret\['key'\]"
    ):
        couler.create_s3_artifact("/m", "b", SECRET)


def test_volumes_are_added_where_they_are_mounted() -> None:
    scratch = couler.empty_dir("1Gi", in_memory=True)
    with couler.workflow("w") as wf:
        couler.run_container(
            "py",
            mounts={
                "/a": couler.claim("data", read_only=True),
                "/b": scratch,
                "/c": couler.new_claim("10Gi", storage_class="fast"),
                "/d": couler.host_path("/var/log", "Directory"),
                "/e": couler.secret_files("keys", {"id": "id.txt"}, mode=0o400),
                "/f": couler.config_files("conf", optional=True),
                "/g": Volume(name="mine", source=couler.raw_volume({"nfs": {}})),
            },
        )
        couler.run_container(
            "py",
            mounts={
                "/a": couler.claim("data", read_only=True),
                "/b": scratch,
                "/x": couler.empty_dir(),
            },
        )
    assert wf.workflow.volumes == (
        Volume(name="data", source=Claim("data", read_only=True)),
        Volume(name="volume", source=EmptyDir(2**30, in_memory=True)),
        Volume(name="volume-2", source=NewClaim(size=10 * 2**30, storage_class="fast")),
        Volume(name="var-log", source=HostPath("/var/log", "Directory")),
        Volume(
            name="keys",
            source=SecretFiles(secret="keys", items=(("id", "id.txt"),), mode=0o400),
        ),
        Volume(name="conf", source=ConfigFiles(config_map="conf", optional=True)),
        Volume(name="mine", source=RawVolume(Constant('{"nfs":{}}'))),
        Volume(name="volume-3", source=EmptyDir()),
    )
    template: Any = wf.workflow["py-2"].template
    assert template.mounts == (
        Mount(volume="data", path="/a"),
        Mount(volume="volume", path="/b"),
        Mount(volume="volume-3", path="/x"),
    )


def test_a_volume_by_name_reaches_into_maps() -> None:
    with couler.workflow("w") as wf:
        couler.add_volume(Volume(name="v", source=couler.claim("c")))
        couler.map_(
            lambda x: [couler.run_container("py", mounts={"/a": "v"}), use(x)], [1]
        )
        couler.map_(
            lambda x: couler.run_container("py", args=[x], mounts={"/a": "v"}), [1]
        )
    inner: Any = wf.workflow["map"].template
    assert inner.workflow.volumes == wf.workflow.volumes
    assert wf.workflow["py"].loop is not None


def test_two_volumes_of_a_name() -> None:
    with refused("another volume named 'v' already"):
        couler.add_volume(Volume(name="v", source=couler.claim("c")))
        couler.add_volume(Volume(name="v", source=couler.claim("d")))


def test_a_volume_that_is_not_there() -> None:
    with refused(
        "mounts volume 'v', which the workflow has not", couler.InvalidWorkflow
    ):
        couler.run_container("py", mounts={"/a": "v"})


def test_parameters() -> None:
    with couler.workflow(
        "w", parameters={"a": 1, "b": str, "c": InputParameter(name="c")}
    ) as wf:
        n = couler.parameter("n", 3, description="how many")
        mode = couler.parameter("mode", "fast", choices=("fast", "slow"))
        real = couler.parameter("real", type=float)
        word = couler.parameter("word", type="string")
        use([n, mode, real, word, couler.parameter("n"), couler.parameter("a")])
    assert wf.workflow.parameters == (
        InputParameter(name="a", type=ValueType.INTEGER, default=Constant("1")),
        InputParameter(name="b", type=ValueType.STRING),
        InputParameter(name="c"),
        InputParameter(
            name="n",
            type=ValueType.INTEGER,
            default=Constant("3"),
            description="how many",
        ),
        InputParameter(
            name="mode",
            type=ValueType.STRING,
            default=Constant('"fast"'),
            choices=(Constant('"fast"'), Constant('"slow"')),
        ),
        InputParameter(name="real", type=ValueType.NUMBER),
        InputParameter(name="word", type=ValueType.STRING),
    )
    given = wf.workflow["use"].arguments[0].value
    assert isinstance(given, ListOf)
    assert given.items[0] == given.items[4] == ParameterRef("n")


def test_files_that_a_workflow_takes() -> None:
    with couler.workflow("w") as wf:
        file = couler.input_artifact("data", path="/d", optional=True, mode=0o600)
        couler.run_container("py", inputs={"data": file})
        train("a", couler.input_artifact("more", S3(bucket="b", key="k")))
    assert wf.workflow.artifacts == (
        InputArtifact(name="data", path="/d", optional=True, mode=0o600),
        InputArtifact(name="more", default=S3(bucket="b", key="k")),
    )
    assert wf.workflow["train"].arguments[1].value == ParameterRef("more")


def test_outputs_of_a_workflow() -> None:
    with couler.workflow("w") as wf:
        couler.set_output("n", number(), global_name="count", description="how many")
        couler.set_output("file", load())
        couler.set_output("both", [number(), 1])
    first, second, third = wf.workflow.outputs
    assert first == WorkflowOutput(
        name="n", value=OutputRef("number"), global_name="count", description="how many"
    )
    assert second.value == OutputRef("load")
    assert third.name == "both"


@pytest.mark.parametrize(
    ("call", "what"),
    [
        (
            lambda: [loose.parameter("n", 1), loose.parameter("n", 2)],
            "has another input 'n'",
        ),
        (
            lambda: loose.parameter("n", type="number of"),
            "must be a Python type or one of string",
        ),
        (
            lambda: loose.parameter("n", object()),
            "parameter 'n': an object cannot be written",
        ),
        (
            lambda: [loose.set_output("n", 1), loose.set_output("n", 1)],
            "has an output 'n' already",
        ),
        (
            lambda: publish(loose.parameter("n") + 1),
            "parameter 'n' is known only when",
        ),
    ],
)
def test_misuse(call: Any, what: str) -> None:
    with pytest.raises(couler.BuildFailed, match=what), couler.workflow("w"):
        call()


@pytest.mark.parametrize("call", [couler.parameter, couler.input_artifact])
def test_outside_of_a_workflow(call: Any) -> None:
    with pytest.raises(
        couler.BuildFailed, match="adds to a workflow, and none is being written"
    ):
        call("n")


def test_no_secret_is_in_what_is_written() -> None:
    with couler.workflow("w") as wf:
        couler.run_container("py", secret=SECRET)
    assert '"keys"' in to_json(wf.workflow)
