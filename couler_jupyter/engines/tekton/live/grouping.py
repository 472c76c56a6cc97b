"""Sub-workflows of a run: how they stand, and what they leave, by the steps in them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from couler_jupyter.engines.following.standing import Standing
from couler_jupyter.ir import (
    Constant,
    DictOf,
    FirstOf,
    Format,
    Json,
    Leaf,
    ListOf,
    Phase,
    Value,
    as_text,
)

_BAD = (Phase.FAILED, Phase.ERRORED, Phase.CANCELLED)


class NotThere(LookupError):
    """What a value needs is not there."""


def with_members(members: Mapping[str, Standing]) -> Standing:
    """Return how a sub-workflow stands by how its steps do, by their names."""
    some = list(members.values())
    started = min((one.started for one in some if one.started), default=None)
    begun = any(one.attempt for one in some)
    attempt = 1 if begun else 0
    if not all(one.phase.ended for one in some):
        phase = Phase.RUNNING if begun else Phase.PENDING
        return Standing(phase=phase, attempt=attempt, started=started)
    phase, message = _end(members)
    return Standing(
        phase=phase,
        attempt=attempt,
        message=message,
        started=started,
        finished=max((one.finished for one in some if one.finished), default=None),
    )


def _end(members: Mapping[str, Standing]) -> tuple[Phase, str]:
    for phase in _BAD:
        for name, one in members.items():
            if one.phase is phase:
                return phase, f"step {name!r} {phase}: {one.message}".rstrip(": ")
    phases = {one.phase for one in members.values()}
    if phases == {Phase.OMITTED}:
        return Phase.OMITTED, "the run ended before it"
    if Phase.OMITTED in phases:
        return Phase.CANCELLED, "the run ended before it did"
    return Phase.SUCCEEDED, ""


def outputs_of(
    values: Sequence[tuple[str, Value]], look_up: Callable[[Leaf], Json]
) -> dict[str, Json]:
    """Return what outputs come to, by name, without those that are not there.

    Args:
        values: of the outputs.
        look_up: what a reference stands for; raises `NotThere`.
    """
    found: dict[str, Json] = {}
    for name, value in values:
        try:
            found[name] = _come_to(value, look_up)
        except NotThere:
            continue
    return found


def _come_to(value: Value, look_up: Callable[[Leaf], Json]) -> Json:
    match value:
        case Constant():
            return value.value
        case Format(parts=parts):
            return "".join(
                one if isinstance(one, str) else as_text(_come_to(one, look_up))
                for one in parts
            )
        case ListOf(items=items):
            return [_come_to(one, look_up) for one in items]
        case DictOf(items=pairs):
            return {key: _come_to(one, look_up) for key, one in pairs}
        case FirstOf(options=options):
            return _first(options, look_up)
        case _:
            return look_up(value)


def _first(options: Sequence[Value], look_up: Callable[[Leaf], Json]) -> Json:
    for one in options:
        try:
            return _come_to(one, look_up)
        except NotThere:
            continue
    raise NotThere
