"""Workflows inside workflows, and values through them (rule 6)."""

from __future__ import annotations

from typing import Any

import pytest

from couler_jupyter.engines.local.scheduling.data import Kept, Located
from couler_jupyter.engines.local.scheduling.evaluate import Unfit
from couler_jupyter.engines.local.scheduling.orders import Capacity
from couler_jupyter.ir import (
    Argument,
    Constant,
    DictOf,
    FromStdout,
    GlobalRef,
    InputArtifact,
    InputParameter,
    ItemRef,
    Items,
    ListOf,
    LocalPath,
    Map,
    OutputArtifact,
    OutputParameter,
    OutputRef,
    ParameterRef,
    Phase,
    RunField,
    RunRef,
    Script,
    Step,
    StepField,
    StepRef,
    SubWorkflow,
    ValueType,
    WorkflowOutput,
)
from tests.engines.local.scheduling.play import FAILS, Play, flow, gives, script, step

INNER = flow(
    step("x", takes={"v": ParameterRef("p")}),
    step("y", takes={"v": OutputRef("x")}),
    name="inner",
    parameters=(
        InputParameter(name="p", type=ValueType.INTEGER),
        InputParameter(name="q", default=Constant.of("dflt")),
    ),
    outputs=(
        WorkflowOutput(name="out", value=OutputRef("y")),
        WorkflowOutput(name="both", value=ListOf((ParameterRef("q"), OutputRef("x")))),
    ),
)


def test_a_nested_workflow_takes_and_gives() -> None:
    workflow = flow(
        step("s", template=SubWorkflow(workflow=INNER), takes={"p": Constant.of(3)}),
        step("end", takes={"a": OutputRef("s", "out"), "b": OutputRef("s", "both")}),
    )
    play = Play(workflow).run()
    assert play.order == ["s/x", "s/y", "end"]
    assert play.launched[0].inputs == {"v": 3}
    assert play.launched[2].inputs == {"a": "s/y", "b": ["dflt", "s/x"]}
    assert play.times("s", Phase.RUNNING) == [0]
    assert play.times("s", Phase.SUCCEEDED) == [2]


def test_a_map_over_nested_workflows() -> None:
    items = Map(over=Items(tuple(Constant.of(n) for n in (5, 6))))
    workflow = flow(
        step(
            "s",
            template=SubWorkflow(workflow=INNER),
            takes={"p": ItemRef()},
            loop=items,
        ),
        step("end", takes={"a": OutputRef("s", "out")}),
    )
    play = Play(workflow).run()
    assert set(play.order) == {"s[0]/x", "s[0]/y", "s[1]/x", "s[1]/y", "end"}
    assert play.launched[-1].inputs == {"a": ["s[0]/y", "s[1]/y"]}


def test_a_failure_inside_fails_the_step_around_it() -> None:
    workflow = flow(
        step("s", template=SubWorkflow(workflow=INNER), takes={"p": Constant.of(3)}),
        step("end", after=("s",)),
    )
    play = Play(workflow, {"x": FAILS}).run()
    assert play.phases == {
        "s": "failed",
        "s/x": "failed",
        "s/y": "omitted",
        "end": "omitted",
    }
    assert play.message("s") == "step 'x' failed: exit code 1"


def test_an_argument_of_the_wrong_type_fails_the_step() -> None:
    workflow = flow(
        step("a"),
        step("s", template=SubWorkflow(workflow=INNER), takes={"p": OutputRef("a")}),
    )
    play = Play(workflow, {"a": gives("many")}).run()
    assert play.phases["s"] == "failed"
    assert play.message("s") == "input 'p' is \"many\", not an integer"
    assert play.scheduler.phase is Phase.FAILED
    assert Play(workflow, {"a": gives("12")}).run().launched[1].inputs == {"v": 12}


def test_parallelism_of_the_workflow_counts_what_runs_inside() -> None:
    wide = flow(*(step(f"i{n}") for n in range(6)), name="wide", parallelism=3)
    inner = SubWorkflow(workflow=wide)
    workflow = flow(
        step("a", template=inner), step("b", template=inner), step("c"), parallelism=4
    )
    play = Play(workflow).run()
    assert play.most_running == 4
    assert play.phase is Phase.SUCCEEDED
    assert Play(flow(step("a", template=inner))).run().most_running == 3


def test_maps_of_maps() -> None:
    twice = Map(over=Items((Constant.of(1), Constant.of(2))))
    inner = flow(
        step("m", takes={"x": ParameterRef("p")}, loop=twice),
        name="inner",
        parameters=(InputParameter(name="p"),),
        outputs=(WorkflowOutput(name="out", value=OutputRef("m")),),
    )
    workflow = flow(
        step(
            "o",
            template=SubWorkflow(workflow=inner),
            takes={"p": ItemRef()},
            loop=twice,
        ),
        outputs=(WorkflowOutput(name="all", value=OutputRef("o", "out")),),
    )
    play = Play(workflow).run()
    assert play.outputs[""]["all"] == [
        ["o[0]/m[0]", "o[0]/m[1]"],
        ["o[1]/m[0]", "o[1]/m[1]"],
    ]


