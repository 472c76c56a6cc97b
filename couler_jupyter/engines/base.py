"""What an engine is: a pure compiler, and for some a door to where things run."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import (
    ClassVar,
    Protocol,
    TypeAlias,
    assert_never,
    final,
    runtime_checkable,
)

from couler_jupyter.engines.choices import Choice
from couler_jupyter.engines.finding import Source
from couler_jupyter.errors import Problem, Unsupported
from couler_jupyter.ir import (
    OWN_WORDS,
    Document,
    Extra,
    Feature,
    Foreign,
    Json,
    Limit,
    Manifest,
    Measured,
    OwnWord,
    Phase,
    Raw,
    Run,
    Step,
    Workflow,
    feature_of,
    features_of,
    outermost_problems,
    own_words,
    places_in,
    uses_of,
)

_MOST_TOLD = 3
"""Extras that are left out without harm, each told by itself."""


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
    them share one. What is said of extras, raw expressions and foreign templates is
    said of the engine's own: those of others are refused by name. `limits` is how big
    one submission may be, in the words of `sizes`; `usual_passes` are those that a
    workflow goes through on its way here where nobody says otherwise, as text.
    """

    name: ClassVar[str]
    features: ClassVar[frozenset[Feature]]
    gaps: ClassVar[Mapping[Feature, Gap]]
    lowerings: ClassVar[Mapping[Feature, Lowering]] = MappingProxyType({})
    limits: ClassVar[tuple[Limit, ...]] = ()
    usual_passes: ClassVar[str] = "default"

    @property
    def workers(self) -> int | None:
        """How many steps run at once at the most; None where nothing tells."""
        return None

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

    def filled(self, workflow: Workflow) -> Workflow:
        """Return a workflow with what the engine fills in that outputs depend on.

        It is what makes a step the same; it compiles to the same manifest.
        """
        return workflow

    def choices(self) -> tuple[Choice, ...]:
        """Return the options that a person may choose for a run here."""
        return ()

    def configured(self, options: Mapping[str, Json]) -> Engine:  # noqa: ARG002
        """Return this engine as the options of a run make it compile.

        Engines whose options change nothing of that need say nothing here: what is
        wrong with them is told when a run is submitted.

        Raises:
            UsageFailed: with every option that is unknown or has a wrong value.
        """
        return self

    def problems(self, workflow: Workflow) -> tuple[Problem, ...]:
        """Return why this engine cannot express `workflow`; empty if it can.

        Engines add what depends on more than a feature (sizes, names, paths).
        """
        return (
            *outermost_problems(workflow),
            *self._gaps(workflow, blocking=True),
            *self._foreign(workflow, False),
        )

    @final
    def notes(self, workflow: Workflow) -> tuple[Problem, ...]:
        """Return what of `workflow` has no effect on this engine, and why."""
        return (*self._gaps(workflow, blocking=False), *self._foreign(workflow, True))

    def sizes(self, workflow: Workflow) -> Mapping[str, int]:
        """Return how big the submission of `workflow` is, by what is counted.

        Engines add what their `limits` are of; one with `problems` has no size.
        """
        if self.problems(lowered := self.lower(workflow)):
            return {}
        size = sum(len(one.text.encode()) for one in self.emit(lowered))
        return {"bytes": size, "steps": workflow.size}

    def measure(self, workflow: Workflow) -> Measured | None:  # noqa: ARG002
        """Return the bytes that each step of a workflow in one piece brings.

        Engines that take parts tell; None where an engine does not, or cannot say it of
        this workflow.
        """
        return None

    def part_sizes(self, workflow: Workflow) -> tuple[Mapping[str, int], ...]:  # noqa: ARG002
        """Return how big each part of a workflow in parts is, in the words of `sizes`.

        Engines that take parts tell; empty where an engine does not, or has problems.
        """
        return ()

    def made_anew(self, workflow: Workflow) -> Mapping[str, str]:
        """Return why steps run whatever parts earlier runs have done, by name.

        Of an engine that never leaves a part out, all of them.
        """
        return dict.fromkeys(workflow.by_name, "all parts are handed over")

    @abstractmethod
    def emit(self, workflow: Workflow) -> Iterable[Document]:
        """Yield the documents; `workflow` has no `problems` here."""

    def _gaps(self, workflow: Workflow, *, blocking: bool) -> list[Problem]:
        found: dict[tuple[Feature, str], Problem] = {}
        own = self._own_words(workflow)
        for feature, step in uses_of(workflow):
            gap = self.gaps.get(feature)
            if gap is None or (gap.kind is not GapKind.NO_EFFECT) != blocking:
                continue
            if feature in OWN_WORDS and (feature, step) not in own:
                continue
            where = f"step {step!r}" if step else f"workflow {workflow.name!r}"
            found.setdefault(
                (feature, step), Problem(where, f"{feature}: {gap.reason}")
            )
        return list(found.values())

    def _own_words(self, workflow: Workflow) -> frozenset[tuple[Feature, str]]:
        if OWN_WORDS.isdisjoint(self.gaps):
            return frozenset()
        return frozenset(
            (feature_of(word), path)
            for word, path in own_words(workflow)
            if word.engine == self.name
        )

    def _foreign(self, workflow: Workflow, ignorable: bool) -> list[Problem]:
        found: list[Problem] = []
        origins: dict[str, str] | None = None
        for one, path in own_words(workflow):
            if one.engine == self.name:
                continue
            where = f"step {path!r}" if path else f"workflow {workflow.name!r}"
            if (isinstance(one, Extra) and one.ignorable) is ignorable:
                origins = _origins(workflow) if origins is None else origins
                found.append(Problem(where, _refused(one), origins.get(path, "")))
        if ignorable and len(found) > _MOST_TOLD:
            what = f"{len(found)} extras are for other engines; they are left out"
            return [Problem(f"workflow {workflow.name!r}", what)]
        return found


def _origins(workflow: Workflow) -> dict[str, str]:
    """Return where steps were written, by their paths, as far as that is known."""
    return {
        path: str(one.origin)
        for one, path in places_in(workflow)
        if isinstance(one, Step) and one.origin is not None
    }


def _refused(word: OwnWord) -> str:
    """Return what is said of a word of another engine."""
    match word:
        case Extra(path=path, engine=engine, ignorable=ignorable):
            end = "is left out" if ignorable else "has no word for it here"
            return f"extra {path!r} is for {engine}; it {end}"
        case Raw(text=text, engine=engine):
            return f"{text!r} is an expression of {engine}; only that engine knows it"
        case Foreign(kind=kind, engine=engine):
            return f"it is {kind!r}, a template of {engine}; only that engine knows it"
        case _ as never:
            assert_never(never)


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


@runtime_checkable
class Importer(Protocol):
    """The capability to read an engine's own manifests as workflows."""

    def recognizes(self, text: str) -> bool:
        """Return whether a text looks like manifests of the engine; it is not read."""
        ...

    def import_text(self, text: str, place: str) -> tuple[Workflow, ...]:
        """Return the workflows that a text holds, each of which compiles back to it.

        Args:
            text: one manifest or several.
            place: where the text is from, for messages.

        Raises:
            InvalidDocument: it is no manifest of the engine; with the line.
        """
        ...

    def import_together(self, sources: Sequence[Source]) -> list[tuple[Workflow, ...]]:
        """Return the workflows of texts that may refer to each other, text by text.

        Raises:
            InvalidDocument: as for `import_text`.
        """
        ...
