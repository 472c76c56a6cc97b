"""One small workflow for one thing, and what its run must come to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType, ModuleType
from typing import Any

from couler_jupyter.ir import Json, Phase, Workflow

_NOTHING: Mapping[str, Any] = MappingProxyType({})


class Need(StrEnum):
    """What a run needs beside a shell and Python."""

    CONTAINERS = "containers"
    PERSON = "person"


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What a run comes to, the same on every engine.

    Attributes:
        run: phase of the whole run.
        steps: phase of each step, by its path in the run. Paths that are not here may
            be there, but no further step without an item or a turn.
        outputs: what steps leave behind, by path and output; those of the workflow
            under the empty path. Others may be there.
    """

    run: Phase = Phase.SUCCEEDED
    steps: Mapping[str, Phase] = field(default_factory=dict)
    outputs: Mapping[str, Mapping[str, Json]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A small workflow that has one thing.

    Attributes:
        name: unique in the corpus.
        make: makes the workflow; each time an equal one.
        arguments: what its run is given.
        typed: what a person types in, by the path of the step that waits.
        needs: what its run needs.
        expected: what its run comes to; None where only compiling it tells anything.
    """

    name: str
    make: Callable[[], Workflow]
    arguments: Mapping[str, Json] = field(default_factory=dict)
    typed: Mapping[str, Mapping[str, Json]] = field(default_factory=dict)
    needs: frozenset[Need] = frozenset()
    expected: Expected | None = None

    @property
    def runnable(self) -> bool:
        """Whether it says what its run comes to."""
        return self.expected is not None


def runs(
    *,
    run: Phase = Phase.SUCCEEDED,
    steps: str,
    outputs: Mapping[str, Mapping[str, Json]] = _NOTHING,
    **more: Any,
) -> Callable[[Callable[[], Workflow]], Case]:
    """Make a case of the decorated maker, with what its run comes to.

    `steps` is written as `load:succeeded tidy:skipped`.
    """
    pairs = (one.rpartition(":") for one in steps.split())
    phases = {path: Phase(phase) for path, _, phase in pairs}
    expected = Expected(run=run, steps=phases, outputs=outputs)
    return lambda make: Case(name=_name_of(make), make=make, expected=expected, **more)


def compiles(make: Callable[[], Workflow]) -> Case:
    """Make a case of a workflow that can only be compiled and looked at."""
    return Case(name=_name_of(make), make=make)


def cases_in(*modules: ModuleType) -> dict[str, Case]:
    """Return the cases (and tuples of cases) of modules, by name, as they stand there.

    Raises:
        ValueError: two have the same name.
    """
    found: dict[str, Case] = {}
    for module in modules:
        for value in vars(module).values():
            for case in value if isinstance(value, tuple) else (value,):
                if not isinstance(case, Case):
                    continue
                if found.setdefault(case.name, case) is not case:
                    raise ValueError(f"two cases are named {case.name!r}")
    return found


def _name_of(make: Callable[[], Workflow]) -> str:
    return make.__name__.replace("_", "-")
