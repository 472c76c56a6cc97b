"""Whatever a text holds, it arrives as it is, or is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from couler_jupyter.engines.kube.yaml_reading import read_text
from couler_jupyter.engines.tekton.engine import Tekton
from couler_jupyter.errors import Unsupported
from couler_jupyter.ir import (
    Argument,
    Compare,
    Constant,
    InputParameter,
    ItemRef,
    Map,
    Operator,
    OutputRef,
    Over,
    Step,
    Workflow,
)
from couler_jupyter.testing.parts import echo, python
from tests.engines.tekton.stand_in import Ran, StandIn

HOSTILE = (
    "$$ $(HOME) $(x) `id` \"'\\ {{x}} $5 $",
    "two\nlines\n\n",
    "'''\"\"\" # not the end",
    "y",
    "ünï ☃",
)


def _run(workflow: Workflow, folder: Path) -> Ran:
    manifest = Tekton().compile(workflow)
    (pipeline,) = read_text(manifest.documents[0].text)
    return StandIn(pipeline.value, folder).run({})


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_passes_texts_as_they_are(text: str, tmp_path: Path) -> None:
    same = python("def same(x): return x")
    given = (Argument("x", Constant.of(text)),)
    passed = (Argument("x", OutputRef("first")),)
    right = Compare(OutputRef("first"), Operator.EQUAL, Constant.of(text))
    steps = (
        Step(name="first", template=same, arguments=given),
        Step(name="again", template=same, arguments=passed, when=right),
    )
    ran = _run(Workflow(name="pass-on", steps=steps), tmp_path)
    assert ran.results["again"]["result"] == text, ran.logs


@pytest.mark.parametrize("text", ["$(params.x)", "a $(tasks.b.results.c)"])
def test_refuses_what_tekton_would_replace(text: str) -> None:
    step = Step(
        name="say", template=echo(), arguments=(Argument("x", Constant.of(text)),)
    )
    with pytest.raises(Unsupported, match="Tekton would replace"):
        Tekton().compile(Workflow(name="say", steps=(step,)))


def test_maps_over_more_than_texts(tmp_path: Path) -> None:
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
    ran = _run(flow, tmp_path)
    assert ran.results["same"]["result"] == ['["$$"]', '["a b"]', '[""]', '["5"]']


def test_tells_what_is_too_long_for_a_result(tmp_path: Path) -> None:
    script = echo()
    given = (Argument("x", Constant.of("x" * 5000)),)
    step = Step(name="long", template=script, arguments=given)
    ran = _run(Workflow(name="long", steps=(step,)), tmp_path)
    assert ran.phases["long"] == "failed"
    assert "its results have 5,000 bytes; Tekton passes on 4,096" in ran.logs["long"]


def test_passes_long_values_between_functions_as_files(tmp_path: Path) -> None:
    make = Step(name="make", template=python("def make(): return 'x' * 5000"))
    size = Step(
        name="size",
        template=python("def size(x): return len(x)"),
        arguments=(Argument("x", OutputRef("make")),),
    )
    ran = _run(Workflow(name="long", steps=(make, size)), tmp_path)
    assert ran.results["size"]["result"] == "5000", ran.logs


def test_takes_no_name_of_the_pipeline_for_a_parameter_of_a_task() -> None:
    given = (Argument("x", Constant.of("own")),)
    steps = (Step(name="say", template=echo(), arguments=given),)
    flow = Workflow(name="say", steps=steps, parameters=(InputParameter(name="x"),))
    (task,) = Tekton().built(flow).pipeline["spec"]["tasks"]
    assert "x" not in {one["name"] for one in task["params"]}
