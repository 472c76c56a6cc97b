"""Real runs of small workflows, waited for with deadlines."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from couler_jupyter.engines.local import Local
from couler_jupyter.ir import Phase, Run, Workflow
from couler_jupyter.runs import RunStore, StepRecord

PATIENCE = 60.0


def wait_for(condition: Callable[[], Any], patience: float = PATIENCE) -> Any:
    """Return the first true value of `condition`."""
    end = time.monotonic() + patience
    while not (found := condition()):
        assert time.monotonic() < end, "it does not happen"
        time.sleep(0.01)
    return found


def is_alive(pid: int) -> bool:
    """Whether a process runs; one that only waits to be reaped does not."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return text.rpartition(")")[2].split()[0] not in "ZX"


class Bench:
    """A local engine, its store, and the runs of one test."""

    def __init__(self, root: Path) -> None:
        self.store = RunStore(root)
        self.local = Local(self.store)
        self._runs: list[Run] = []

    def submit(self, workflow: Workflow, **more: Any) -> Run:
        run = self.local.submit(workflow, **more)
        self._runs.append(run)
        return run

    def run(self, workflow: Workflow, **more: Any) -> Ended:
        """Run a workflow to its end."""
        return self.ended(self.submit(workflow, **more))

    def ended(self, run: Run) -> Ended:
        """Wait for the end of a run."""
        self.local.wait(run, PATIENCE)
        return Ended(self, run)

    def wait(self, run: Run, step: str, phase: Phase) -> StepRecord:
        """Wait until a step stands somewhere."""

        def there() -> StepRecord | None:
            record = self.store.steps(run.id).get(step)
            return record if record is not None and record.phase is phase else None

        found = wait_for(there)
        assert isinstance(found, StepRecord)
        return found

    def supervisor(self, run: Run) -> int:
        """Return the process id of the supervisor, once it drives the run."""
        lock = self.store.folder(run.id) / "lock"
        return int(wait_for(lambda: lock.read_text().strip()))

    def kill(self, run: Run) -> None:
        """Kill the supervisor as hard as can be, and wait until it is gone."""
        pid = self.supervisor(run)
        os.kill(pid, signal.SIGKILL)
        wait_for(lambda: not is_alive(pid))

    def close(self) -> None:
        for run in self._runs:
            if self.store.held(run.id):
                os.kill(self.supervisor(run), signal.SIGKILL)
        self.store.close()


class Ended:
    """A run that has ended."""

    def __init__(self, bench: Bench, run: Run) -> None:
        self.bench = bench
        self.run = run
        record = bench.store.get(run.id)
        self.phase, self.message = record.phase, record.message
        self.steps = bench.store.steps(run.id)
        self.outputs = bench.local.outputs(run)

    @property
    def phases(self) -> Mapping[str, str]:
        return {path: record.phase.value for path, record in self.steps.items()}

    def said(self, path: str) -> str:
        """Why a step ended as it did."""
        return self.steps[path].message

    def log(self, path: str, attempt: int | None = None) -> str:
        log = self.bench.local.log(self.run, path, attempt)
        return log.read_text() if log.exists() else ""

    def __getitem__(self, path: str) -> Any:
        """The `result` of a step."""
        return self.outputs[path]["result"]

    @property
    def folder(self) -> Path:
        return self.bench.store.folder(self.run.id)
