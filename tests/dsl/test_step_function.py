"""`@couler.step`: functions as steps, their inputs, outputs and arguments."""

# pyright: reportMissingParameterType=false, reportUnknownParameterType=false

from __future__ import annotations

import functools
from typing import Any, Literal, TypedDict

import numpy as np
import pytest

import couler_jupyter as couler
from couler_jupyter.ir import (
    Argument,
    Constant,
    DictOf,
    FromReturn,
    Function,
    InputArtifact,
    InputParameter,
    ListOf,
    LocalPath,
    OutputArtifact,
    OutputParameter,
    OutputRef,
    Step,
    ValueType,
)
from tests.dsl.refusal import refused
from tests.dsl.samples import Halves, best, load, number, publish, split, train, use


def function_of(step: Step) -> Function:
    assert isinstance(step.template, Function)
    return step.template


def inputs_of(step: Step) -> dict[str, Any]:
    return {one.name: one for one in function_of(step).inputs}


def test_outside_of_a_workflow_it_just_runs() -> None:
    assert train("forest", "x", lr=2) == 12
    assert best([1, 3, 2]) == 3
    assert repr(best) == "<step 'best'>"
    assert train("forest", "x", step_name="named") == pytest.approx(0.6)


def test_the_example_of_the_issue() -> None:
    with couler.workflow("pick-best", parallelism=2) as wf:
        data = load()
        scores = [train(m, data) for m in ("logreg", "forest", "mlp")]
        couler.when(best(scores) > 0.9, publish)
    built = wf.workflow
    assert [step.name for step in built.steps] == [
        "load", "train", "train-2", "train-3", "best", "publish",
    ]  # fmt: skip
    assert built.parallelism == 2
    assert built["train-2"].arguments == (
        Argument("model", Constant('"forest"')),
        Argument("data", OutputRef("load")),
    )
    assert built["best"].arguments[0].value == ListOf(
        (OutputRef("train"), OutputRef("train-2"), OutputRef("train-3"))
    )
    assert built["publish"].dependencies == ("best",)


def test_calls_share_one_template() -> None:
    with couler.workflow("w") as wf:
        for model in ("a", "b", "c"):
            train(model, "s3://bucket/data.csv")
    one, *others = (step.template for step in wf.workflow.steps)
    assert all(other is one for other in others)


def test_annotations_are_types() -> None:
    @couler.step
    def typed(  # type: ignore[no-untyped-def]
        text: str,
        whole: int,
        real: float,
        truth: bool,
        items: list[int],
        pair: tuple[int, ...],
        table: dict[str, int],
        anything: Any,
        bare,  # noqa: ANN001
        thing: np.ndarray,
        maybe: int | None,
        mode: Literal["fast", "slow"],
        file: couler.Artifact,
        later: NotThere,  # type: ignore[name-defined] # noqa: F821
    ) -> dict[str, float]:
        return {}

    with couler.workflow("w") as wf:
        typed("a", 1, 1.5, True, [1], (1, 2), {"a": 1}, None, 3, 4, 5, "fast", "f", 6)
    inputs = inputs_of(wf.workflow["typed"])
    assert isinstance(inputs.pop("file"), InputArtifact)
    assert {name: one.type for name, one in inputs.items()} == {
        "text": ValueType.STRING,
        "whole": ValueType.INTEGER,
        "real": ValueType.NUMBER,
        "truth": ValueType.BOOLEAN,
        "items": ValueType.LIST,
        "pair": ValueType.LIST,
        "table": ValueType.OBJECT,
        "anything": ValueType.JSON,
        "bare": ValueType.PYTHON,
        "thing": ValueType.PYTHON,
        "maybe": ValueType.JSON,
        "mode": ValueType.STRING,
        "later": ValueType.PYTHON,
    }
    assert inputs["mode"].choices == (Constant('"fast"'), Constant('"slow"'))
    assert function_of(wf.workflow["typed"]).outputs == (
        OutputParameter(name="result", source=FromReturn(), type=ValueType.OBJECT),
    )


def test_defaults_are_defaults() -> None:
    @couler.step
    def f(
        a: int = 3,
        b: float = None,  # type: ignore[assignment] # noqa: RUF013
        c: Any = object,
        d: couler.Artifact | None = None,
    ) -> None:
        del a, b, c, d

    with couler.workflow("w") as wf:
        f()
        f(c=[1], d="x.csv")
    first, second = (inputs_of(step) for step in wf.workflow.steps)
    assert first["a"] == InputParameter(
        name="a", type=ValueType.INTEGER, default=Constant("3")
    )
    assert first["b"] == InputParameter(
        name="b", type=ValueType.JSON, default=Constant("null")
    )
    assert set(first) == {"a", "b"}
    assert set(second) == {"a", "b", "c", "d"}
    assert second["d"].optional


