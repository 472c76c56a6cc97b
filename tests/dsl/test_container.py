"""`run_container`: commands in images, with values lifted out of their texts."""

from __future__ import annotations

from typing import Any

import pytest

import couler_jupyter as couler
from couler_jupyter.ir import (
    Argument,
    Container,
    EnvVar,
    Format,
    FromFile,
    FromStdout,
    InputArtifact,
    InputParameter,
    InputRef,
    OutputArtifact,
    OutputParameter,
    OutputRef,
    ParameterRef,
    PathRef,
    Step,
    ValueType,
    Workflow,
)
from tests.dsl.refusal import loose
from tests.dsl.samples import load, number, numbers, use


def container_of(step: Step) -> Container:
    assert isinstance(step.template, Container)
    return step.template


def one_step(*args: object, **kwargs: Any) -> Step:
    with couler.workflow("w") as wf:
        loose.run_container(*args, **kwargs)
    return wf.workflow.steps[0]


def test_plain_words() -> None:
    step = one_step(
        "docker/whalesay:latest", "cowsay", ["hello", 3, 0.5, True, {"a": 1}]
    )
    assert step.name == "whalesay"
    assert container_of(step) == Container(
        image="docker/whalesay:latest",
        command=("cowsay",),
        args=("hello", "3", "0.5", "true", '{"a":1}'),
    )


@pytest.mark.parametrize(
    ("image", "name"),
    [
        ("busybox", "busybox"),
        ("ghcr.io/a/b-c:1.2", "b-c"),
        ("localhost:5000/x@sha256:abc", "x"),
        ("a/b/", "container"),
    ],
)
def test_without_a_function_the_image_names_the_step(image: str, name: str) -> None:
    assert one_step(image).name == name


def flip_coin() -> couler.StepOutput:
    return couler.run_container("alpine", "sh")


def test_the_function_around_names_the_step() -> None:
    with couler.workflow("w") as wf:
        flip_coin()
        [flip_coin() for _ in range(2)]
        couler.run_container("alpine", step_name="last")
    names = [step.name for step in wf.workflow.steps]
    assert names == ["flip_coin", "flip_coin-2", "flip_coin-3", "last"]


def test_values_become_inputs_and_templates_are_shared() -> None:
    with couler.workflow("w", parameters={"lr": 0.1}) as wf:
        one, other = number(), use(1)
        for value in (one, other):
            couler.run_container(
                "py",
                ["train", couler.format("--lr={}", couler.parameter("lr"))],
                [value, value, couler.this_run.id],
                env={"VALUE": value, "PLAIN": 1},
                step_name=f"run-{value.name}",
            )
    first, second = wf.workflow["run-number"], wf.workflow["run-use"]
    template = container_of(first)
    assert template.command == ("train", Format(("--lr=", InputRef("para-0"))))
    assert template.args == (InputRef("para-1"), InputRef("para-1"), InputRef("para-2"))
    assert template.env == (EnvVar("VALUE", InputRef("para-1")), EnvVar("PLAIN", "1"))
    assert template.inputs[1] == InputParameter(name="para-1", type=ValueType.INTEGER)
    assert first.arguments[:2] == (
        Argument("para-0", ParameterRef("lr")),
        Argument("para-1", OutputRef("number")),
    )
    assert second.arguments[1] == Argument("para-1", OutputRef("use"))
    assert container_of(second).inputs[1].name == "para-1"


def test_equal_calls_give_one_template() -> None:
    with couler.workflow("w") as wf:
        handle = number()
        for _ in range(3):
            couler.run_container("py", args=[handle], cpu=1, retry=2)
    templates = [step.template for step in wf.workflow.steps[1:]]
    assert templates[0] is templates[1] is templates[2]


def test_the_standard_output_is_an_output_only_if_it_is_used() -> None:
    with couler.workflow("w") as wf:
        one = couler.run_container("alpine", "date")
        couler.run_container("alpine", "date", step_name="quiet")
        use(one)
    assert container_of(wf.workflow["alpine"]).outputs == (
        OutputParameter(name="result", source=FromStdout()),
    )
    assert container_of(wf.workflow["quiet"]).outputs == ()


def test_outputs_by_path_and_by_name() -> None:
    step = one_step(
        "py",
        output=["/out/model.bin", couler.create_parameter_artifact("/out/score.txt")],
        outputs={
            "log": couler.create_s3_artifact("/log", "bucket", optional=True),
            "loss": couler.from_file(
                "/out/loss", float, default=0.0, global_name="loss"
            ),
            "said": couler.from_stdout(int),
            "plain": OutputArtifact(name="plain", path="/p"),
        },
    )
    assert container_of(step).outputs == (
        OutputArtifact(name="model", path="/out/model.bin"),
        OutputParameter(name="score", source=FromFile("/out/score.txt")),
        OutputArtifact(
            name="log",
            path="/log",
            storage=couler.S3(bucket="bucket", key="log"),
            optional=True,
        ),
        OutputParameter(
            name="loss",
            source=FromFile("/out/loss"),
            type=ValueType.NUMBER,
            default=step_default("0.0"),
            global_name="loss",
        ),
        OutputParameter(name="said", source=FromStdout(), type=ValueType.INTEGER),
        OutputArtifact(name="plain", path="/p"),
    )


