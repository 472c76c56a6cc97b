"""What a step can be given: constants, references, and texts made of both."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias, assert_never

from couler_jupyter.ir.constant import Constant


@dataclass(frozen=True, slots=True)
class OutputRef:
    """The output `name` of step `step`; using one makes a dependency.

    Of a mapped step it is the list of what the items gave, in their order.
    """

    step: str
    name: str = "result"


@dataclass(frozen=True, slots=True)
class ParameterRef:
    """An input, parameter or artifact, of the workflow that the step stands in.

    With `of_run` it is a parameter of the outermost workflow, which the run itself is
    given. A workflow may be part of another, so that name is checked when it runs.
    """

    name: str
    of_run: bool = False


@dataclass(frozen=True, slots=True)
class InputRef:
    """An input parameter of the template it is written in."""

    name: str


@dataclass(frozen=True, slots=True)
class PathRef:
    """Where an input or output of the template it is written in lies as a file."""

    name: str
    output: bool = False


@dataclass(frozen=True, slots=True)
class ItemRef:
    """The item a mapped step is at, or a part of it (`path` of keys and indices)."""

    path: tuple[str | int, ...] = ()


@dataclass(frozen=True, slots=True)
class TurnRef:
    """The turn a repeated step is at; the first is 1."""


class StepField(StrEnum):
    """What can be known of a step beside its outputs."""

    PHASE = "phase"
    EXIT_CODE = "exit-code"
    ADDRESS = "address"
    STARTED = "started"
    FINISHED = "finished"
    ID = "id"


@dataclass(frozen=True, slots=True)
class StepRef:
    """A fact about step `step`; using one makes a dependency.

    `ADDRESS` is where a daemon step listens (a host name or an IP address).
    """

    step: str
    field: StepField


class RunField(StrEnum):
    """What can be known of the run itself."""

    WORKFLOW = "workflow"
    RUN = "run"
    ID = "id"
    STATUS = "status"
    KUBE_STATUS = "kube-status"
    FAILURES = "failures"
    KUBE_FAILURES = "kube-failures"
    DURATION = "duration"
    STARTED = "started"
    SCHEDULED = "scheduled"
    PRIORITY = "priority"
    NAMESPACE = "namespace"
    SERVICE_ACCOUNT = "service-account"

    @property
    def at_end(self) -> bool:
        """Whether only exit handlers can know it."""
        return self in _AT_END


_AT_END = frozenset(
    {
        RunField.STATUS,
        RunField.KUBE_STATUS,
        RunField.FAILURES,
        RunField.KUBE_FAILURES,
        RunField.DURATION,
    }
)


@dataclass(frozen=True, slots=True)
class RunRef:
    """A fact about the run; `STATUS`, `FAILURES` and `DURATION` in exit handlers.

    `KUBE_STATUS` is the status as Kubernetes words it: `Succeeded`, `Failed`, `Error`.
    `KUBE_FAILURES` are the failures as Argo has them: JSON inside a JSON text, with
    `displayName`, `message`, `templateName`, `phase`, `podName` and `finishedAt` of each.
    """

    field: RunField


class AttemptField(StrEnum):
    """What can be known of the last attempt of a step that may be retried."""

    NUMBER = "number"
    EXIT_CODE = "exit-code"
    PHASE = "phase"
    DURATION = "duration"
    MESSAGE = "message"


@dataclass(frozen=True, slots=True)
class AttemptRef:
    """A fact about an attempt: `NUMBER` (from 1) in templates, all in `Retry.when`."""

    field: AttemptField


@dataclass(frozen=True, slots=True)
class GlobalRef:
    """An output that some step of the run made known under a global name.

    Using one makes no dependency: name the step that makes it in `after`. That some
    step makes it is checked where the workflow is the outermost.
    """

    name: str


@dataclass(frozen=True, slots=True)
class Raw:
    """An expression in one engine's own language, kept as it is written."""

    engine: str
    text: str


@dataclass(frozen=True, slots=True)
class Format:
    """A text put together from plain text and values, each rendered as text."""

    parts: tuple[str | Value, ...]


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list of values, each known when the step starts."""

    items: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class DictOf:
    """A mapping from text to values, each known when the step starts."""

    items: tuple[tuple[str, Value], ...]


@dataclass(frozen=True, slots=True)
class FirstOf:
    """The first of these that exists: how the branches of a condition join."""

    options: tuple[Value, ...]


Value: TypeAlias = (
    Constant
    | OutputRef
    | ParameterRef
    | InputRef
    | PathRef
    | ItemRef
    | TurnRef
    | StepRef
    | RunRef
    | AttemptRef
    | GlobalRef
    | Raw
    | Format
    | ListOf
    | DictOf
    | FirstOf
)
Leaf: TypeAlias = (
    Constant
    | OutputRef
    | ParameterRef
    | InputRef
    | PathRef
    | ItemRef
    | TurnRef
    | StepRef
    | RunRef
    | AttemptRef
    | GlobalRef
    | Raw
)
Text: TypeAlias = str | Value
"""Plain text, or a value that is rendered as text by `as_text`."""

_TREES = (Format, ListOf, DictOf, FirstOf)


def leaves(value: Text) -> Iterator[Leaf]:
    """Yield every constant and reference in `value`, left to right."""
    match value:
        case str():
            return
        case Format(parts=inner) | ListOf(items=inner) | FirstOf(options=inner):
            for part in inner:
                yield from leaves(part)
        case DictOf(items=pairs):
            for _, part in pairs:
                yield from leaves(part)
        case _:
            yield value


def substitute(value: Value, known: dict[Leaf, Value]) -> Value:
    """Return `value` with every leaf that is a key of `known` replaced."""
    match value:
        case Format(parts=parts):
            return Format(
                tuple(p if isinstance(p, str) else substitute(p, known) for p in parts)
            )
        case ListOf(items=items):
            return ListOf(tuple(substitute(item, known) for item in items))
        case DictOf(items=pairs):
            return DictOf(tuple((key, substitute(v, known)) for key, v in pairs))
        case FirstOf(options=options):
            return FirstOf(tuple(substitute(option, known) for option in options))
        case (
            Constant()
            | OutputRef()
            | ParameterRef()
            | InputRef()
            | PathRef()
            | ItemRef()
            | TurnRef()
            | StepRef()
            | RunRef()
            | AttemptRef()
            | GlobalRef()
            | Raw()
        ):
            return known.get(value, value)
        case _ as never:
            assert_never(never)
