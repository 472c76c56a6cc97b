"""Fields that no other case says, and references that can as well lead elsewhere.

Between them, the cases of the corpus say every field of the IR at least once, in a place
where it could be left unsaid or changed; `pairs` needs that.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from couler_jupyter.ir import (
    HDFS,
    OSS,
    S3,
    Archive,
    Azure,
    Cache,
    ConfigFiles,
    ConfigRef,
    Constant,
    Container,
    EmptyDir,
    Ended,
    EnvFrom,
    EnvSource,
    EnvVar,
    Foreign,
    FromFile,
    FromManifest,
    FromPerson,
    FromStdout,
    Git,
    Http,
    Inline,
    InputArtifact,
    InputParameter,
    Job,
    Map,
    Mount,
    NewClaim,
    Not,
    Outcome,
    OutputArtifact,
    OutputParameter,
    OutputRef,
    Over,
    PathRef,
    Pod,
    PullPolicy,
    Repeat,
    Resources,
    Schedule,
    Script,
    SecretFiles,
    SecretRef,
    Sidecar,
    StepField,
    StepRef,
    Storage,
    Suspend,
    Toleration,
    Volume,
    Workflow,
    WorkflowOutput,
)
from couler_jupyter.testing.case import compiles
from couler_jupyter.testing.parts import (
    IMAGE,
    container,
    echo,
    equal,
    flow,
    python,
    sh,
    step,
)

_VOLUMES = (
    Volume(name="data", source=EmptyDir()),
    Volume(name="scratch", source=EmptyDir()),
)
_MOUNTS = (Mount(volume="data", path="/data"),)
_UNUSED = (InputParameter(name="unused", default=Constant.of(0)),)
_BOX: dict[str, Any] = {
    "env": (
        EnvVar("MODE", "fast"),
        EnvVar("LEVEL", ConfigRef("log", "l", optional=True)),
    ),
    "env_from": (EnvFrom(source=EnvSource.SECRET, name="hub", optional=True),),
    "mounts": _MOUNTS,
    "working_dir": "/srv",
    "resources": Resources(cpu=1, memory=2**20),
    "pull_policy": PullPolicy.NEVER,
    "pod": Pod(service_account="trainer"),
    "inputs": _UNUSED,
}


@compiles
def script_in_full() -> Workflow:
    """A script in an image, with all that a box can have."""
    full = Script(source="true", image=IMAGE, **_BOX)
    return flow("script", step("work", full), volumes=_VOLUMES)


@compiles
def container_in_full() -> Workflow:
    """A container with all that a box can have."""
    full = Container(image=IMAGE, args=("true",), **_BOX)
    return flow("container", step("work", full), volumes=_VOLUMES)


@compiles
def function_in_full() -> Workflow:
    """A function in an image, one of two in its source, with its requirements."""
    source = (
        "def one(*given, **named): return 'out'\n\ndef two(*given, **named): return 2\n"
    )
    full = replace(
        python(source, outputs=()), image=IMAGE, requirements=("numpy", "scipy"), **_BOX
    )
    return flow("function", step("work", full), volumes=_VOLUMES)


@compiles
def returned_artifact() -> Workflow:
    """A function that returns where its file lies, and another path besides."""
    files = (
        OutputArtifact(name="model", part=("model",)),
        OutputArtifact(name="log", path="log.txt", recurse_mode=True, mode=0o600),
    )
    fit = python("def fit(): return {'model': 'm.bin', 'log': 'l'}", outputs=files)
    return flow("returns", step("fit", fit))


@compiles
def sidecar_in_full() -> Workflow:
    """A sidecar with everything, beside a container."""
    full = Sidecar(
        name="proxy",
        image="proxy:1",
        command=("proxy",),
        args=("--port", "80"),
        env=(EnvVar("MODE", "fast"),),
        mounts=_MOUNTS,
        resources=Resources(cpu=0.1),
    )
    pod = Pod(sidecars=(full,), init=(replace(full, name="first"),))
    return flow("beside", step("work", container("true", pod=pod)), volumes=_VOLUMES)


@compiles
def job_in_full() -> Workflow:
    """A job with an input nobody names, and an output found by a filter."""
    job = Job(
        manifest="kind: ConfigMap\nmetadata: {name: x}\n",
        inputs=_UNUSED,
        outputs=(
            OutputParameter(
                name="done",
                source=FromManifest(jq=".status.done"),
                description="whether it is done",
            ),
        ),
    )
    return flow("job", step("work", job))


@compiles
def suspend_in_full() -> Workflow:
    """A wait with an input nobody names."""
    note = OutputParameter(name="note", source=FromPerson())
    wait = Suspend(seconds="1", inputs=_UNUSED, outputs=(note,))
    return flow("waits", step("wait", wait))


@compiles
def foreign_in_full() -> Workflow:
    """A template of one engine with ports that nobody names."""
    body = Constant.of({"suspend": {"duration": "1"}})
    wait = Foreign(
        engine="argo",
        kind="suspend",
        body=body,
        inputs=_UNUSED,
        outputs=(OutputParameter(name="note", source=FromPerson()),),
    )
    return flow("waits", step("wait", wait))


@compiles
def pod_of_a_workflow_in_full() -> Workflow:
    """Where all steps run that do not say so themselves."""
    pod = Pod(
        service_account="trainer",
        image_pull_secrets=("registry",),
        node_selector=(("disk", "ssd"),),
        tolerations=(Toleration(key="gpu", operator="Exists"),),
        affinity=Constant.of({"podAntiAffinity": {}}),
        priority_class="low",
        scheduler="packing",
        host_network=True,
        security=Constant.of({"runAsNonRoot": True}),
        patch=Constant.of({"hostIPC": True}),
    )
    return flow("everywhere", step("work", container("true")), pod=pod)


@compiles
def steps_in_full() -> Workflow:
    """A server that nobody asks for, and a wait for something outside."""
    ready = equal(OutputRef("poll"), "yes")
    return flow(
        "in-full",
        step("serve", sh("exec sleep 600", outputs=()), daemon=True),
        step("poll", sh("echo yes"), repeat=Repeat(condition=Not(ready), limit=9)),
    )


def _taken(*storages: Storage) -> Workflow:
    """A workflow that takes a file from each of these."""
    read = sh("true", inputs=(InputArtifact(name="file"),))
    steps = (
        step(f"read-{number}", read, takes={"file": storage})
        for number, storage in enumerate(storages)
    )
    return flow("takes", *steps)


@compiles
def storages_in_full() -> Workflow:
    """Everything that the storages have beside their usual fields."""
    return _taken(
        S3(
            bucket="data",
            key="a",
            insecure=True,
            session_token=SecretRef("s3", "token"),
            role_arn="arn:aws:iam::1:role/read",
        ),
        OSS(key="a", security_token="t", use_sdk_credentials=True),
        Azure(container="data", blob="a", use_sdk_credentials=True),
        HDFS(path="/a", force=True),
        Git(
            repository="https://example.org/a.git",
            branch="main",
            single_branch=True,
            disable_submodules=True,
            fetch=("refs/notes",),
            username=SecretRef("git", "user"),
            password=SecretRef("git", "password"),
        ),
        Http(
            url="https://example.org/a",
            username=SecretRef("web", "user"),
            password=SecretRef("web", "password"),
        ),
    )


@compiles
def volumes_in_full() -> Workflow:
    """Everything that the kinds of volumes have beside their usual fields."""
    return flow(
        "volumes",
        step("work", container("true")),
        volumes=(
            Volume(
                name="claim", source=NewClaim(size=1, access_modes=("ReadWriteMany",))
            ),
            Volume(
                name="config",
                source=ConfigFiles(
                    config_map="log", items=(("level", "l"),), mode=0o444
                ),
            ),
            Volume(name="secret", source=SecretFiles(secret="hub", optional=True)),
        ),
    )


@compiles
def workflow_in_full() -> Workflow:
    """Ports and a schedule that nobody needs."""
    one = step("one", sh("echo 1"), cache=Cache(enabled=False))
    return flow(
        "full",
        one,
        parameters=_UNUSED,
        artifacts=(
            InputArtifact(
                name="data",
                path="data.csv",
                default=Inline("1"),
                mode=0o600,
                recurse_mode=True,
                description="what it learns from",
            ),
        ),
        outputs=(
            WorkflowOutput(
                name="one",
                value=OutputRef("one"),
                global_name="best",
                description="the one",
            ),
        ),
        schedule=Schedule(crons=("@daily",), suspended=True),
    )


@compiles
def references_that_can_move() -> Workflow:
    """Every reference could as well lead to the other of two."""
    two = (
        OutputParameter(name="result", source=FromStdout()),
        OutputParameter(
            name="size", source=FromFile("size.txt"), default=Constant.of(0)
        ),
    )
    make = sh("echo '[1]'; echo 1 > size.txt", outputs=two)
    ports = (
        InputParameter(name="a", default=Constant.of(0)),
        InputParameter(name="b", default=Constant.of(0)),
        InputArtifact(name="here", optional=True),
        InputArtifact(name="there", optional=True),
        InputArtifact(name="nobody", optional=True),
    )
    use = sh(
        "cat ",
        PathRef("here"),
        " ",
        PathRef("there"),
        " > ",
        PathRef("here", output=True),
        inputs=ports,
        outputs=(
            OutputArtifact(name="here", path="here.txt"),
            OutputArtifact(name="there", path="there.txt", archive=Archive.NONE),
            OutputArtifact(name="nobody", path="nobody.txt"),
        ),
    )
    well = (Outcome.SUCCEEDED,)
    return flow(
        "moves",
        step("one", make),
        step("two", make),
        step(
            "use",
            use,
            takes={"a": OutputRef("one", "size")},
            after=[Ended("one", well), Not(Ended("two", (Outcome.ERRORED,)))],
        ),
        step("fact", echo(), takes={"x": StepRef("one", StepField.PHASE)}),
        step("each", sh("true"), loop=Map(over=Over(OutputRef("one")))),
    )
