"""A cache that between its artifacts has everything a view of it can show."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from couler_jupyter.protocol import ArtifactState, CacheView, cache_view

SENT = 1_700_000_000.0


def artifact(step: str, /, **more: Any) -> ArtifactState:
    state = ArtifactState(
        id=f"{step:0<64}",
        workflow="pick-best",
        step=step,
        size=1_500_000,
        age=95.0,
        kept=True,
        pinned=False,
        cost=131.25,
        frequency=2.5,
        volume=0.0015,
        score=1234.5,
        terms=(
            ("demand", 0.1234567891, "chance that the next run reads it"),
            ("rebuild", 130.0, "seconds to make it again"),
        ),
        seconds=128.25,
        rebuild=130.0,
        reason="nothing is known of a step like this; kept: there is room",
        run="pick-best-1",
    )
    return replace(state, **more)


def gone(step: str, /, **more: object) -> ArtifactState:
    return artifact(
        step,
        **{
            "age": None,
            "kept": False,
            "score": None,
            "terms": (),
            "reason": "it was edited; not kept: it is worth 1 s, what had to go 7 s",
            **more,
        },
    )


def artifacts() -> tuple[ArtifactState, ...]:
    return (
        artifact("load", size=20_000_000, score=9e40, pinned=True),
        artifact("train[0]"),
        artifact("train[1]", score=12.0, cost=0.0, frequency=0.0002, age=7200.0),
        gone("train[2]", size=80_000_000),
        artifact("", id="object " + "f" * 64, workflow="", score=0.0, terms=(), run=""),
    )


def full() -> CacheView:
    return cache_view(
        place="/home/me/.cache/couler/store",
        policy="value",
        used=24_500_000,
        budget=100_000_000,
        artifacts=artifacts(),
        sent=SENT,
        requests=("unpin", "pin", "drop"),
    )
