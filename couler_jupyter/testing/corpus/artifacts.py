"""Files and folders, by where they are kept."""

from __future__ import annotations

from dataclasses import replace

from couler_jupyter.ir import (
    GCS,
    HDFS,
    OSS,
    S3,
    Archive,
    Azure,
    Constant,
    Format,
    Git,
    Http,
    Inline,
    InputArtifact,
    InputParameter,
    InputRef,
    LocalPath,
    Managed,
    OutputArtifact,
    OutputRef,
    ParameterRef,
    PathRef,
    RunField,
    RunRef,
    SecretRef,
    Storage,
    Workflow,
)
from couler_jupyter.testing.case import compiles, runs
from couler_jupyter.testing.parts import flow, python, sh, step

_MADE = PathRef("file", output=True)
_TAKEN = PathRef("file")
_FILE = InputArtifact(name="file", path="taken.txt")
_READ = sh("cat ", _TAKEN, inputs=(_FILE,))


def _write(**kept: object) -> Workflow:
    """A workflow whose one step leaves a file that is kept so."""
    file = OutputArtifact(name="file", path="made.txt", **kept)  # type: ignore[arg-type]
    return flow("keeps", step("write", sh("echo hi > ", _MADE, outputs=(file,))))


def _passed(made: OutputArtifact, write: str, read: str) -> Workflow:
    """A workflow that passes a file from one step to the next."""
    return flow(
        "passes",
        step("write", sh(write, _MADE, outputs=(made,))),
        step(
            "read",
            sh(read, _TAKEN, inputs=(_FILE,)),
            takes={"file": OutputRef("write", "file")},
        ),
    )


def _taken(storage: Storage) -> Workflow:
    """A workflow whose one step is given what lies there."""
    return flow("takes", step("read", _READ, takes={"file": storage}))


@runs(steps="write:succeeded read:succeeded", outputs={"read": {"result": "hi"}})
def artifact_file() -> Workflow:
    """A file goes from step to step."""
    return _passed(OutputArtifact(name="file", path="made.txt"), "echo hi > ", "cat ")


@runs(steps="write:succeeded read:succeeded", outputs={"read": {"result": "a\nb"}})
def artifact_folder() -> Workflow:
    """A whole folder goes from step to step."""
    write = sh(
        "mkdir ",
        _MADE,
        " && touch ",
        _MADE,
        "/a ",
        _MADE,
        "/b",
        outputs=(OutputArtifact(name="file", path="made"),),
    )
    return flow(
        "folder",
        step("write", write),
        step(
            "read",
            sh("ls ", _TAKEN, inputs=(_FILE,)),
            takes={"file": OutputRef("write", "file")},
        ),
    )


@runs(steps="write:succeeded read:succeeded", outputs={"read": {"result": "hi"}})
def artifact_archive() -> Workflow:
    """Packed on its way, unpacked on arrival."""
    made = OutputArtifact(name="file", path="made.txt", archive=Archive.TAR)
    return _passed(made, "echo hi > ", "cat ")


@runs(steps="write:succeeded read:succeeded", outputs={"read": {"result": 640}})
def artifact_mode() -> Workflow:
    """With the permissions that were asked for."""
    made = OutputArtifact(name="file", path="made.txt", mode=0o640)
    read = sh("stat -c %a ", _TAKEN, inputs=(replace(_FILE, mode=0o640),))
    return flow(
        "mode",
        step("write", sh("echo hi > ", _MADE, outputs=(made,))),
        step("read", read, takes={"file": OutputRef("write", "file")}),
    )


@runs(
    steps="maybe:succeeded read:succeeded",
    outputs={"read": {"result": "nothing"}},
)
def artifact_optional() -> Workflow:
    """A file that may not be there, for a step that can do without."""
    made = OutputArtifact(name="file", path="made.txt", optional=True)
    taken = InputArtifact(name="file", path="taken.txt", optional=True)
    read = sh("test -e ", _TAKEN, " && echo there || echo nothing", inputs=(taken,))
    return flow(
        "optional",
        step("maybe", sh("true", outputs=(made,))),
        step("read", read, takes={"file": OutputRef("maybe", "file")}),
    )


