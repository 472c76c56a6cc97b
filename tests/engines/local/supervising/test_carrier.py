"""What a runner is told of an attempt that was prepared."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from couler_jupyter.engines.local.attempt import Attempt
from couler_jupyter.engines.local.loop import Loop
from couler_jupyter.engines.local.placing.run_folder import RunFolder
from couler_jupyter.engines.local.placing.site import Site
from couler_jupyter.engines.local.scheduling.data import Located
from couler_jupyter.engines.local.scheduling.orders import Launch, Result
from couler_jupyter.engines.local.supervising.carrier import Carrier
from couler_jupyter.ir import Inline, InputArtifact, Script, Step
from couler_jupyter.testing.parts import flow

TAKES = Script(source="true", inputs=(InputArtifact(name="file"),))


class Keeps:
    """A runner that starts nothing and remembers what it was given."""

    def __init__(self) -> None:
        self.given: list[Attempt] = []

    def for_attempt(self, attempt: Attempt) -> Keeps:
        del attempt
        return self

    def start(self, attempt: Attempt) -> None:
        self.given.append(attempt)

    def kill(self, id: str, grace: float | None = None) -> None:  # noqa: A002
        raise AssertionError((id, grace))

    def close(self) -> None:
        pass


def started(template: Script, folder: Path) -> Attempt:
    """Return the attempt of a step that may take half a minute."""
    loop, runner = Loop(), Keeps()
    store = folder / "store"
    run = store / "run"
    (run / "logs").mkdir(parents=True)
    site = Site(run_id="run", folder=RunFolder(run, store), logs=run / "logs")
    results: list[tuple[str, Result]] = []
    carrier = Carrier(loop, site, runner, lambda *result: results.append(result))
    step = Step(name="a", template=template, timeout=30)
    inputs = {"file": Located(Inline("x"))} if template.inputs else {}
    launch = Launch(
        path="a",
        attempt=1,
        tries=1,
        step=step,
        workflow=flow("w", Step(name="a", template=Script(source="true"))),
        inputs=inputs,
        look_up=lambda leaf: leaf,
    )
    carrier.start(launch)
    end = time.monotonic() + 60
    while not runner.given:
        assert time.monotonic() < end
        assert not results
        loop.run_once(0.05)
    loop.close()
    [attempt] = runner.given
    return attempt


def test_what_fetching_took_is_taken_from_the_time_of_the_step(tmp_path: Path) -> None:
    attempt = started(TAKES, tmp_path)
    assert attempt.timeout is not None
    assert 0 < attempt.timeout < 30


def test_where_nothing_is_fetched_all_of_it_is_left(tmp_path: Path) -> None:
    assert started(Script(source="true"), tmp_path).timeout == pytest.approx(30, abs=0)
