"""What the interface writes means, on the local engine, what it says."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import couler_jupyter as couler
from couler_jupyter.ir import Phase
from couler_jupyter.session import RunHandle, Session


@couler.step
def load(rows: int = 3) -> couler.Artifact:
    path = Path("data.csv")
    path.write_text("x\n" * rows)
    return path


@couler.step(retry=1)
def train(model: str, data: couler.Artifact, *, lr: float = 0.1) -> float:
    return len(model) + len(data.read_text()) * lr


class Halves(NamedTuple):
    """Two parts of a list, one of them in a file."""

    left: list[int]
    file: couler.Artifact


@couler.step
def split(numbers: list[int]) -> Halves:
    path = Path("half.txt")
    path.write_text(str(numbers[:1]))
    return Halves(numbers[1:], path)


@couler.step
def total(*numbers: float, scale: float = 1.0, **more: float) -> float:
    return sum(numbers) * scale + sum(more.values())


@couler.step
def table() -> dict[str, float]:
    return {"loss": 0.25}


@couler.step
def show(value: Any, file: couler.Artifact | None = None) -> str:
    return str(value) + (file.read_text() if file else "")


@couler.step
def join(files: list[couler.Artifact]) -> list[int]:
    return [len(file.read_text()) for file in files]


@couler.step
async def increase(number: int) -> int:
    return number + 1


def flip() -> Any:
    return couler.run_script(source=lambda: "tails", command=sys.executable)


def pair(number: Any) -> Any:
    more = increase(number)
    return more, show(more)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> RunHandle:
    """A run of a workflow that uses most of the interface."""
    with couler.workflow("real", parallelism=4, parameters={"rows": 2}) as wf:
        data = load(couler.parameter("rows"))
        scores = [train(model, data) for model in ("a", "bb")]
        grid = couler.map_(
            lambda model: couler.map_(lambda lr: train(model, data, lr=lr), [0.5, 1.0]),
            ["x", "yy"],
        )
        left, file = split([1, 2, 3])
        everything = total(*scores, 5, scale=2.0, extra=1.0, step_name="everything")
        show(left, file, step_name="halves")
        show(couler.format("{}: {}", everything, grid), step_name="text")
        show(table()["loss"], step_name="part")
        couler.when(
            everything > 3,
            lambda: show(1, step_name="yes"),
            else_=lambda: show(2, step_name="no"),
        )
        couler.exec_while(lambda number: number < 4, increase, limit=5)
        coin = flip()
        couler.when(couler.equal(coin, "heads"), lambda: show(1, step_name="heads"))
        couler.when(couler.equal(coin, "tails"), lambda: show(2, step_name="tails"))
        files = couler.map_(load, [1, 2], step_name="files")
        couler.map_(lambda file: train("m", file), files, step_name="over-files")
        join(files, step_name="mapped")
        join([data, load(1, step_name="more")], step_name="listed")
        couler.map_(lambda a, b: total(a, 0, b), [1, 2], [10, 20], step_name="zip")
        numbers, texts = couler.map_(pair, couler.sequence(2, start=1))
        show([numbers, texts], step_name="gathered")
        couler.set_exit_handler(
            couler.Always, lambda: show(couler.this_run.status, step_name="bye")
        )
    session = Session(root=tmp_path_factory.mktemp("runs"))
    run = session.submit(wf.workflow)
    run.wait(timeout=120)
    return run


def test_it_succeeds(run: RunHandle) -> None:
    failed = {path: step.message for path, step in run.steps.items() if step.phase.bad}
    assert not failed
    assert run.phase is Phase.SUCCEEDED


@pytest.mark.parametrize(
    ("step", "result"),
    [
        ("train-2", pytest.approx(2.4)),
        ("map", [[3.0, 5.0], [4.0, 6.0]]),
        ("everything", pytest.approx(18.6)),
        ("halves", "[2, 3][1]"),
        ("text", "18.6: [[3.0,5.0],[4.0,6.0]]"),
        ("part", "0.25"),
        ("yes", "1"),
        ("increase", 4),
        ("flip", "tails"),
        ("tails", "2"),
        ("over-files", [1.2, 1.4]),
        ("mapped", [2, 4]),
        ("listed", [4, 2]),
        ("zip", [11, 22]),
        ("gathered", "[[2, 3], ['2', '3']]"),
        ("bye", "succeeded"),
    ],
)
def test_results(run: RunHandle, step: str, result: object) -> None:
    assert run.output(step) == result


@pytest.mark.parametrize("step", ["no", "heads"])
def test_branches_that_do_not_run(run: RunHandle, step: str) -> None:
    assert run.steps[step].phase is Phase.SKIPPED


def test_turns(run: RunHandle) -> None:
    turns = [path for path in run.steps if path.startswith("increase#")]
    assert turns == ["increase#1", "increase#2", "increase#3"]
