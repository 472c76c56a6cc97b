"""The workflow that several benchmarks run: layers of ten steps, each with its own source."""

from __future__ import annotations

from couler_jupyter.ir import (
    Argument,
    FromReturn,
    Function,
    InputParameter,
    OutputParameter,
    OutputRef,
    Step,
    Workflow,
)

WIDTH = 10


def layered(steps: int) -> Workflow:
    """Return a workflow of so many steps; each reads two of the layer before."""
    made: list[Step] = []
    for index in range(steps):
        layer, place = divmod(index, WIDTH)
        before = [(layer - 1) * WIDTH + (place + shift) % WIDTH for shift in (0, 1)]
        given = before if layer else []
        names = [f"x{number}" for number in range(len(given))]
        template = Function(
            source=f"def f({', '.join(names)}):\n    return {index}\n",
            entrypoint="f",
            inputs=tuple(InputParameter(name=name) for name in names),
            outputs=(OutputParameter(name="result", source=FromReturn()),),
        )
        arguments = tuple(
            Argument(name, OutputRef(f"s{parent}", "result"))
            for name, parent in zip(names, given, strict=True)
        )
        made.append(Step(name=f"s{index}", template=template, arguments=arguments))
    return Workflow(name="layers", steps=tuple(made))
