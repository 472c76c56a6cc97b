"""Values that only Python can hold, read back by a step in place of the one that made them.

A workflow has no words for such a value, but functions can pass it on: what stands for
the step reads it from where it is kept and returns it, in the same image and with the same
sources, so that its classes are there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from couler_jupyter.ir import (
    Argument,
    Cache,
    FromReturn,
    Function,
    InputArtifact,
    OutputParameter,
    OutputRef,
    Step,
    Storage,
)

_READS_BACK = "couler_reads_back"
_PROGRAM = """

def {function}({inputs}):
    import json, pickle, sys, types

    main = sys.modules["__main__"]

    def read(path):
        with open(path, "rb") as file:
            sources = json.loads(file.readline())["sources"]

            class Unpickler(pickle.Unpickler):
                def find_class(self, module, name):
                    if module != "__main__":
                        return super().find_class(module, name)
                    first, *inner = name.split(".")
                    for source in () if hasattr(main, first) else sources:
                        lender = sys.modules["__main__"] = types.ModuleType("__main__")
                        try:
                            exec(compile(source, "<source>", "exec"), lender.__dict__)
                        finally:
                            sys.modules["__main__"] = main
                        if hasattr(lender, first):
                            setattr(main, first, getattr(lender, first))
                            break
                    value = getattr(main, first)
                    for part in inner:
                        value = getattr(value, part)
                    return value

            return Unpickler(file).load()

    return {{{returned}}}
"""
"""The first line of a kept value is JSON with the sources of its classes; then it comes."""


def can_read_back(step: Step, ref: OutputRef) -> bool:
    """Whether a value that a step left can be read back by another in its place."""
    template = step.template
    return (
        isinstance(template, Function)
        and step.loop is None
        and any(
            one.name == ref.name
            and isinstance(one, OutputParameter)
            and isinstance(one.source, FromReturn)
            for one in template.outputs
        )
    )


def reads_back(step: Step) -> bool:
    """Whether a step stands for another by reading what that left."""
    template = step.template
    return isinstance(template, Function) and template.entrypoint == _READS_BACK


def reading_back(step: Step, places: Mapping[str, Storage]) -> Step:
    """Return what stands for a step.

    Args:
        step: the one that made the values.
        places: where they lie, by the names of the outputs.
    """
    template = step.template
    assert isinstance(template, Function)
    ports = {name: f"kept_{number}" for number, name in enumerate(sorted(places))}
    returned = ", ".join(f"{name!r}: read({port})" for name, port in ports.items())
    program = _PROGRAM.format(
        function=_READS_BACK, inputs=", ".join(ports.values()), returned=returned
    )
    reader = replace(
        template,
        source=f"{template.source.rstrip()}\n{program}",
        entrypoint=_READS_BACK,
        inputs=tuple(InputArtifact(name=port) for port in ports.values()),
        outputs=tuple(
            replace(one, source=FromReturn((one.name,)))
            for one in template.outputs
            if isinstance(one, OutputParameter) and one.name in places
        ),
        resources=replace(template.resources, gpu=type(template.resources)().gpu),
    )
    return Step(
        name=step.name,
        template=reader,
        arguments=tuple(Argument(ports[name], places[name]) for name in ports),
        cache=Cache(enabled=False),
        origin=step.origin,
    )