def step_default(text: str) -> Any:
    from couler_jupyter.ir import Constant

    return Constant(text)


@pytest.mark.parametrize("output", [3, {"loss": float}, [None]])
def test_an_output_must_say_where_it_is_taken_from(output: object) -> None:
    with pytest.raises(couler.BuildFailed, match="does not say where it is taken from"):
        one_step("py", output=output)


def produced(name: str) -> tuple[Workflow, Step]:
    with couler.workflow("w") as wf:
        made = couler.run_container("py", output="/data/out.csv", step_name="make")
        match name:
            case "input":
                couler.run_container("py", input=made, step_name="take")
            case "input list":
                couler.run_container("py", input=[made], step_name="take")
            case "named":
                couler.run_container("py", inputs={"make": made}, step_name="take")
            case _:
                couler.run_container("py", args=[made], step_name="take")
    return wf.workflow, wf.workflow["take"]


@pytest.mark.parametrize("name", ["input", "input list", "named"])
def test_a_file_passes_to_where_it_was_made(name: str) -> None:
    workflow, step = produced(name)
    (taken,) = container_of(step).inputs
    assert isinstance(taken, InputArtifact)
    assert taken.path == "/data/out.csv"
    assert step.arguments[0].value == OutputRef("make", "out")
    assert workflow["take"].dependencies == ("make",)


def test_a_file_in_the_arguments_is_its_path() -> None:
    _, step = produced("args")
    assert container_of(step).args == (PathRef("para-0"),)
    assert container_of(step).inputs == (InputArtifact(name="para-0"),)


def test_inputs_that_the_user_names() -> None:
    with couler.workflow("w") as wf:
        couler.run_container(
            "py",
            args=[couler.input_value("lr"), couler.path_of("data")],
            inputs={
                "lr": 0.1,
                "data": couler.at(load(), "/in/data.csv", mode=0o600),
                "maybe": couler.at(None, "/in/maybe", optional=True),
                "text": couler.create_inline_artifact("a,b", "/in/text.csv"),
            },
        )
    step = wf.workflow["py"]
    template = container_of(step)
    assert template.args == (InputRef("lr"), PathRef("data"))
    assert template.inputs == (
        InputParameter(name="lr"),
        InputArtifact(name="data", path="/in/data.csv", mode=0o600),
        InputArtifact(name="maybe", path="/in/maybe", optional=True),
        InputArtifact(name="text", path="/in/text.csv"),
    )
    assert [one.name for one in step.arguments] == ["lr", "data", "text"]
    assert step.arguments[2].value == couler.Inline("a,b")


def test_the_storage_of_an_output_may_hold_values() -> None:
    with couler.workflow("w") as wf:
        run = couler.format("models/{}.bin", number())
        couler.run_container("py", output=couler.create_s3_artifact("/m", "b", key=run))
        couler.run_container("py", input=couler.create_s3_artifact("/m", "b", key=run))
    one, other = wf.workflow.steps[1:]
    output = container_of(one).outputs[0]
    assert isinstance(output, OutputArtifact)
    assert output.storage == couler.S3(
        bucket="b", key=Format(("models/", InputRef("para-0"), ".bin"))
    )
    assert other.arguments[0].value == couler.S3(
        bucket="b", key=Format(("models/", OutputRef("number"), ".bin"))
    )


@pytest.mark.parametrize("given", ["a", 3, None])
def test_an_input_needs_a_name(given: object) -> None:
    with pytest.raises(couler.BuildFailed, match=r"inputs: .* has no name"):
        one_step("py", input=[given])


def test_an_image_must_be_known() -> None:
    with pytest.raises(couler.BuildFailed, match="is no text; it must be known now"):
        one_step(3)


def test_none_in_the_arguments() -> None:
    with pytest.raises(couler.BuildFailed, match="args holds None"):
        one_step("py", args=["a", None])


def test_outside_of_a_workflow() -> None:
    with pytest.raises(
        couler.BuildFailed, match="run_container adds to a workflow, and none"
    ):
        couler.run_container("py")


def test_old_arguments_are_taken() -> None:
    assert one_step("py", pool="x", enable_ulogfs=False).name == "py"


def test_a_list_of_handles_is_one_argument() -> None:
    with couler.workflow("w") as wf:
        couler.run_container("py", args=[[number(), 1]], step_name="take")
        couler.run_container(
            "py", args=[couler.first_of(numbers(), 1)], step_name="any"
        )
    assert container_of(wf.workflow["take"]).args == (InputRef("para-0"),)
    assert container_of(wf.workflow["any"]).args == (InputRef("para-0"),)