@runs(steps="read:succeeded", outputs={"read": {"result": "hi from default"}})
def artifact_default() -> Workflow:
    """A file that is taken from somewhere when none is given."""
    hello = Inline(Format(("hi from ", InputRef("who"))))
    taken = InputArtifact(name="file", path="taken.txt", default=hello)
    who = InputParameter(name="who", default=Constant.of("default"))
    return flow("default", step("read", sh("cat ", _TAKEN, inputs=(taken, who))))


@runs(steps="read:succeeded", outputs={"read": {"result": "one\ntwo"}})
def artifact_inline() -> Workflow:
    """A file whose content stands in the workflow."""
    return _taken(Inline("one\ntwo\n"))


@runs(steps="read:succeeded", outputs={"read": {"result": "hi"}})
def artifact_of_a_function() -> Workflow:
    """A function is given the path of a file."""
    read = python("def read(file): return open(file).read()", inputs=(_FILE,))
    return flow("read", step("read", read, takes={"file": Inline("hi")}))


@runs(steps="read:succeeded", outputs={"read": {"result": "hi"}})
def workflow_artifact() -> Workflow:
    """A file that the whole workflow takes."""
    data = InputArtifact(name="data", default=Inline("hi"))
    return flow(
        "takes",
        step("read", _READ, takes={"file": ParameterRef("data")}),
        artifacts=(data,),
    )


@compiles
def artifact_delete() -> Workflow:
    """A file that may go when the run has ended."""
    return _write(delete_after="run")


@compiles
def artifact_global() -> Workflow:
    """A file that the whole run knows."""
    return _write(global_name="greeting", description="for everybody")


@compiles
def artifact_key() -> Workflow:
    """A managed file under a name of its own, which no two runs share."""
    return _write(storage=Managed(key=Format(("runs/", RunRef(RunField.ID), "/hi"))))


@compiles
def storage_local() -> Workflow:
    """A file of the machine."""
    return _taken(LocalPath("/etc/hostname"))


@compiles
def storage_s3() -> Workflow:
    """An object in S3, with keys that are secrets."""
    return _taken(
        S3(
            bucket="data",
            key="digits.csv",
            endpoint="s3.example.org",
            region="eu-central-1",
            access_key=SecretRef("s3", "access"),
            secret_key=SecretRef("s3", "secret"),
        )
    )


@compiles
def storage_s3_output() -> Workflow:
    """An object is put into S3."""
    return _write(storage=S3(bucket="data", key="out.csv", use_sdk_credentials=True))


@compiles
def storage_gcs() -> Workflow:
    """An object in Google Cloud Storage."""
    key = SecretRef("gcs", "key")
    return _taken(GCS(bucket="data", key="digits.csv", service_account_key=key))


@compiles
def storage_oss() -> Workflow:
    """An object in Alibaba Cloud OSS."""
    return _taken(
        OSS(
            bucket="data",
            key="digits.csv",
            endpoint="oss.example.org",
            access_key=SecretRef("oss", "access"),
            secret_key=SecretRef("oss", "secret"),
        )
    )


@compiles
def storage_azure() -> Workflow:
    """A blob in Azure."""
    return _taken(
        Azure(
            container="data",
            blob="digits.csv",
            endpoint="https://blob.example.org",
            account_key=SecretRef("azure", "key"),
        )
    )


@compiles
def storage_hdfs() -> Workflow:
    """A file in HDFS."""
    return _taken(HDFS(path="/data/digits.csv", addresses=("name:8020",), user="ml"))


@compiles
def storage_git() -> Workflow:
    """A checkout."""
    return _taken(
        Git(
            repository="https://example.org/data.git",
            revision="v1",
            depth=1,
            ssh_key=SecretRef("git", "key"),
        )
    )


@compiles
def storage_http() -> Workflow:
    """What a URL answers."""
    return _taken(
        Http(url="https://example.org/digits.csv", headers=(("Accept", "text/csv"),))
    )
