"""What is passed from step to step, and in and out of workflows."""

from __future__ import annotations

from couler_jupyter.ir import (
    Constant,
    DictOf,
    EnvVar,
    FirstOf,
    Format,
    FromFile,
    FromReturn,
    FromStdout,
    GlobalRef,
    InputParameter,
    InputRef,
    ListOf,
    OutputParameter,
    OutputRef,
    ParameterRef,
    PathRef,
    SubWorkflow,
    ValueType,
    Workflow,
    WorkflowOutput,
)
from couler_jupyter.testing.case import compiles, runs
from couler_jupyter.testing.parts import (
    echo,
    equal,
    flow,
    inputs,
    python,
    sh,
    step,
    text,
)

_ODD = "a 'b' \"c\" $(d) `e` \\ \n <f> é 😀 {{g}} ${h} %s"
_SHOW = sh(
    'printf %s "$X"',
    takes=("x",),
    env=(EnvVar("X", InputRef("x")),),
    outputs=(
        OutputParameter(name="result", source=FromStdout(), type=ValueType.STRING),
    ),
)


@runs(
    arguments={"n": 4},
    steps="double:succeeded",
    outputs={"double": {"result": 8}},
)
def workflow_parameter() -> Workflow:
    """A run is given a value of a type."""
    n = InputParameter(name="n", type=ValueType.INTEGER, default=Constant.of(1))
    return flow(
        "given",
        step(
            "double",
            python("def double(x): return 2 * x"),
            takes={"x": ParameterRef("n")},
        ),
        parameters=(n,),
    )


_N = ParameterRef("n")
_OF_RUN = ParameterRef("n", of_run=True)


@runs(
    arguments={"n": 4},
    steps="part:succeeded part/add:succeeded part/say:succeeded",
    outputs={
        "part": {"sum": 9, "n": 4},
        "part/say": {"result": "4 of 5"},
    },
)
def run_parameter() -> Workflow:
    """A parameter of the run itself, whatever sub-workflow asks for it."""
    n = InputParameter(name="n", type=ValueType.INTEGER)
    add = python("def add(a, b): return a + b")
    say = sh("echo ", _OF_RUN, " of ", _N)
    part = flow(
        "part",
        step("add", add, takes={"a": _OF_RUN, "b": _N}, when=equal(_OF_RUN, 4)),
        step("say", say, after=["add"]),
        parameters=(n,),
        outputs=(
            WorkflowOutput(
                name="sum", value=FirstOf((OutputRef("add"), Constant.of(0)))
            ),
            WorkflowOutput(name="n", value=_OF_RUN),
        ),
    )
    return flow(
        "given-inside",
        step("part", SubWorkflow(workflow=part), takes={"n": 5}),
        parameters=(n,),
    )


@runs(
    steps="fit:succeeded",
    outputs={"fit": {"result": "forest 0.5 true"}},
)
def parameter_types() -> Workflow:
    """Types, defaults and choices of a template's own inputs."""
    ports = (
        InputParameter(
            name="model",
            type=ValueType.STRING,
            choices=(Constant.of("forest"), Constant.of("mlp")),
        ),
        InputParameter(name="rate", type=ValueType.NUMBER, default=Constant.of(0.5)),
        InputParameter(name="fast", type=ValueType.BOOLEAN),
    )
    fit = sh(
        "echo ",
        InputRef("model"),
        " ",
        InputRef("rate"),
        " ",
        InputRef("fast"),
        inputs=ports,
    )
    return flow("typed", step("fit", fit, takes={"model": "forest", "fast": True}))


@runs(steps="say:succeeded", outputs={"say": {"result": _ODD}})
def odd_text() -> Workflow:
    """Quotes, line breaks, dollars and HTML arrive as they were sent."""
    return flow("odd", step("say", _SHOW, takes={"x": _ODD}))


@runs(
    steps="who:succeeded say:succeeded",
    outputs={"say": {"result": 'hello ["you",1]!'}},
)
def format_text() -> Workflow:
    """A text is put together from plain text and values."""
    greeting = text("hello ", OutputRef("who"), "!")
    return flow(
        "greets",
        step("who", python("def who(): return ['you', 1]")),
        step("say", _SHOW, takes={"x": greeting}),
    )


@runs(
    steps="one:succeeded two:succeeded both:succeeded",
    outputs={"both": {"result": {"pair": [1, 2], "more": {"two": 2}}}},
)
def nested_value() -> Workflow:
    """Lists and objects of what several steps gave."""
    one, two = OutputRef("one"), OutputRef("two")
    both = DictOf((("pair", ListOf((one, two))), ("more", DictOf((("two", two),)))))
    return flow(
        "nested",
        step("one", sh("echo 1")),
        step("two", sh("echo 2")),
        step("both", python("def same(x): return x"), takes={"x": both}),
    )


@runs(
    steps="make:succeeded count:succeeded",
    outputs={"count": {"result": 2}},
)
def python_value() -> Workflow:
    """Functions pass values that JSON has no word for."""
    made = OutputParameter(name="result", source=FromReturn(), type=ValueType.PYTHON)
    x = InputParameter(name="x", type=ValueType.PYTHON)
    return flow(
        "set",
        step("make", python("def make(): return {1, 2, 2}", outputs=(made,))),
        step(
            "count",
            python("def count(x): return len(x)", inputs=(x,)),
            takes={"x": OutputRef("make")},
        ),
    )


@runs(
    steps="stats:succeeded",
    outputs={"stats": {"low": 1, "second": 2}},
)
def returned_parts() -> Workflow:
    """A function's outputs are parts of what it returns."""
    parts = (
        OutputParameter(name="low", source=FromReturn(("low",))),
        OutputParameter(name="second", source=FromReturn(("all", 1))),
    )
    stats = python("def stats(): return {'low': 1, 'all': [1, 2]}", outputs=parts)
    return flow("parts", step("stats", stats))


@runs(steps="write:succeeded", outputs={"write": {"size": 42}})
def output_from_file() -> Workflow:
    """A parameter is taken from a file that the step wrote."""
    size = OutputParameter(name="size", source=FromFile("size.txt"))
    write = sh("echo 42 > ", PathRef("size", output=True), outputs=(size,))
    return flow("file", step("write", write))


@runs(
    steps="pick:succeeded use:succeeded",
    outputs={"use": {"result": "forest"}},
)
def global_output() -> Workflow:
    """Outputs that the whole run knows by names of their own; one is asked for."""
    best, also = (
        OutputParameter(name=name, source=FromStdout(), global_name=known)
        for name, known in (("result", "best"), ("again", "runner-up"))
    )
    return flow(
        "known",
        step("pick", sh("echo forest", outputs=(best, also))),
        step("use", echo(), takes={"x": GlobalRef("best")}, after=["pick"]),
    )


@runs(
    steps="one:succeeded",
    outputs={"": {"answer": 42, "said": "it is 42"}},
)
def workflow_output() -> Workflow:
    """What a whole workflow leaves behind."""
    one = OutputRef("one")
    return flow(
        "leaves",
        step("one", sh("echo 42")),
        outputs=(
            WorkflowOutput(name="answer", value=one),
            WorkflowOutput(name="said", value=Format(("it is ", one))),
        ),
    )


@compiles
def many_inputs() -> Workflow:
    """Inputs that are passed on under other names, with descriptions."""
    port = InputParameter(name="a", description="the first")
    return flow(
        "passes-on",
        step(
            "use",
            sh("echo ", InputRef("b"), takes=("b",)),
            takes={"b": ParameterRef("a")},
        ),
        parameters=(port, *inputs("c")),
        description="takes two, uses one",
    )
