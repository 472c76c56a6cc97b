from __future__ import annotations

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
from couler_jupyter.session.wishes import needs_of
from tests.protocol.wishes import built


def found(workflow: Workflow) -> set[tuple[str, str, tuple[str, ...]]]:
    return {
        (one["kind"], one["what"], tuple(one["steps"])) for one in needs_of(workflow)
    }


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
    kinds = [one["kind"] for one in needs_of(built())]
    assert kinds == sorted(
        kinds, key=["image", "command", "secret", "volume", "network"].index
    )


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
