"""Exit handlers as `finally`: one task for each way a run can end that matters to it.

Tekton tells `$(tasks.status)`; its words are not those of a run here, so where a handler
asks how the run ended there are two tasks, each of which knows it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from couler_jupyter.engines.kube.fields import Fields
from couler_jupyter.engines.tekton.texts import Unsayable
from couler_jupyter.ir import (
    Argument,
    Boxed,
    Constant,
    ExitHandler,
    Leaf,
    Outcome,
    RunField,
    RunRef,
    Step,
    Value,
    leaves,
    substitute,
    texts_of,
    with_values,
)
from couler_jupyter.ir.step import storage_values

_STATUS = RunRef(RunField.STATUS)
_KUBE_STATUS = RunRef(RunField.KUBE_STATUS)


@dataclass(frozen=True, slots=True)
class End:
    """A way a run can end.

    Attributes:
        name: of the task for it, behind the handler's own.
        statuses: how Tekton calls it.
        known: what is known of the run then.
    """

    name: str
    statuses: tuple[str, ...]
    known: Mapping[Leaf, Value]


def _end(name: str, kube: str, *statuses: str) -> End:
    known: dict[Leaf, Value] = {
        _STATUS: Constant.of(name),
        _KUBE_STATUS: Constant.of(kube),
    }
    return End(name, statuses, MappingProxyType(known))


WELL = _end("succeeded", "Succeeded", "Succeeded", "Completed")
BADLY = _end("failed", "Failed", "Failed", "None")
_ENDS = {
    Outcome.SUCCEEDED: WELL,
    Outcome.FAILED: BADLY,
    Outcome.ERRORED: BADLY,
}


def handled(handler: ExitHandler) -> Iterator[tuple[Step, str, list[Fields]]]:
    """Yield the steps that a handler is, what is behind their names, and when they run.

    Raises:
        Unsayable: Tekton has no words for it.
    """
    ends = _ends(handler)
    if not _asks(handler.step):
        statuses = [] if len(ends) > 1 else list(ends[0].statuses)
        yield handler.step, "", _when(statuses)
        return
    for end in ends:
        step = _knowing(handler.step, end)
        behind = f"-{end.name}" if len(ends) > 1 else ""
        yield step, behind, _when(list(end.statuses))


def _ends(handler: ExitHandler) -> list[End]:
    if handler.on == (Outcome.ERRORED,):
        raise Unsayable(
            "it is for runs that end in an error, which Tekton does not tell from "
            "those that fail; let it be for both"
        )
    wanted = handler.on or (Outcome.SUCCEEDED, Outcome.FAILED)
    if any(one not in _ENDS for one in wanted):
        raise Unsayable("it is for ends that no run of Tekton has")
    return list({_ENDS[one].name: _ENDS[one] for one in wanted}.values())


def _when(statuses: list[str]) -> list[Fields]:
    if not statuses:
        return []
    return [{"input": "$(tasks.status)", "operator": "in", "values": statuses}]


def _asks(step: Step) -> bool:
    """Whether a step asks how the run ended."""
    texts = [*step.values()]
    if isinstance(step.template, Boxed):
        found = {leaf for text in texts_of(step.template) for leaf in leaves(text)}
        if found & {_STATUS, _KUBE_STATUS}:
            raise Unsayable(
                "its template asks how the run ended; give that to an input of it"
            )
    found = {leaf for text in texts for leaf in leaves(text)}
    return bool(found & {_STATUS, _KUBE_STATUS})


def _knowing(step: Step, end: End) -> Step:
    def known(value: Value) -> Value:
        return substitute(value, dict(end.known))

    arguments: list[Argument] = []
    for one in step.arguments:
        values = list(storage_values(one.value))
        is_value = len(values) == 1 and values[0] is one.value
        arguments.append(replace(one, value=known(values[0])) if is_value else one)
    when = None if step.when is None else with_values(step.when, known)
    return replace(step, arguments=tuple(arguments), when=when)
