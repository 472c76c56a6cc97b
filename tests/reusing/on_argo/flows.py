"""Small workflows that both engines run, and what their pods leave behind."""

from __future__ import annotations

from couler_jupyter.ir import (
    Argument,
    Container,
    FromReturn,
    FromStdout,
    Function,
    InputArtifact,
    InputParameter,
    InputRef,
    OutputArtifact,
    OutputParameter,
    OutputRef,
    Script,
    Step,
    ValueType,
    Workflow,
)


def printing(name: str, command: str, *given: str) -> Step:
    """A step that prints a number, made of what others printed."""
    template = Container(
        image="busybox",
        command=("sh", "-c", command),
        args=tuple(InputRef(one) for one in given),
        inputs=tuple(InputParameter(name=one) for one in given),
        outputs=(OutputParameter(name="result", source=FromStdout()),),
    )
    arguments = tuple(Argument(one, OutputRef(one, "result")) for one in given)
    return Step(name=name, template=template, arguments=arguments)


def sums(last: str = "echo $0") -> Workflow:
    steps = (
        printing("load", "echo 2"),
        printing("double", "echo $((2 * $0))", "load"),
        printing("show", last, "double"),
    )
    return Workflow(name="sums", steps=steps)


LEFT = {"load": {"result": "2"}, "double": {"result": "4"}, "show": {"result": "4"}}


def filing(last: str = "cat data") -> Workflow:
    made = Container(
        image="busybox",
        command=("sh", "-c", "seq 9 > out"),
        outputs=(OutputArtifact(name="out", path="out"),),
    )
    read = Container(
        image="busybox",
        command=("sh", "-c", last),
        inputs=(InputArtifact(name="data", path="data"),),
        outputs=(OutputParameter(name="result", source=FromStdout()),),
    )
    given = (Argument("data", OutputRef("make", "out")),)
    steps = (
        Step(name="make", template=made),
        Step(name="read", template=read, arguments=given),
    )
    return Workflow(name="filing", steps=steps)


SOURCE = "class Point:\n    x = 3\n\ndef make():\n    return Point()\n"


def pickling(body: str = "return point.x") -> Workflow:
    make = Function(
        source=SOURCE,
        entrypoint="make",
        image="python:3.11",
        outputs=(
            OutputParameter(name="result", source=FromReturn(), type=ValueType.PYTHON),
        ),
    )
    use = Function(
        source=f"def use(point):\n    {body}\n",
        entrypoint="use",
        image="python:3.11",
        inputs=(InputParameter(name="point", type=ValueType.PYTHON),),
        outputs=(OutputParameter(name="result", source=FromReturn()),),
    )
    given = (Argument("point", OutputRef("make", "result")),)
    steps = (
        Step(name="make", template=make),
        Step(name="use", template=use, arguments=given),
    )
    return Workflow(name="pickling", steps=steps)


def script(name: str, source: str, **files: str) -> Step:
    """A script that both engines run, reading files of other steps."""
    template = Script(
        source=source,
        image="busybox",
        inputs=tuple(InputArtifact(name=one, path=one) for one in files),
        outputs=(OutputArtifact(name="out", path="out"),),
    )
    given = tuple(Argument(k, OutputRef(maker, "out")) for k, maker in files.items())
    return Step(name=name, template=template, arguments=given)


def scripts(last: str = "wc -c < data > out") -> Workflow:
    steps = (script("make", "printf 123 > out"), script("count", last, data="make"))
    return Workflow(name="scripts", steps=steps)
