"""What an engine is: a pure compiler, and for some a door to where things run."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import ClassVar, Protocol, TypeAlias, final, runtime_checkable

from couler_jupyter.errors import Problem, Unsupported
from couler_jupyter.ir import (
    Document,
    Extra,
    Feature,
    Json,
    Manifest,
    Phase,
    Run,
    Workflow,
    features_of,
    own_words,
    uses_of,
)


class GapKind(StrEnum):
    """Why an engine does not express a feature.

    TODO is ours to do, UPSTREAM would need a change in the engine, NEVER makes no
    sense there. NO_EFFECT does not refuse the workflow: the feature says how or where
    to run, and the outcome is the same without it; it is told as a note.
    """

    TODO = "todo"
    UPSTREAM = "upstream"
    NEVER = "never"
    NO_EFFECT = "no-effect"


@dataclass(frozen=True, slots=True)
class Gap:
    """A feature that an engine does not express, and why."""

    kind: GapKind
    reason: str


Lowering: TypeAlias = Callable[[Workflow], Workflow]
"""Says one feature in words that the engine has; pure, and gone after one pass."""


class Engine(ABC):
    """Turns a workflow into a manifest; same workflow, same bytes, no I/O.

    `features`, `lowerings` and `gaps` together are all of `Feature`, and no two of
    them share one.
    """

    name: ClassVar[str]
    features: ClassVar[frozenset[Feature]]
    gaps: ClassVar[Mapping[Feature, Gap]]
    lowerings: ClassVar[Mapping[Feature, Lowering]] = MappingProxyType({})

    @final
    def compile(self, workflow: Workflow) -> Manifest:
        """Return the manifest.

        Raises:
            Unsupported: with everything the engine cannot express, and why.
        """
        lowered = self.lower(workflow)
        if problems := self.problems(lowered):
            raise Unsupported(self.name, problems)
        return Manifest(self.name, tuple(self.emit(lowered)))

    @final
    def lower(self, workflow: Workflow) -> Workflow:
        """Return the workflow in the words that the engine has."""
        for feature, lowering in self.lowerings.items():
            if feature in features_of(workflow):
                workflow = lowering(workflow)
        return workflow

    def problems(self, workflow: Workflow) -> tuple[Problem, ...]:
        """Return why this engine cannot express `workflow`; empty if it can.

        Engines add what depends on more than a feature (sizes, names, paths).
        """
        return (*self._gaps(workflow, blocking=True), *self._foreign(workflow, False))

    @final
    def notes(self, workflow: Workflow) -> tuple[Problem, ...]:
        """Return what of `workflow` has no effect on this engine, and why."""
        return (*self._gaps(workflow, blocking=False), *self._foreign(workflow, True))

    @abstractmethod
    def emit(self, workflow: Workflow) -> Iterable[Document]:
        """Yield the documents; `workflow` has no `problems` here."""

    def _gaps(self, workflow: Workflow, *, blocking: bool) -> list[Problem]:
        found: dict[tuple[Feature, str], Problem] = {}
        for feature, step in uses_of(workflow):
            gap = self.gaps.get(feature)
            if gap is None or (gap.kind is not GapKind.NO_EFFECT) != blocking:
                continue
            where = f"step {step!r}" if step else f"workflow {workflow.name!r}"
            found.setdefault(
                (feature, step), Problem(where, f"{feature}: {gap.reason}")
            )
        return list(found.values())

    def _foreign(self, workflow: Workflow, ignorable: bool) -> list[Problem]:
        end = "is left out" if ignorable else "has no word for it here"
        found: list[Problem] = []
        for one, path in own_words(workflow):
            if one.engine == self.name:
                continue
            where = f"step {path!r}" if path else f"workflow {workflow.name!r}"
            if isinstance(one, Extra):
                if one.ignorable is ignorable:
                    what = f"extra {one.path!r} is for {one.engine}; it {end}"
                    found.append(Problem(where, what))
            elif not ignorable:
                what = f"{one.text!r} is an expression of {one.engine}"
                found.append(Problem(where, f"{what}; only that engine knows it"))
        return found


@runtime_checkable
class Submitter(Protocol):
    """The capability, beside compiling, to run a workflow somewhere.

    What a run does is told by the run store; these only ask for things to happen.
    """

    def submit(
        self,
        workflow: Workflow,
        *,
        arguments: Mapping[str, Json] = MappingProxyType({}),
        options: Mapping[str, Json] = MappingProxyType({}),
    ) -> Run:
        """Hand the workflow over and return at once."""
        ...

    def status(self, run: Run) -> Mapping[str, Phase]:
        """Return the phase of every step, by its path; of the run under the empty one."""
        ...

    def outputs(self, run: Run) -> Mapping[str, Mapping[str, object]]:
        """Return what each step that has ended left behind, by path and output.

        What the workflow leaves behind stands under the empty path.
        """
        ...

    def cancel(self, run: Run) -> None:
        """Ask for the run to be stopped."""
        ...

    def retry(self, run: Run) -> Run:
        """Run again what had not succeeded."""
        ...

    def resume(self, run: Run, step: str, outputs: Mapping[str, Json]) -> None:
        """Let a suspended step go on, with what the person gave as its outputs."""
        ...
