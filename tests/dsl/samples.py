"""Steps that the tests share, written in a file so that their source is there."""

from __future__ import annotations

from typing import Any, NamedTuple

import couler_jupyter as couler


@couler.step
def load() -> couler.Artifact:
    return "data.csv"  # type: ignore[return-value]


@couler.step
def train(model: str, data: couler.Artifact, lr: float = 0.1) -> float:
    return len(model) * lr


@couler.step
def best(scores: list[float]) -> float:
    return max(scores)


@couler.step
def publish(score: Any = None) -> None:
    del score


@couler.step
def number() -> int:
    return 1


@couler.step
def numbers() -> list[int]:
    return [1, 2]


@couler.step
def use(value: Any) -> str:
    return str(value)


@couler.step
def join(files: list[couler.Artifact]) -> int:
    return len(files)


class Halves(NamedTuple):
    """Two parts of one data set."""

    train: couler.Artifact
    rows: int


@couler.step
def split(data: Any) -> Halves:
    return Halves(data, 1)
