from __future__ import annotations

import couler_jupyter as couler
from couler_jupyter.ir import (
    Constant,
    Container,
    FromReturn,
    Function,
    InputParameter,
    OutputParameter,
    Pod,
    Script,
    SecretFiles,
    Sidecar,
    Step,
    SubWorkflow,
    Volume,
    Workflow,
)
from couler_jupyter.nl.permissions import Use, permissions
from tests.protocol.wishes import built


def found(workflow: Workflow) -> set[tuple[str, str, tuple[str, ...]]]:
    return {(str(one.use), one.what, one.steps) for one in permissions(workflow)}


def test_all_that_a_workflow_asks_for_is_listed() -> None:
    with couler.workflow("all", schedule="0 3 * * *") as wf:
        db = couler.create_secret("db", ["password"])
        couler.run_container(
            "postgres:16",
            "psql",
            ["-h", "db.internal"],
            env={"PGPASSWORD": db["password"]},
            mounts={"/data": couler.host_path("/data/x"), "/s": couler.claim("sets")},
            sidecars=[couler.sidecar("proxy", "nginx:1.27", ["nginx"])],
            step_name="query",
        )
        couler.run_script(
            image="python:3.12",
            command="bash",
            source="pip install pandas 'polars>=1' && curl https://data.example/x.csv",
            step_name="fetch",
        )
        couler.run_job(
            {
                "apiVersion": "v1",
                "kind": "Pod",
                "spec": {"containers": [{"image": "a:1"}]},
            },
            step_name="pod",
        )
    asked = permissions(wf.workflow)
    assert {use: [one.what for one in asked if one.use is use] for use in Use} == {
        Use.IMAGE: ["postgres:16", "nginx:1.27", "python:3.12", "a:1"],
        Use.COMMAND: [
            "psql -h db.internal",
            "nginx",
            "bash: pip install pandas 'polars>=1' && curl https://data.example/x.csv",
        ],
        Use.FUNCTION: [],
        Use.SECRET: ["db/password"],
        Use.VOLUME: [
            "data-x: /data/x of the machine",
            "sets: Claim sets",
            "data-x at /data",
            "sets at /s",
        ],
        Use.NETWORK: ["https://data.example"],
        Use.PACKAGE: ["pandas", "polars>=1"],
        Use.OBJECT: ["create Pod"],
        Use.SCHEDULE: ["0 3 * * *"],
        Use.OWN_WORDS: [],
    }


def test_what_functions_need_is_listed_by_step() -> None:
    from couler_jupyter.nl.trying import try_program

    tried = try_program(
        """
@couler.step(requirements=["pandas>=2"], image="python:3.12")
def load() -> int:
    import pandas as pd
    return len(pd.read_csv("https://data.example/trips.csv"))

@couler.step
def count(table: couler.Artifact) -> int:
    return len(table.read_text())

@couler.workflow
def inner():
    return load()

inner()
count("s3://lake/table.csv")
""",
        "functions",
        seconds=120,
    )
    assert tried.workflow is not None
    assert found(tried.workflow) == {
        ("image", "python:3.12", ("inner/load",)),
        ("function", "load", ("inner/load",)),
        ("function", "count", ("count",)),
        ("package", "pandas>=2", ("inner/load",)),
        ("network", "https://data.example", ("inner/load",)),
        ("network", "lake", ("count",)),
    }


def test_a_workflow_that_asks_for_nothing_says_so() -> None:
    with couler.workflow("pause") as wf:
        couler.suspend("10m", step_name="wait")
    assert permissions(wf.workflow) == ()


def test_images_commands_secrets_volumes_and_addresses_are_found() -> None:
    assert found(built()) == {
        ("image", "alpine:3.20", ("load",)),
        ("image", "curlimages/curl:8.10.1", ("send",)),
        ("command", "sh -c cat /data/rows", ("load",)),
        ("command", "curl https://example.org/rows", ("send",)),
        ("secret", "hub/token", ("send",)),
        ("volume", "rows: Claim rows", ()),
        ("volume", "rows at /data (read only)", ("load",)),
        ("network", "https://example.org", ("send",)),
    }


def test_what_is_worst_comes_first_whatever_the_steps_are() -> None:
    uses = [one.use for one in permissions(built())]
    assert uses == sorted(uses, key=list(Use).index)


def test_functions_and_scripts_are_told_with_what_they_install() -> None:
    function = Function(
        source="def train(url): ...",
        entrypoint="train",
        image="python:3.12",
        requirements=("torch",),
        inputs=(InputParameter(name="url", default=Constant.of("s3://bucket/x")),),
        outputs=(OutputParameter(name="result", source=FromReturn()),),
    )
    script = Script(source="rm -rf /tmp/x", interpreter=("bash",), image="debian:12")
    steps = (Step(name="a", template=function), Step(name="b", template=script))
    assert found(Workflow(name="w", steps=steps)) == {
        ("function", "train", ("a",)),
        ("package", "torch", ("a",)),
        ("image", "python:3.12", ("a",)),
        ("network", "s3://bucket", ("a",)),
        ("image", "debian:12", ("b",)),
        ("command", "bash: rm -rf /tmp/x", ("b",)),
    }


def test_what_is_deep_inside_and_beside_is_found_too() -> None:
    side = Sidecar(name="proxy", image="envoy:1", command=("envoy",))
    inner = Workflow(
        name="inner",
        steps=(
            Step(
                name="x", template=Container(image="busybox", pod=Pod(sidecars=(side,)))
            ),
        ),
    )
    outer = Workflow(
        name="outer",
        steps=(Step(name="in", template=SubWorkflow(workflow=inner)),),
        volumes=(Volume(name="keys", source=SecretFiles(secret="deploy-key")),),
    )
    assert {
        ("image", "busybox", ("in/x",)),
        ("image", "envoy:1", ("in/x",)),
        ("secret", "deploy-key", ()),
    } <= found(outer)
