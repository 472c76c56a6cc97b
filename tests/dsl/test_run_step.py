"""Steps that are handed over as the IR has them."""

from __future__ import annotations

from typing import cast

import pytest

import couler_jupyter as couler
from couler_jupyter import ir
from couler_jupyter.errors import BuildFailed


def test_a_step_is_as_it_is_given() -> None:
    box = ir.Container(
        image="a",
        inputs=(ir.InputParameter(name="x", default=ir.Constant.of("y")),),
        outputs=(ir.OutputParameter(name="out", source=ir.FromStdout()),),
    )
    first = ir.Step(name="first", template=box, timeout=5, retry=ir.Retry(limit=2))
    with couler.workflow("w") as built:
        given = couler.run_step(first)
        couler.run_container("b", args=[given.output("out")], step_name="second")
    assert built.workflow["first"] == first
    assert built.workflow["second"].dependencies == ("first",)


def test_what_stands_around_it_counts() -> None:
    with couler.workflow("w") as built:
        coin = couler.run_container("a", step_name="coin")
        with couler.when(couler.equal(coin.result, "heads")):
            couler.run_step(ir.Step(name="b", template=ir.Container(image="b")))
    assert built.workflow["b"].when is not None


def test_other_things_are_told() -> None:
    box = ir.Container(image="a")
    with (
        pytest.raises(BuildFailed, match=r"no couler_jupyter\.ir\.Step"),
        couler.workflow("w"),
    ):
        couler.run_step(cast("ir.Step", box))
    with pytest.raises(BuildFailed, match="run_step"):
        couler.run_step(ir.Step(name="b", template=box))


def test_a_condition_stays_as_it_is_written() -> None:
    one = ir.Compare(ir.Constant.of(1), ir.Operator.EQUAL, ir.Constant.of(1))
    step = ir.Step(name="b", template=ir.Container(image="b"), when=ir.AllOf((one,)))
    with couler.workflow("w") as wf:
        couler.run_step(step)
    assert wf.workflow["b"].when == step.when
