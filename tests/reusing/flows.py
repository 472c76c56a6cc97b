"""Small workflows that write down which of their steps are really run."""

from __future__ import annotations

from pathlib import Path

from couler_jupyter.ir import (
    Argument,
    Cache,
    FromReturn,
    Function,
    InputParameter,
    OutputParameter,
    OutputRef,
    Step,
    Value,
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
