"""Small workflows that write down which of their steps are really run."""

from __future__ import annotations

from pathlib import Path

from couler_jupyter.ir import (
    Argument,
    Cache,
    FromReturn,
    Function,
    InputArtifact,
    InputParameter,
    OutputArtifact,
    OutputParameter,
    OutputRef,
    Script,
    Step,
    Value,
    Workflow,
)


class Tally:
    """Counts what is run, in a file that the steps append to."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "tally"

    def taken(self) -> list[str]:
        """Return the names of what was run since this was last asked, sorted."""
        if not self.path.exists():
            return []
        names = sorted(self.path.read_text().split())
        self.path.unlink()
        return names

    def step(
        self,
        name: str,
        body: str,
        *given: str,
        cache: Cache | None = None,
        **values: Value,
    ) -> Step:
        """Return a step whose function is told the results of the steps in `given`."""
        arguments: dict[str, Value] = {one: OutputRef(one, "result") for one in given}
        arguments |= values
        taken = ", ".join(arguments)
        source = (
            f"def {name}({taken}):\n"
            f"    with open({str(self.path)!r}, 'a') as tally:\n"
            f"        tally.write({name + chr(10)!r})\n"
            f"    {body}\n"
        )
        template = Function(
            source=source,
            entrypoint=name,
            inputs=tuple(InputParameter(name=one) for one in arguments),
            outputs=(OutputParameter(name="result", source=FromReturn()),),
        )
        passed = tuple(Argument(one, value) for one, value in arguments.items())
        return Step(name=name, template=template, arguments=passed, cache=cache)


def line(tally: Tally, *commands: str) -> Workflow:
    """Files made of files: `s0`, then `s1` from it, and so on."""
    steps: list[Step] = []
    for number, command in enumerate(commands):
        before = f"s{number - 1}"
        template = Script(
            source=f"echo s{number} >> {tally.path}; {command}",
            inputs=(InputArtifact(name="data", path="data"),) if number else (),
            outputs=(OutputArtifact(name=f"o{number}", path="out"),),
        )
        given = (Argument("data", OutputRef(before, f"o{number - 1}")),)
        steps.append(
            Step(
                name=f"s{number}", template=template, arguments=given if number else ()
            )
        )
    return Workflow(name="line", steps=tuple(steps))
