"""Every kind of template."""

from __future__ import annotations

from couler_jupyter.ir import (
    Constant,
    FieldTest,
    Foreign,
    FromManifest,
    FromPerson,
    InputParameter,
    InputRef,
    Job,
    JobAction,
    Operator,
    OutputParameter,
    OutputRef,
    ParameterRef,
    Phase,
    Script,
    SubWorkflow,
    Suspend,
    ValueType,
    Workflow,
    WorkflowOutput,
)
from couler_jupyter.testing.case import Need, compiles, runs
from couler_jupyter.testing.parts import (
    container,
    echo,
    flow,
    inputs,
    printed,
    python,
    sh,
    step,
    text,
)

_MANIFEST = """\
apiVersion: batch/v1
kind: Job
metadata:
  generateName: count-
spec:
  template:
    spec:
      restartPolicy: Never
      containers:
        - name: count
          image: """


@runs(
    needs=frozenset({Need.CONTAINERS}),
    steps="say:succeeded",
    outputs={"say": {"result": "from inside"}},
)
def container_step() -> Workflow:
    """A command in an image."""
    say = container("echo", "from", args=(InputRef("where"),), takes=("where",))
    return flow("boxed", step("say", say, takes={"where": "inside"}))


@runs(steps="say:succeeded", outputs={"say": {"result": "two"}})
def script_step() -> Workflow:
    """Source text and an interpreter, with its flags."""
    say = Script(
        source="one=two\necho $one",
        interpreter=("sh", "-eu"),
        outputs=printed("result"),
    )
    return flow("script", step("say", say))


@runs(steps="add:succeeded", outputs={"add": {"result": 5}})
def function_step() -> Workflow:
    """A Python function with what it uses."""
    source = "import operator\n\ndef add(a, b):\n    return operator.add(a, b)\n"
    return flow("function", step("add", python(source), takes={"a": 2, "b": 3}))


@compiles
def job_step() -> Workflow:
    """A Kubernetes manifest, and how one sees that it is done."""
    job = Job(
        manifest=text(_MANIFEST, InputRef("image")),
        success=(FieldTest("status.succeeded", Operator.BIGGER, Constant.of(0)),),
        failure=(FieldTest("status.failed", Operator.BIGGER, Constant.of(3)),),
        own=True,
        inputs=inputs("image"),
        outputs=(
            OutputParameter(name="name", source=FromManifest(path="{.metadata.name}")),
        ),
    )
    return flow("job", step("count", job, takes={"image": "busybox"}))


@compiles
def job_patch() -> Workflow:
    """An object that exists is changed."""
    patch = Job(
        manifest="metadata: {name: queue}\nspec: {suspend: true}\n",
        action=JobAction.PATCH,
        patch_kind="merge",
        flags=("--field-manager=couler",),
    )
    return flow("patch", step("stop", patch))


@runs(steps="wait:succeeded next:succeeded")
def suspend_timed() -> Workflow:
    """A wait for a time."""
    return flow(
        "waits",
        step("wait", Suspend(seconds="0.05")),
        step("next", sh("true"), after=["wait"]),
    )


@runs(
    needs=frozenset({Need.PERSON}),
    typed={"ask": {"choice": "yes", "note": "looks good"}},
    steps="ask:succeeded go:succeeded",
    outputs={"go": {"result": "yes"}},
)
def suspend_for_a_person() -> Workflow:
    """A wait for what a person types in."""
    yes_or_no = (Constant.of("yes"), Constant.of("no"))
    ask = Suspend(
        message="shall we publish?",
        outputs=(
            OutputParameter(
                name="choice",
                source=FromPerson(),
                type=ValueType.STRING,
                choices=yes_or_no,
            ),
            OutputParameter(name="note", source=FromPerson(), default=Constant.of("")),
        ),
    )
    return flow(
        "asks",
        step("ask", ask),
        step("go", echo(), takes={"x": OutputRef("ask", "choice")}),
    )


@compiles
def foreign_step() -> Workflow:
    """A template that one engine alone has a word for, with what goes in and out."""
    ask = Foreign(
        engine="argo",
        kind="http",
        body=Constant.of(
            {
                "inputs": {"parameters": [{"name": "page"}]},
                "http": {"url": "https://localhost/{{inputs.parameters.page}}"},
            }
        ),
        inputs=inputs("page"),
        outputs=printed("result"),
    )
    return flow(
        "asks-a-server",
        step("ask", ask, takes={"page": "health"}),
        step("say", echo(), takes={"x": OutputRef("ask")}),
    )


def _scaled(name: str, factor: int) -> Workflow:
    scale = python("def scale(x, by): return x * by")
    return flow(
        name,
        step("scale", scale, takes={"x": ParameterRef("x"), "by": ParameterRef("by")}),
        parameters=(
            InputParameter(name="x"),
            InputParameter(name="by", default=Constant.of(factor)),
        ),
        outputs=(WorkflowOutput(name="scaled", value=OutputRef("scale")),),
    )


@runs(
    steps="by-ten:succeeded by-ten/scale:succeeded by-two:succeeded sum:succeeded",
    outputs={"by-ten": {"scaled": 70}, "sum": {"result": 84}},
)
def sub_workflow() -> Workflow:
    """A whole workflow as a step, with its own parameters and outputs."""
    tens = SubWorkflow(workflow=_scaled("scaled", 10))
    return flow(
        "outer",
        step("by-ten", tens, takes={"x": 7}),
        step("by-two", tens, takes={"x": 7, "by": 2}),
        step(
            "sum",
            python("def add(a, b): return a + b"),
            takes={
                "a": OutputRef("by-ten", "scaled"),
                "b": OutputRef("by-two", "scaled"),
            },
        ),
    )


@runs(
    steps="outer:succeeded outer/inner:succeeded outer/inner/scale:succeeded",
    outputs={"outer": {"scaled": 21}},
)
def sub_workflow_nested() -> Workflow:
    """A workflow in a workflow in a workflow."""
    middle = flow(
        "middle",
        step(
            "inner",
            SubWorkflow(workflow=_scaled("inmost", 3)),
            takes={"x": ParameterRef("x")},
        ),
        parameters=inputs("x"),
        outputs=(WorkflowOutput(name="scaled", value=OutputRef("inner", "scaled")),),
    )
    return flow("nests", step("outer", SubWorkflow(workflow=middle), takes={"x": 7}))


@runs(
    run=Phase.FAILED,
    steps="part:failed part/bad:failed part/next:omitted after:omitted",
)
def sub_workflow_fails() -> Workflow:
    """A sub-workflow that failed is a step that failed."""
    part = flow(
        "part", step("bad", sh("exit 1")), step("next", sh("true"), after=["bad"])
    )
    return flow(
        "whole",
        step("part", SubWorkflow(workflow=part)),
        step("after", sh("true"), after=["part"]),
    )