def test_a_value_of_the_wrong_type_is_told_with_its_line() -> None:
    with refused("2 problems", couler.InvalidWorkflow) as caught:
        train(3, "x")
        train("a", "x", lr="high")
    assert isinstance(caught.value, couler.InvalidWorkflow)
    first, second = caught.value.problems
    assert str(first).startswith("step 'train' (")
    assert first.what == "input 'model' is a string; it is given 3"
    assert second.what == "input 'lr' is a number; it is given \"high\""
    assert "test_step_function.py, line" in first.place


@pytest.mark.parametrize(
    ("args", "kwargs", "what"),
    [
        ((), {}, "train() missing a required argument: 'model'"),
        (
            ("a", "b", 1, 2),
            {},
            "train() is called wrongly: too many positional arguments",
        ),
        (("a", "b"), {"rate": 1}, "train() got an unexpected keyword argument 'rate'"),
        (
            ("a", "b"),
            {"model": 1},
            "train() is called wrongly: multiple values for argument",
        ),
    ],
)
def test_a_call_that_does_not_fit(
    args: tuple[object, ...], kwargs: dict[str, object], what: str
) -> None:
    with pytest.raises(couler.BuildFailed) as caught, couler.workflow("w"):
        train(*args, **kwargs)
    assert str(caught.value).startswith(what)
    assert "it takes (model, data, lr)" in str(caught.value)
    assert "test_step_function.py, line" in str(caught.value)


class Frame:
    """Something that JSON cannot say."""


@pytest.mark.parametrize("given", [Frame(), [Frame()], {"a": Frame()}, {1: 2}, {1, 2}])
def test_what_is_no_json_must_be_an_output(given: object) -> None:
    with refused("argument 'value' of use: ") as caught:
        use(given)
    assert "have a step return it and pass that step's output" in str(caught.value)


def test_not_a_number() -> None:
    with refused("nan is not a finite"):
        use(float("nan"))


def test_numbers_of_numpy_are_numbers() -> None:
    with couler.workflow("w") as wf:
        for rate in np.linspace(0, 1, 2):
            use(rate)
        use([np.int64(3), np.float32(0.5), np.bool_(True)])
    values = [step.arguments[0].value for step in wf.workflow.steps]
    assert values == [Constant("0.0"), Constant("1.0"), Constant("[3,0.5,true]")]


def test_handles_inside_lists_and_dicts() -> None:
    with couler.workflow("w") as wf:
        one = number()
        use([one, {"a": (one, 2)}, "x"])
    assert wf.workflow["use"].arguments[0].value == ListOf(
        (
            OutputRef("number"),
            DictOf((("a", ListOf((OutputRef("number"), Constant("2")))),)),
            Constant('"x"'),
        )
    )


def test_files_are_given_by_path_url_storage_or_output() -> None:
    with couler.workflow("w") as wf:
        for given in (
            "data/iris.csv",
            "s3://bucket/a/b.csv",
            couler.create_gcs_artifact(bucket="b", key="k"),
            couler.HDFS(path="/x"),
            load(),
        ):
            train("a", given)
    given_to = [
        step.arguments[1].value for step in wf.workflow.steps if step.name != "load"
    ]
    assert given_to == [
        LocalPath("data/iris.csv"),
        couler.S3(bucket="bucket", key="a/b.csv"),
        couler.GCS(bucket="b", key="k"),
        couler.HDFS(path="/x"),
        OutputRef("load"),
    ]


@pytest.mark.parametrize("given", [3, ["a"], Frame()])
def test_what_is_no_file(given: object) -> None:
    with refused("is a file; give a path"):
        train("a", given)


def test_a_url_of_an_unknown_kind() -> None:
    with refused("no storage for ftp://"):
        train("a", "ftp://host/file")


def test_a_named_tuple_is_several_outputs() -> None:
    with couler.workflow("w") as wf:
        part, rows = split("x")
        halves = split("y")
        use(halves.rows)
        train("a", part)
        use(rows)
        use(halves)
    template = function_of(wf.workflow["split"])
    assert template.outputs == (
        OutputArtifact(name="train", part=(0,)),
        OutputParameter(name="rows", source=FromReturn((1,)), type=ValueType.INTEGER),
    )
    whole = function_of(wf.workflow["split-2"]).outputs[-1]
    assert whole == OutputParameter(
        name="result", source=FromReturn(), type=ValueType.PYTHON
    )
    assert wf.workflow["use"].arguments[0].value == OutputRef("split-2", "rows")
    assert wf.workflow["use-3"].arguments[0].value == OutputRef("split-2", "result")
    assert Halves._fields == ("train", "rows")


class Metrics(TypedDict):
    """What a training tells."""

    loss: float
    model: couler.Artifact


