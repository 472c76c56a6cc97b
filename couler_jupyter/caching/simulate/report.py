"""What a policy and a budget would have come to, over runs that were: as plain data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from couler_jupyter.caching.artifact import Artifact, Rates
from couler_jupyter.caching.options import policy_of
from couler_jupyter.caching.simulate.machine import Outcome, replay
from couler_jupyter.caching.simulate.trace import Asked


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a replay came to, between no cache and one without a limit.

    Attributes:
        policy: as it was given.
        budget: in bytes.
        runs: how many.
        outcome: under the policy.
        nothing: without a cache.
        everything: with a cache that holds all; nothing can save more.
    """

    policy: str
    budget: int
    runs: int
    outcome: Outcome
    nothing: Outcome
    everything: Outcome

    @property
    def saved(self) -> float:
        """The share of avoidable seconds that was avoided; 1 if none were avoidable."""
        most = self.nothing.made - self.everything.made
        return (self.nothing.made - self.outcome.made) / most if most > 0 else 1.0

    @property
    def faster(self) -> float:
        """The share of the time without a cache that is saved."""
        return 1 - self.outcome.time / self.nothing.time if self.nothing.time else 0.0

    def to_json(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {**asdict(self), "saved": self.saved, "faster": self.faster}


def simulate(
    trace: Sequence[Asked],
    budget: int,
    policy: str = "value",
    *,
    workers: int = 4,
    rates: Rates = Rates(),  # noqa: B008 (frozen)
) -> Report:
    """Return what runs would have come to with a budget in bytes under a policy.

    Raises:
        BadPolicy: the policy is malformed, or has no such option.
        UnknownName: there is no such policy.
    """

    def under(text: str, limit: int) -> Outcome:
        kind = policy_of(text, rates)
        return replay(trace, kind, limit, workers=workers, rates=rates)

    whole = sum({one.key: one.size for run in trace for one in run.artifacts}.values())
    return Report(
        policy=policy,
        budget=budget,
        runs=len(trace),
        outcome=under(policy, budget),
        nothing=under("none", 0),
        everything=under("all", whole),
    )


def trace_to_json(trace: Sequence[Asked]) -> list[dict[str, Any]]:
    """Return a trace as plain data; sets become sorted lists."""
    return [{**asdict(run), "targets": sorted(run.targets)} for run in trace]


def trace_from_json(data: Sequence[Mapping[str, Any]]) -> tuple[Asked, ...]:
    """Return a trace from plain data.

    Raises:
        ValueError: a run is malformed; the number of the run is named.
    """
    found: list[Asked] = []
    for number, run in enumerate(data):
        try:
            found.append(_run(run))
        except (KeyError, TypeError, ValueError) as wrong:
            raise ValueError(f"run {number} of the trace: {wrong}") from wrong
    return tuple(found)


def _run(run: Mapping[str, Any]) -> Asked:
    artifacts: list[Artifact] = []
    known: set[str] = set()
    for fields in run["artifacts"]:
        values: dict[str, Any] = {"workflow": run["workflow"], **fields}
        values["parents"] = tuple(values.get("parents", ()))
        one = Artifact(**values)
        for parent in one.parents:
            if parent not in known:
                raise ValueError(
                    f"{one.key!r} reads {parent!r}, which is not before it"
                )
        if not (0 <= one.seconds < float("inf") and one.size >= 0):
            raise ValueError(f"{one.key!r} must have seconds and a size of 0 or more")
        known.add(one.key)
        artifacts.append(one)
    targets = frozenset(run["targets"])
    if unknown := sorted(targets - known):
        raise ValueError(f"the target {unknown[0]!r} is none of its artifacts")
    return Asked(
        workflow=run["workflow"],
        artifacts=tuple(artifacts),
        targets=targets,
        broken=run.get("broken"),
    )
