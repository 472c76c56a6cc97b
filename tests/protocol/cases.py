"""Workflows and runs that between them have everything a view can show."""

from __future__ import annotations

from couler_jupyter.ir import (
    AllOf,
    Argument,
    Cache,
    Compare,
    Constant,
    Container,
    Ended,
    ExitHandler,
    FromReturn,
    Function,
    InputParameter,
    ItemRef,
    Items,
    Job,
    Map,
    Not,
    Operator,
    Outcome,
    OutputParameter,
    OutputRef,
    Over,
    Parts,
    Phase,
    Range,
    Repeat,
    Retry,
    Script,
    Step,
    SubWorkflow,
    Suspend,
    Workflow,
)
from couler_jupyter.protocol import RunView, StepState, run_view, workflow_view


def function(name: str, *inputs: str) -> Function:
    return Function(
        source=f"def {name}({', '.join(inputs)}): return 1",
        entrypoint=name,
        inputs=tuple(InputParameter(name=one) for one in inputs),
        outputs=(OutputParameter(name="result", source=FromReturn()),),
    )


def given(name: str, step: str, output: str = "result") -> Argument:
    return Argument(name, OutputRef(step, output))


def bigger(step: str, than: float) -> Compare:
    return Compare(OutputRef(step), Operator.BIGGER, Constant.of(than))


def pick_best() -> Workflow:
    items = tuple(Constant.of(one) for one in ("logreg", "forest", "mlp"))
    return Workflow(
        name="pick-best",
        steps=(
            Step(name="load", template=function("load"), cache=Cache()),
            Step(
                name="train",
                template=function("train", "model", "data"),
                arguments=(given("data", "load"), Argument("model", ItemRef())),
                loop=Map(over=Items(items)),
                retry=Retry(limit=2),
            ),
            Step(
                name="max_of",
                template=function("max_of", "scores"),
                arguments=(given("scores", "train"),),
            ),
            Step(
                name="publish",
                template=Container(image="alpine:3.20", command=("echo", "done")),
                when=bigger("max_of", 0.9),
            ),
        ),
    )


def every_kind() -> Workflow:
    manifest = "apiVersion: kubeflow.org/v1\nkind: PyTorchJob\nmetadata: {}\n"
    return Workflow(
        name="every-kind",
        steps=(
            Step(name="boxed", template=Container(image="python:3.11")),
            Step(
                name="shell",
                template=Script(source="echo hi", interpreter=("/bin/bash", "-e")),
                after=("boxed",),
            ),
            Step(
                name="job",
                template=Job(manifest=manifest),
                after=("shell",),
                timeout=90,
            ),
            Step(name="pause", template=Suspend(seconds="30"), after=("job",)),
            Step(
                name="ask", template=Suspend(message="deploy?"), after=("job", "pause")
            ),
            Step(
                name="flip",
                template=function("flip"),
                repeat=Repeat(condition=bigger("flip", 0), limit=5),
                after=("ask",),
            ),
            Step(
                name="count",
                template=function("count"),
                loop=Map(over=Range(end=Constant.of(9), step=3)),
            ),
            Step(
                name="each",
                template=function("each"),
                loop=Map(over=Over(OutputRef("count"))),
            ),
            Step(name="serve", template=Container(image="redis:7"), daemon=True),
        ),
    )


def every_edge() -> Workflow:
    failed = Ended("risky", (Outcome.FAILED, Outcome.ERRORED))
    return Workflow(
        name="every-edge",
        steps=(
            Step(name="first", template=function("first")),
            Step(name="risky", template=function("risky"), after=("first",)),
            Step(
                name="rescue",
                template=function("rescue", "x"),
                arguments=(given("x", "first"),),
                after=(failed,),
            ),
            Step(
                name="either",
                template=function("either"),
                after=(AllOf((Not(failed), Ended("first", (Outcome.SUCCEEDED,)))),),
            ),
            Step(
                name="gated",
                template=function("gated", "x"),
                arguments=(given("x", "first"),),
                when=bigger("first", 1),
            ),
        ),
        exit_handlers=(
            ExitHandler(step=Step(name="tidy", template=function("tidy"))),
            ExitHandler(
                step=Step(name="alarm", template=function("alarm")),
                on=(Outcome.FAILED, Outcome.ERRORED),
            ),
        ),
    )


def nested() -> Workflow:
    tune = Workflow(
        name="search",
        steps=(
            Step(name="fit", template=function("fit")),
            Step(
                name="score",
                template=function("score", "m"),
                arguments=(given("m", "fit"),),
            ),
        ),
    )
    return Workflow(
        name="nested",
        steps=(
            Step(name="load", template=function("load")),
            Step(
                name="tune",
                template=SubWorkflow(workflow=tune),
                after=("load",),
                loop=Map(over=Items((Constant.of(1), Constant.of(2)))),
            ),
            Step(name="report", template=function("report"), after=("tune",)),
        ),
    )


def parted() -> Workflow:
    """Two fits and a nested search, cut into three parts; the handler is in none."""
    search = Workflow(
        name="search",
        steps=(
            Step(name="try", template=function("attempt")),
            Step(name="keep", template=function("keep"), after=("try",)),
        ),
    )
    return Workflow(
        name="parted",
        steps=(
            Step(name="load", template=function("load")),
            Step(
                name="fit-a",
                template=function("fit", "x"),
                arguments=(given("x", "load"),),
            ),
            Step(
                name="fit-b",
                template=function("fit", "x"),
                arguments=(given("x", "load"),),
            ),
            Step(name="tune", template=SubWorkflow(workflow=search), after=("fit-b",)),
            Step(
                name="best",
                template=function("best", "a", "b"),
                arguments=(given("a", "fit-a"), given("b", "fit-b")),
                when=bigger("fit-a", 0.5),
                after=("tune",),
            ),
        ),
        exit_handlers=(ExitHandler(step=Step(name="tidy", template=function("tidy"))),),
        parts=Parts(members=(("load", "fit-a"), ("fit-b", "tune"), ("best",)), live=2),
    )


CASES = {
    "pick_best": pick_best,
    "every_kind": every_kind,
    "every_edge": every_edge,
    "nested": nested,
    "parted": parted,
}

START = 1_700_000_000.0


def states() -> dict[str, StepState]:
    """A run of `pick_best` in the middle of it."""
    return {
        "load": StepState(
            phase=Phase.CACHED, started=START, finished=START + 0.5, attempts=1
        ),
        "train[0]": StepState(
            phase=Phase.SUCCEEDED,
            started=START + 1,
            finished=START + 13.25,
            attempts=1,
            cpu_seconds=11.5,
            peak_memory=300 * 2**20,
        ),
        "train[1]": StepState(
            phase=Phase.FAILED,
            started=START + 1,
            finished=START + 4,
            attempts=3,
            message="ValueError: <no> \x1b[31mtrees\x1b[0m",
        ),
        "train[2]": StepState(phase=Phase.RUNNING, started=START + 2, attempts=1),
        "max_of": StepState(phase=Phase.PENDING),
        "publish": StepState(phase=Phase.PENDING),
    }


def running() -> RunView:
    nodes = {node["id"] for node in workflow_view(pick_best())["nodes"]}
    return run_view(
        run_id="pick-best-1",
        workflow="pick-best",
        engine="local",
        phase=Phase.RUNNING,
        steps=states(),
        nodes=nodes,
        started=START,
    )