def test_a_thousand_nested_workflows_each_with_its_bound() -> None:
    inner = flow(step("x"), step("y"), name="inner", parallelism=1)
    items = Map(over=Items(tuple(Constant.of(n) for n in range(1000))))
    play = Play(
        flow(step("o", template=SubWorkflow(workflow=inner), loop=items)),
        capacity=Capacity(cpu=10, memory=0),
    ).run()
    assert play.most_running == 10
    assert len(play.launched) == 2000


def test_arguments_of_the_run_are_checked() -> None:
    workflow = flow(
        step("a", takes={"x": ParameterRef("p")}),
        parameters=(InputParameter(name="p", type=ValueType.NUMBER),),
    )
    assert Play(workflow, arguments={"p": "0.5"}).run().launched[0].inputs == {"x": 0.5}
    with pytest.raises(Unfit, match="input 'p' is not given"):
        Play(workflow)
    with pytest.raises(Unfit, match="input 'p' is \"x\", not a number"):
        Play(workflow, arguments={"p": "x"})


def test_facts_about_steps_and_the_run() -> None:
    workflow = flow(
        step("a"),
        step(
            "b",
            takes={
                "all": DictOf(
                    (
                        ("phase", StepRef("a", StepField.PHASE)),
                        ("started", StepRef("a", StepField.STARTED)),
                        ("id", StepRef("a", StepField.ID)),
                        ("workflow", RunRef(RunField.WORKFLOW)),
                        ("run", RunRef(RunField.ID)),
                    )
                )
            },
        ),
    )
    play = Play(workflow).run()
    assert play.launched[1].inputs["all"] == {
        "phase": "succeeded",
        "started": "1970-01-01T00:16:40+00:00",
        "id": "run/a",
        "workflow": "flow",
        "run": "run",
    }


def test_a_fact_that_is_not_known_makes_an_error() -> None:
    play = Play(
        flow(step("a"), step("b", takes={"x": StepRef("a", StepField.EXIT_CODE)}))
    ).run()
    assert play.phases["b"] == "errored"
    assert play.message("b") == "the exit-code of step 'a' is not known"


def test_global_outputs_are_known_to_all() -> None:
    told = OutputParameter(name="result", source=FromStdout(), global_name="best")
    workflow = flow(
        Step(name="a", template=Script(source="true", outputs=(told,))),
        step("b", takes={"x": GlobalRef("best")}, after=("a",)),
        step("c", takes={"x": GlobalRef("none")}),
    )
    play = Play(workflow, {"a": gives(9)}).run()
    assert next(one for one in play.launched if one.path == "b").inputs == {"x": 9}
    assert play.phases["c"] == "errored"
    assert play.message("c") == "global output 'none' is not known"


FILE = Kept(path="artifacts/a", folder=False, size=3, sha256="00")


def _taker(name: str, given: Any, **more: Any) -> Step:
    port = InputArtifact(name="data", **more)
    return Step(
        name=name,
        template=Script(source="true", inputs=(port,)),
        arguments=() if given is None else (Argument("data", given),),
    )


def test_artifacts_pass_by_handle() -> None:
    made = OutputArtifact(name="file", path="out")
    workflow = flow(
        Step(name="a", template=Script(source="true", outputs=(made,))),
        _taker("b", OutputRef("a", "file")),
        _taker("c", LocalPath(ParameterRef("where"))),
        _taker("d", None, default=LocalPath("/data")),
        _taker("e", None, optional=True),
        parameters=(InputParameter(name="where"),),
    )

    def act(launch: Any) -> Any:
        from tests.engines.local.scheduling.play import OK, Act

        return Act(outputs={"file": FILE}) if launch.path == "a" else OK

    play = Play(workflow, act, {"where": "/tmp/x"}).run()
    inputs = {launch.path: dict(launch.inputs) for launch in play.launched}
    assert inputs["b"] == {"data": FILE}
    assert inputs["c"] == {"data": Located(LocalPath("/tmp/x"))}
    assert inputs["d"] == {"data": Located(LocalPath("/data"))}
    assert inputs["e"] == {}


def test_an_artifact_that_was_optional_and_not_made() -> None:
    made = OutputArtifact(name="file", path="out", optional=True)
    workflow = flow(
        Step(name="a", template=Script(source="true", outputs=(made,))),
        _taker("b", OutputRef("a", "file"), optional=True),
        _taker("c", OutputRef("a", "file")),
    )

    def act(launch: Any) -> Any:
        from tests.engines.local.scheduling.play import Act

        return Act(outputs={})

    play = Play(workflow, act).run()
    assert play.phases["b"] == "succeeded"
    assert play.phases["c"] == "errored"
    assert play.message("c") == "output 'file' of step 'a' is not there"


def test_an_output_of_the_run_that_is_not_there_fails_it() -> None:
    skipped = flow(
        step("a", template=script(default=None)),
        outputs=(WorkflowOutput(name="out", value=OutputRef("a")),),
    )
    from tests.engines.local.scheduling.play import Act

    play = Play(skipped, {"a": Act(outputs={})}).run()
    assert play.phase is Phase.FAILED
    assert play.scheduler.message == (
        "output 'out': output 'result' of step 'a' is not there"
    )
