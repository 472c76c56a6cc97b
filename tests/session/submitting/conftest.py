from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from couler_jupyter.ir import (
    Constant,
    InputArtifact,
    InputParameter,
    ParameterRef,
    ValueType,
    Workflow,
)
from couler_jupyter.session import RunHandle, Session
from couler_jupyter.session.submitting import Submission
from couler_jupyter.testing.parts import flow, python, sh, step

ADD = python("def add(a, b):\n    return a + b")


def number(name: str, **more: object) -> InputParameter:
    return InputParameter(name=name, type=ValueType.INTEGER, **more)  # type: ignore[arg-type]


@pytest.fixture
def adding() -> Workflow:
    """A workflow with an input of every kind."""
    return flow(
        "adding",
        step(
            "add", ADD, takes={"a": ParameterRef("first"), "b": ParameterRef("second")}
        ),
        step("after", sh("true"), after=("add",)),
        parameters=(
            number("first"),
            number("second", default=Constant.of(2)),
            InputParameter(
                name="word", type=ValueType.STRING, default=Constant.of("x")
            ),
            InputParameter(
                name="speed",
                type=ValueType.STRING,
                default=Constant.of("slow"),
                choices=(Constant.of("slow"), Constant.of("fast")),
            ),
            InputParameter(
                name="deep", type=ValueType.BOOLEAN, default=Constant.of(False)
            ),
            InputParameter(name="more", type=ValueType.OBJECT, default=Constant.of({})),
        ),
        artifacts=(InputArtifact(name="rows", optional=True),),
    )


@pytest.fixture
def session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Session:
    """A session with a store and targets of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COULER_TARGETS", str(tmp_path / "targets.toml"))
    return Session(root=tmp_path / "store")


@dataclass
class Later:
    """Keeps what is to be done in the background until the test does it."""

    work: list[Callable[[], None]] = field(default_factory=list[Callable[[], None]])

    def __call__(self, work: Callable[[], None]) -> None:
        self.work.append(work)

    def do(self) -> None:
        """Do all there is."""
        while self.work:
            self.work.pop(0)()


@dataclass
class Shown:
    """A submission, with who is told and who follows."""

    submission: Submission
    later: Later
    told: list[str]
    followed: list[RunHandle]

    @property
    def state(self) -> str:
        return self.submission.state.value


@pytest.fixture
def shown(session: Session, adding: Workflow) -> Shown:
    """A submission of `adding`, begun and not checked yet."""
    told: list[str] = []
    followed: list[RunHandle] = []
    later = Later()

    def follow(run: RunHandle) -> None:
        followed.append(run)
        run.wait(timeout=60)

    submission = Submission(
        session,
        adding,
        told=lambda: told.append(submission.state.value),
        follow=follow,
        later=later,
    )
    submission.begin()
    return Shown(submission, later, told, followed)
