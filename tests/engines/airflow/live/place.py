"""An engine on a stand-in for Airflow, whose runs are followed in this process."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Thread
from typing import Any

from couler_jupyter.engines.airflow import Airflow
from couler_jupyter.engines.airflow.live.follower import follow
from couler_jupyter.ir import InputRef, OutputRef, Phase, Run, Workflow
from couler_jupyter.runs import RunStore
from couler_jupyter.testing.airflow_server import AirflowStandIn
from couler_jupyter.testing.parts import flow, sh, step

PATIENCE = 60.0
_SAY = sh("echo ", InputRef("side"), takes=("side",))


class Alone(Airflow):
    """Starts no process that follows a run."""

    def attend(self, run: Run) -> None:
        """Leave it."""

    def _start_follower(self, run: Run) -> None:
        """Leave it."""


@dataclass
class Place:
    """A stand-in with a folder of DAGs, and an engine that is used to it.

    Attributes:
        server: the stand-in; url: where it is.
        store: where runs are told.
        options: of each run.
    """

    server: AirflowStandIn
    url: str
    store: RunStore
    options: dict[str, Any] = field(default_factory=dict[str, Any])

    @property
    def engine(self) -> Airflow:
        """The engine; it has nothing but the store."""
        return Alone(self.store)

    def submit(self, workflow: Workflow, **options: Any) -> Run:
        """Hand a workflow over; nobody follows it yet."""
        return self.engine.submit(workflow, options={**self.options, **options})

    def follow(self, run: Run) -> None:
        """Follow a run to its end."""
        with self.store.hold(run.id):
            follow(self.store, run.id)

    def ran(self, workflow: Workflow, **options: Any) -> Run:
        """Hand a workflow over and follow it to its end."""
        run = self.submit(workflow, **options)
        self.follow(run)
        return run

    @contextmanager
    def following(self, run: Run) -> Generator[None, None, None]:
        """Follow a run beside what is inside the `with`, and then to its end."""
        thread = Thread(target=self.follow, args=(run,), daemon=True)
        thread.start()
        yield
        thread.join(PATIENCE)
        assert not thread.is_alive()

    def told(self, run: Run) -> tuple[Phase, str]:
        """Return where a run stands, and why."""
        record = self.store.get(run.id)
        return record.phase, record.message

    def dag_run(self, run: Run, dag: str = "coin") -> Any:
        """Return the run as the stand-in has it."""
        return self.server.runs[dag, f"couler__{run.id}"]


def coin(name: str = "coin") -> Workflow:
    """Return a workflow of two steps, the second of which says what the first printed."""
    say = step("say", _SAY, takes={"side": OutputRef("flip")})
    return flow(name, step("flip", sh("echo heads")), say)


def wait_for(holds: Callable[[], bool], patience: float = PATIENCE) -> None:
    """Wait until something holds."""
    until = time.monotonic() + patience
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.02)