def test_a_typed_dict_and_named_parts() -> None:
    @couler.step
    def measured() -> Metrics:
        return {"loss": 1, "model": "m"}  # type: ignore[typeddict-item]

    @couler.step(outputs=("loss", "accuracy"))
    def pair() -> tuple[float, float]:
        return 1, 2

    @couler.step(outputs={"loss": float, "model": couler.create_artifact("/tmp/m")})
    def table() -> dict[str, float]:
        return {"loss": 1}

    @couler.step(outputs={"result": couler.create_s3_artifact(bucket="b", key="k")})
    def saved() -> couler.Artifact:
        return "m"  # type: ignore[return-value]

    with couler.workflow("w") as wf:
        for step in (measured, pair, table, saved):
            step()
    outputs = {step.name: function_of(step).outputs for step in wf.workflow.steps}
    loss = OutputParameter(
        name="loss", source=FromReturn(("loss",)), type=ValueType.NUMBER
    )
    assert outputs["measured"] == (loss, OutputArtifact(name="model", part=("model",)))
    assert [
        one.source for one in outputs["pair"] if isinstance(one, OutputParameter)
    ] == [
        FromReturn((0,)),
        FromReturn((1,)),
    ]
    assert outputs["table"] == (loss, OutputArtifact(name="model", path="/tmp/m"))
    assert outputs["saved"] == (
        OutputArtifact(name="result", storage=couler.S3(bucket="b", key="k")),
    )


def test_positional_only_and_variadic_parameters_are_called_rightly() -> None:
    @couler.step
    def f(a: int, /, b: int, *rest: int, c: int = 3, **more: int) -> list[Any]:
        return [a, b, rest, c, more]

    with couler.workflow("w") as wf:
        f(1, 2, 3, number(), c=5, d=6)
    step = wf.workflow["f"]
    template = function_of(step)
    assert {one.name: one.value for one in step.arguments} == {
        "a": Constant("1"),
        "b": Constant("2"),
        "rest": ListOf((Constant("3"), OutputRef("number"))),
        "c": Constant("5"),
        "more": Constant('{"d":6}'),
    }
    namespace: dict[str, Any] = {}
    exec(template.source, namespace)
    given = {"a": 1, "b": 2, "rest": [3, 4], "c": 5, "more": {"d": 6}}
    assert namespace[template.entrypoint](**given) == [1, 2, (3, 4), 5, {"d": 6}]


def logged(function: Any) -> Any:
    @functools.wraps(function)
    def inner(*args: Any, **kwargs: Any) -> Any:
        return function(*args, **kwargs)

    return inner


def test_lambdas_and_wrapped_functions_are_steps() -> None:
    double = couler.step(lambda x: x * 2)
    named = couler.step(name="half")(lambda x: x / 2)

    @couler.step
    @logged
    def plus(x: int, y: int = 1) -> int:
        return x + y

    with couler.workflow("w") as wf:
        double(named(plus(1)))
    assert [step.name for step in wf.workflow.steps] == ["plus", "half", "lambda"]
    plus_step = wf.workflow["plus"]
    assert inputs_of(plus_step)["y"].default == Constant("1")
    namespace: dict[str, Any] = {}
    exec(function_of(plus_step).source, namespace)
    assert namespace[function_of(plus_step).entrypoint](x=2, y=3) == 5


def test_options_of_one_call() -> None:
    with couler.workflow("w") as wf:
        train.with_options(step_name="final", retry=3, timeout="10m", image="py")(
            "a", "b"
        )
        train("a", "b", step_name="other")
    final = wf.workflow["final"]
    assert (final.retry, final.timeout) == (couler.Retry(limit=3), 600)
    assert function_of(final).image == "py"
    assert wf.workflow["other"].retry is None


def test_requirements_and_images() -> None:
    @couler.step(image="python:3.11", requirements=["scikit-learn>=1.4"])
    def one() -> None: ...

    @couler.step(requirements="pandas")
    def other() -> None: ...

    with couler.workflow("w") as wf:
        one()
        other()
    assert function_of(wf.workflow["one"]).requirements == ("scikit-learn>=1.4",)
    assert function_of(wf.workflow["one"]).image == "python:3.11"
    assert function_of(wf.workflow["other"]).requirements == ("pandas",)


def test_a_handle_outside_of_a_workflow() -> None:
    with couler.workflow("w"):
        one = number()
    with pytest.raises(
        couler.BuildFailed, match="use\\(\\) is given the result of step 'number'"
    ):
        use(one)


def test_what_is_no_function() -> None:
    with pytest.raises(couler.BuildFailed, match="3, which is no function"):
        couler.step(3)  # type: ignore[call-overload]


def test_an_unknown_option() -> None:
    with pytest.raises(
        couler.BuildFailed, match="no option 'memroy'; did you mean 'memory'"
    ):
        couler.step(memroy="1Gi")(print)  # type: ignore[call-overload]


def test_a_function_that_cannot_travel() -> None:
    frame = Frame()

    @couler.step
    def held() -> Frame:
        return frame

    with refused("held", couler.CannotTravel):
        held()


def test_a_step_of_env_takes_plain_text() -> None:
    @couler.step(env={"A": 1, "B": couler.create_secret("s", ["b"])["b"]})
    def f() -> None: ...

    with couler.workflow("w") as wf:
        f()
        handle = number()
        with pytest.raises(
            couler.BuildFailed, match="a function takes values as arguments"
        ):
            f.with_options(env={"A": handle})()
    assert function_of(wf.workflow["f"]).env == (
        couler.EnvVar("A", "1"),
        couler.EnvVar("B", couler.SecretRef("s", "b")),
    )
