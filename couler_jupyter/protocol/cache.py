"""The cache as JSON: what is kept and what is not, what it is worth, and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, TypedDict

from couler_jupyter.protocol.plain import one_line
from couler_jupyter.protocol.view import VERSION


class TermView(TypedDict):
    """One part of a score: its name, its number, and what that means in words."""

    name: str
    number: float
    words: str


class ArtifactView(TypedDict):
    """One artifact.

    Attributes:
        id: its key, the fingerprint of the step that made it.
        workflow: whose it is; empty if nobody remembers.
        step: which made it.
        size: bytes.
        age: seconds since it was kept; None if it is not.
        kept: whether its bytes are; `pinned`: whether they stay whatever comes.
        cost: L of the paper, seconds and degrees of what makes it again.
        frequency: F of the paper, the steps behind it by nearness.
        volume: V of the paper, GB.
        score: what it is worth to the policy; None if it is not kept.
        terms: what the score is made of.
        seconds: how long the step took.
        rebuild: seconds that making it again would take, with what is not kept before it.
        reason: why it was made, and why it was kept or not.
        run: the last that met it.
    """

    id: str
    workflow: str
    step: str
    size: int
    age: float | None
    kept: bool
    pinned: bool
    cost: float
    frequency: float
    volume: float
    score: float | None
    terms: list[TermView]
    seconds: float
    rebuild: float
    reason: str
    run: str


class CacheView(TypedDict):
    """The whole cache; artifacts come as they are worth, those not kept last.

    Attributes:
        place: where it is; empty if it is switched off.
        policy: who decides.
        used: bytes that are kept or being written; `budget`: at the most.
        hidden: artifacts that are left out.
        requests: what may be asked of whoever shows it.
        sent: seconds since the epoch, by the clock of who made this.
    """

    type: Literal["cache"]
    version: int
    place: str
    policy: str
    used: int
    budget: int
    artifacts: list[ArtifactView]
    hidden: int
    requests: list[str]
    sent: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ArtifactState:
    """One artifact; the fields are those of `ArtifactView`, `terms` as triples."""

    id: str
    workflow: str
    step: str
    size: int
    age: float | None
    kept: bool
    pinned: bool
    cost: float
    frequency: float
    volume: float
    score: float | None
    terms: tuple[tuple[str, float, str], ...]
    seconds: float
    rebuild: float
    reason: str
    run: str


def cache_view(
    *,
    place: str,
    policy: str,
    used: int,
    budget: int,
    artifacts: Iterable[ArtifactState],
    sent: float,
    most: int = 2000,
    requests: Iterable[str] = (),
) -> CacheView:
    """Return the cache as JSON.

    Args:
        place: where it is.
        policy: who decides.
        used: bytes that are kept or being written.
        budget: bytes at the most.
        artifacts: in the order in which they are shown.
        sent: what time it is.
        most: artifacts that are told of; the rest is counted.
        requests: what may be asked.
    """
    views = [_artifact(one) for one in artifacts]
    return {
        "type": "cache",
        "version": VERSION,
        "place": one_line(place),
        "policy": one_line(policy),
        "used": used,
        "budget": budget,
        "artifacts": views[:most],
        "hidden": max(len(views) - most, 0),
        "requests": sorted(requests),
        "sent": sent,
    }


def _artifact(one: ArtifactState) -> ArtifactView:
    return {
        "id": one.id,
        "workflow": one_line(one.workflow),
        "step": one_line(one.step),
        "size": one.size,
        "age": None if one.age is None else _rounded(one.age),
        "kept": one.kept,
        "pinned": one.pinned,
        "cost": _rounded(one.cost),
        "frequency": _rounded(one.frequency),
        "volume": _rounded(one.volume),
        "score": None if one.score is None else _rounded(one.score),
        "terms": [_term(*term) for term in one.terms],
        "seconds": _rounded(one.seconds),
        "rebuild": _rounded(one.rebuild),
        "reason": one_line(one.reason),
        "run": one_line(one.run),
    }


def _term(name: str, number: float, words: str) -> TermView:
    return {
        "name": one_line(name),
        "number": _rounded(number),
        "words": one_line(words),
    }


def _rounded(number: float) -> float:
    """Return a number with the digits that are worth sending; JSON has no infinity."""
    return float(f"{min(max(number, -_LARGEST), _LARGEST):.6g}")


_LARGEST = 1e30
