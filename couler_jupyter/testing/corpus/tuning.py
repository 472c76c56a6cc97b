"""Steps whose hyper-parameters are to be chosen; until they are, their arguments stand."""

from __future__ import annotations

from couler_jupyter.ir import (
    Categorical,
    Classes,
    Constant,
    DataCard,
    Direction,
    Float,
    InputRef,
    Int,
    Interval,
    Metric,
    ModelCard,
    OnlyWhere,
    Space,
    Tune,
    Workflow,
)
from couler_jupyter.testing.case import compiles, runs
from couler_jupyter.testing.parts import flow, python, sh, step

_DIGITS = DataCard(
    name="Digits",
    input_type="image",
    label_space=Classes(names=("zero", "one"), counts=(178, 182)),
    metric=Metric(name="accuracy", direction=Direction.MAXIMIZE, trivial=0.5),
    rows=360,
    features=64,
    types=(("number", 64),),
    missing_fraction=0.0,
    bytes=184_320,
    fingerprint="5f2c",
    file_set="digits",
    file_set_version="1",
    hub=Constant.of({"license": "cc-by-4.0"}),
)
_NETWORK = ModelCard(
    name="MLP",
    library="scikit-learn",
    structure="64-32-2",
    description="a small network",
    architecture_hyperparameters=(("hidden", Constant.of(32)),),
    parameters=2_146,
    log_unit="round",
    max_units=40,
    entrypoint="sklearn.neural_network:MLPClassifier",
    hub=Constant.of({"tags": ["tabular"]}),
)
_SPACE = Space(
    dimensions=(
        ("rate", Float(low=0.001, high=1.0, log=True, default=0.1)),
        ("batch", Int(low=16, high=64, step=16)),
        ("solver", Categorical(choices=("adam", "sgd"))),
        ("nesterov", Categorical(choices=("off", "on"), default="on")),
        ("shuffle", Categorical(choices=("off", "on"))),
        ("momentum", Float(low=0.0, high=0.9, step=0.1)),
    ),
    conditions=(OnlyWhere(name="momentum", other="nesterov", among=("on",)),),
)


@runs(steps="train:succeeded", outputs={"train": {"result": "0.1 32 adam on off 0 40"}})
def tuned_script() -> Workflow:
    """Nothing is chosen yet: it runs with what it is given."""
    given = {
        "rate": 0.1,
        "batch": 32,
        "solver": "adam",
        "nesterov": "on",
        "shuffle": "off",
        "momentum": 0,
        "epochs": 40,
    }
    texts: list[str | InputRef] = ["echo"]
    for name in given:
        texts += [" ", InputRef(name)]
    asked = Tune(space=_SPACE, data=_DIGITS, model=_NETWORK, budget="epochs")
    return flow(
        "tuned", step("train", sh(*texts, takes=given), takes=given, tune=asked)
    )


@compiles
def tuned_function() -> Workflow:
    """A function that gives its log, judged by another metric than its data's."""
    train = python("def train(rate, batch):\n    return [rate, batch]")
    data = DataCard(
        name="Heights",
        input_type="tabular",
        label_space=Interval(low=0.0, high=9.0, mean=2.5, std=1.5),
        metric=Metric(name="r2", direction=Direction.MAXIMIZE),
    )
    asked = Tune(
        space=Space(
            dimensions=(
                ("rate", Float(low=0.5, high=4.0)),
                ("batch", Int(low=1, high=9, log=True, default=3)),
            )
        ),
        data=data,
        model=_NETWORK,
        metric=Metric(name="mae", direction=Direction.MINIMIZE, split="test"),
        log="result",
    )
    return flow(
        "tuned-function",
        step("train", train, takes={"rate": 0.5, "batch": 3}, tune=asked),
    )
