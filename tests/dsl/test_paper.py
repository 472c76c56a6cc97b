"""The examples of the paper and its appendix, as they are written there."""

from __future__ import annotations

from typing import Any

import couler_jupyter as couler
from couler_jupyter.ir import (
    Argument,
    Compare,
    Constant,
    Container,
    FromFile,
    Items,
    Operator,
    OutputParameter,
    OutputRef,
    Script,
    Workflow,
)


def edges(workflow: Workflow) -> dict[str, tuple[str, ...]]:
    return {step.name: step.dependencies for step in workflow.steps}


def job(name: str) -> Any:
    return couler.run_container(
        image="whalesay:latest", command=["cowsay"], args=[name], step_name=name
    )


def test_code_1_the_diamond() -> None:
    def diamond() -> None:
        couler.dag(
            [
                [lambda: job(name="A")],
                [lambda: job(name="A"), lambda: job(name="B")],
                [lambda: job(name="A"), lambda: job(name="C")],
                [lambda: job(name="B"), lambda: job(name="D")],
                [lambda: job(name="C"), lambda: job(name="D")],
            ]
        )

    with couler.workflow("diamond") as wf:
        diamond()
    assert edges(wf.workflow) == {"A": (), "B": ("A",), "C": ("A",), "D": ("B", "C")}
    assert wf.workflow["A"].template == Container(
        image="whalesay:latest", command=("cowsay",), args=("A",)
    )


def producer() -> Any:
    return couler.run_container(
        image="docker/whalesay:latest",
        args=["echo -n hello world > /mnt/hello.txt"],
        command=["bash", "-c"],
        output=couler.create_parameter_artifact(path="/mnt/hello.txt"),
    )


def consumer(message: Any) -> Any:
    return couler.run_container(
        image="docker/whalesay:latest", command=["cowsay"], args=[message]
    )


def test_producer_and_consumer() -> None:
    with couler.workflow("hello") as wf:
        consumer(producer())
    template = wf.workflow["producer"].template
    assert isinstance(template, Container)
    assert template.outputs == (
        OutputParameter(name="hello", source=FromFile("/mnt/hello.txt")),
    )
    assert wf.workflow["consumer"].arguments == (
        Argument("para-0", OutputRef("producer", "hello")),
    )


def random_code() -> None:
    import random

    print("heads" if random.randint(0, 1) == 0 else "tails")  # noqa: T201


def flip_coin() -> Any:
    return couler.run_script(image="python:alpine3.6", source=random_code)


def heads() -> Any:
    return couler.run_container(
        image="python:alpine3.6", command=["bash", "-c", 'echo "it was heads"']
    )


def tails() -> Any:
    return couler.run_container(
        image="python:alpine3.6", command=["bash", "-c", 'echo "it was tails"']
    )


def test_the_coin() -> None:
    with couler.workflow("coin") as wf:
        result = flip_coin()
        couler.when(couler.equal(result, "heads"), heads)
        couler.when(couler.equal(result, "tails"), tails)
    assert edges(wf.workflow) == {
        "flip_coin": (), "heads": ("flip_coin",), "tails": ("flip_coin",),
    }  # fmt: skip
    assert isinstance(wf.workflow["flip_coin"].template, Script)
    assert wf.workflow["tails"].when == Compare(
        OutputRef("flip_coin"), Operator.EQUAL, Constant('"tails"')
    )


def test_the_coin_until_heads() -> None:
    with couler.workflow("until") as wf:
        couler.exec_while(couler.equal("tails"), flip_coin, limit=10)
    repeat = wf.workflow["flip_coin"].repeat
    assert repeat is not None
    assert repeat.condition == Compare(
        OutputRef("flip_coin"), Operator.EQUAL, Constant('"tails"')
    )


def train_wide_and_deep(batch: Any) -> Any:
    return couler.run_container(
        image="wide-deep:v1.0",
        command=["python", "train.py"],
        args=["--batch_size", batch],
        output=couler.create_s3_artifact(
            "/model", "models", key=couler.format("m-{}", batch)
        ),
        step_name="train",
    )


def evaluate(model: Any) -> Any:
    return couler.run_container(
        image="wide-deep:v1.0",
        command=["python", "eval.py"],
        input=model,
        step_name="evaluate",
    )


def test_model_search() -> None:
    with couler.workflow("search") as wf:
        models = couler.map_(train_wide_and_deep, [100, 200, 300, 400, 500])
        couler.map_(evaluate, models)
    assert edges(wf.workflow) == {"train": (), "evaluate": ("train",)}
    loop = wf.workflow["train"].loop
    assert loop is not None
    assert isinstance(loop.over, Items)
    assert len(loop.over.items) == 5


def test_model_search_in_one_body() -> None:
    with couler.workflow("search") as wf:
        couler.map_(lambda size: evaluate(train_wide_and_deep(size)), [100, 200])
    step = wf.workflow["map"]
    template: Any = step.template
    assert edges(template.workflow) == {"train": (), "evaluate": ("train",)}


def train_xgboost() -> Any:
    return couler.run_job(
        manifest={"kind": "XGBoostJob", "spec": {"table": "pai.iris"}},
        success_condition="status.phase == Succeeded",
        failure_condition="status.phase == Failed",
    )


def train_lightgbm() -> Any:
    return couler.run_container("lightgbm", args=["--table", "pai.iris"])


def test_automl() -> None:
    with couler.workflow("automl") as wf:
        results = couler.concurrent([train_xgboost, train_lightgbm])
    assert len(results) == 2
    assert edges(wf.workflow) == {"train_xgboost": (), "train_lightgbm": ()}
