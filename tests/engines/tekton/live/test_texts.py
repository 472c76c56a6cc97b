"""Whatever a text holds, it arrives as it is, or is refused."""

from __future__ import annotations

import pytest

from couler_jupyter.ir import (
    Argument,
    Compare,
    Constant,
    ItemRef,
    Map,
    Operator,
    OutputRef,
    Over,
    Phase,
    Step,
    Workflow,
)
from couler_jupyter.testing.outcome import outcome_of
from couler_jupyter.testing.parts import echo, python
from tests.engines.tekton.live.conftest import Near

HOSTILE = (
    "$$ $(HOME) $(x) `id` \"'\\ {{x}} $5 $",
    "two\nlines\n\n",
    "'''\"\"\" # not the end",
    "y",
    "ünï ☃",
)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_passes_texts_as_they_are(text: str, near: Near) -> None:
    same = python("def same(x): return x")
    given = (Argument("x", Constant.of(text)),)
    passed = (Argument("x", OutputRef("first")),)
    right = Compare(OutputRef("first"), Operator.EQUAL, Constant.of(text))
    steps = (
        Step(name="first", template=same, arguments=given),
        Step(name="again", template=same, arguments=passed, when=right),
    )
    ran = outcome_of(near, Workflow(name="pass-on", steps=steps))
    assert ran.outputs["again"] == {"result": text}


def test_maps_over_more_than_texts(near: Near) -> None:
    items = ["$$", "a b", "", "5"]
    made = python(f"def made(): return {items!r}")
    over = Map(over=Over(OutputRef("made")))
    same = Step(
        name="same",
        template=python("def same(x): return [x]"),
        arguments=(Argument("x", ItemRef()),),
        loop=over,
    )
    flow = Workflow(name="map", steps=(Step(name="made", template=made), same))
    ran = outcome_of(near, flow)
    assert ran.outputs["same"] == {"result": [["$$"], ["a b"], [""], ["5"]]}


def test_tells_what_is_too_long_for_a_result(near: Near) -> None:
    script = echo()
    given = (Argument("x", Constant.of("x" * 5000)),)
    step = Step(name="long", template=script, arguments=given)
    ran = outcome_of(near, Workflow(name="long", steps=(step,)))
    assert ran.run is Phase.FAILED
    (run,) = near.store.runs(limit=1)
    assert "its results have 5,000 bytes; Tekton passes on 4,096" in run.message


def test_passes_long_values_between_functions_as_files(near: Near) -> None:
    make = Step(name="make", template=python("def make(): return 'x' * 5000"))
    size = Step(
        name="size",
        template=python("def size(x): return len(x)"),
        arguments=(Argument("x", OutputRef("make")),),
    )
    ran = outcome_of(near, Workflow(name="long", steps=(make, size)))
    assert ran.outputs["size"] == {"result": 5000}
