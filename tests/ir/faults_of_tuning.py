"""What can be wrong with a step that is to be tuned, and what is said of it."""

from __future__ import annotations

from typing import Any

from couler_jupyter.ir import (
    Categorical,
    Classes,
    Constant,
    DataCard,
    Dimension,
    Direction,
    Float,
    InputParameter,
    Int,
    Metric,
    ModelCard,
    OutputRef,
    Space,
    Suspend,
    Tune,
    ValueType,
)
from couler_jupyter.testing.parts import echo, flow, inputs, python, sh, step
from tests.ir.bad import ONE, TAKES_FILE, Bad

_DATA = DataCard(
    name="Digits",
    input_type="image",
    label_space=Classes(names=("zero", "one")),
    metric=Metric(name="accuracy", direction=Direction.MAXIMIZE),
)
_MODEL = ModelCard(name="MLP", library="", structure="64-2", description="a network")
_RATE = Float(low=0.1, high=1.0)


def _asked(
    dimensions: dict[str, Dimension] | None = None, budget: str = "", log: str = ""
) -> Tune:
    space = Space.of(dimensions or {"x": _RATE})
    return Tune(space=space, data=_DATA, model=_MODEL, budget=budget, log=log)


def _bad(template: Any, tune: Tune, **takes: Any) -> Bad:
    return lambda: flow("w", ONE, step("bad", template, takes=takes, tune=tune))


def _typed(kind: ValueType, *choices: str) -> Any:
    some = tuple(map(Constant.of, choices))
    port = InputParameter(name="x", type=kind, choices=some)
    return python("def f(x): return x", inputs=(port,))


_TWO = python("def f(x, n): return x * n")

TUNING: dict[str, Bad] = {
    "it is to be tuned; only a function, script, container or job can be": _bad(
        Suspend(seconds="1", inputs=inputs("x")), _asked(), x=1
    ),
    "hyper-parameter 'rate' is no parameter of it; there is x": _bad(
        echo(), _asked({"rate": _RATE}), x=1
    ),
    "hyper-parameter 'file' is no parameter of it": _bad(
        TAKES_FILE, _asked({"file": _RATE}), file=OutputRef("one")
    ),
    "hyper-parameter 'x' is given by another step or the run; it must be known before": (
        _bad(echo(), _asked(), x=OutputRef("one"))
    ),
    "hyper-parameter 'x' may be 0.1; input 'x' is an integer": _bad(
        _typed(ValueType.INTEGER), _asked({"x": Float(low=0.1, high=1)}), x=1
    ),
    'hyper-parameter \'x\' may be "c"; input \'x\' must be one of "a", "b"': _bad(
        _typed(ValueType.STRING, "a", "b"),
        _asked({"x": Categorical(choices=("a", "c"))}),
        x="a",
    ),
    "hyper-parameter 'x' is never read by what it runs; tuning it would change": _bad(
        sh("true", takes="x"), _asked(), x=1
    ),
    "step 'bad': hyper-parameter 'x' is never read by what it runs": _bad(
        python("def f(x, n):\n    x = n\n    return n"), _asked(), x=1, n=1
    ),
    "its budget 'x' is a hyper-parameter; it cannot be both": _bad(
        echo(), _asked(budget="x"), x=1
    ),
    "its budget 'm' is no parameter of it": _bad(_TWO, _asked(budget="m"), x=1, n=1),
    "its budget 'n' is never read by what it runs": _bad(
        python("def f(x, n): return x"),
        _asked({"x": Int(low=1, high=3)}, "n"),
        x=1,
        n=1,
    ),
    "its log 'history' is no output of it; there is result": _bad(
        _TWO, _asked(log="history"), x=1, n=1
    ),
}
