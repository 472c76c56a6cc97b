"""What references stand for at one step of a run."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from couler_jupyter.engines.local.scheduling.data import Data, Pickled
from couler_jupyter.engines.local.scheduling.evaluate import (
    LookUp,
    Unfit,
    Unknown,
    drill,
)
from couler_jupyter.ir import (
    AttemptField,
    AttemptRef,
    Constant,
    GlobalRef,
    InputRef,
    ItemRef,
    Leaf,
    OutputParameter,
    OutputRef,
    ParameterRef,
    PathRef,
    Raw,
    RunRef,
    StepField,
    StepRef,
    TurnRef,
)
from couler_jupyter.ir.given import output_of

if TYPE_CHECKING:
    from couler_jupyter.engines.local.scheduling.node import Node
    from couler_jupyter.engines.local.scheduling.scope import Scope

_ADDRESS = "127.0.0.1"
_NO_OWN: Mapping[str, Data] = {}


class Names:
    """What the references that a step holds stand for.

    Attributes:
        scope: the workflow instance it stands in.
        item: the item of its map that is meant; `turn`: the turn of its repeat.
        own: its own outputs in that turn, for the condition of a repeat.
        attempt: facts about an attempt, for the condition of a retry.
    """

    __slots__ = ("attempt", "item", "own", "scope", "step", "turn")

    def __init__(
        self,
        scope: Scope,
        step: str,
        *,
        item: Data = None,
        turn: int = 0,
        own: Mapping[str, Data] = _NO_OWN,
        attempt: Mapping[AttemptField, Data] | None = None,
    ) -> None:
        self.scope = scope
        self.step = step
        self.item = item
        self.turn = turn
        self.own = own
        self.attempt = attempt

    def __call__(self, leaf: Leaf) -> Data:
        """Return what `leaf` stands for; see `evaluate.LookUp`."""
        match leaf:
            case Constant():
                return leaf.value
            case OutputRef():
                return self._output(leaf)
            case ParameterRef(name=name, of_run=True):
                return _among(self.scope.desk.inputs, name, "the run's input")
            case ParameterRef(name=name):
                return _among(self.scope.inputs, name, "the workflow's input")
            case ItemRef(path=path):
                return _part(self.item, path)
            case TurnRef():
                return self.turn
            case StepRef(step=step, field=field):
                return fact_of(self.scope.nodes[step], field)
            case RunRef(field=field):
                return self.scope.run_fact(field)
            case GlobalRef(name=name):
                return _among(self.scope.desk.globals, name, "global output")
            case AttemptRef(field=field) if self.attempt is not None:
                return self.attempt[field]
            case Raw(engine=engine):
                raise Unfit(f"an expression for {engine} means nothing here")
            case InputRef() | PathRef() | AttemptRef():
                raise Unfit("it is known only inside a template")

    def _output(self, ref: OutputRef) -> Data:
        if ref.step == self.step:
            return _among(self.own, ref.name, "its output")
        return output_from(self.scope.nodes[ref.step], ref.name)


def output_from(node: Node, name: str) -> Data:
    """Return an output of a step, or its default.

    Raises:
        Unknown: there is neither.
    """
    if name in node.outputs:
        return node.outputs[name]
    if has_default(node, name):
        if node.step.loop is not None:
            return []
        output = output_of(node.step, name)
        if isinstance(output, OutputParameter) and output.default is not None:
            return output.default.value
    raise Unknown(f"output {name!r} of step {node.name!r} is not there")


def has_default(node: Node, name: str) -> bool:
    """Whether an output is there even if its step did not run."""
    return getattr(output_of(node.step, name), "default", None) is not None


def fact_of(node: Node, field: StepField) -> Data:
    """Return a fact about a step.

    Raises:
        Unknown: the step has none such (yet).
    """
    found = _fact(node, field)
    if found is None:
        raise Unknown(f"the {field} of step {node.name!r} is not known")
    return found


def knows(node: Node, field: StepField) -> bool:
    """Whether a fact about a step is known."""
    return _fact(node, field) is not None


def _fact(node: Node, field: StepField) -> Data:
    match field:
        case StepField.PHASE:
            return node.phase.value
        case StepField.EXIT_CODE:
            return node.exit_code
        case StepField.ADDRESS:
            return _ADDRESS if node.up else None
        case StepField.STARTED:
            return iso(node.started)
        case StepField.FINISHED:
            return iso(node.finished)
        case StepField.ID:
            return f"{node.scope.desk.run_id}/{node.path}"


def iso(time: float | None) -> str | None:
    """Return seconds since the epoch as RFC 3339 has it, in UTC.

    >>> iso(0.5)
    '1970-01-01T00:00:00.500000+00:00'
    """
    return None if time is None else datetime.fromtimestamp(time, UTC).isoformat()


def inside(inputs: Mapping[str, Data], around: LookUp, tries: int) -> LookUp:
    """Return what references inside a template stand for, paths left out."""

    def look_up(leaf: Leaf) -> Data:
        match leaf:
            case InputRef(name=name):
                return _among(inputs, name, "input")
            case AttemptRef(field=AttemptField.NUMBER):
                return tries
            case _:
                return around(leaf)

    return look_up


def _among(known: Mapping[str, Data], name: str, what: str) -> Data:
    if name not in known:
        raise Unknown(f"{what} {name!r} is not known")
    return known[name]


def _part(item: Data, path: tuple[str | int, ...]) -> Data:
    if isinstance(item, Pickled):
        return Pickled(item.path, item.type, (*item.keys, *path))
    return drill(item, path, "the item")
