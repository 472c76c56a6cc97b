"""The tasks of a run of the stand-in, as servers tell of them: the old way and the new one."""

from __future__ import annotations

import copy
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from threading import Event, RLock
from typing import Any

Object = dict[str, Any]


@dataclass
class Told:
    """A task that goes on."""

    tasks: Tasks
    record: Object

    def end(self, phase: str, outputs: Object) -> None:
        """Tell how it ended."""
        with self.tasks.lock:
            self.record["state"] = phase.upper()
            self.record["end_time"] = now()
            if phase == "succeeded":
                self.record["outputs"] = {
                    "parameters": [
                        {"parameter_key": key, "value": value}
                        for key, value in outputs.items()
                    ]
                }


@dataclass
class Tasks:
    """What a server knows of the tasks of one run."""

    folder: Path
    prefix: str = "run"
    lock: RLock = field(default_factory=RLock)
    cancelled: Event = field(default_factory=Event)
    records: list[Object] = field(default_factory=list)
    logs: dict[str, Path] = field(default_factory=dict)
    _around: list[Object] = field(default_factory=list)
    _numbers: count[int] = field(default_factory=count)

    @contextmanager
    def doing(
        self, name: str, kind: str, index: int | None = None
    ) -> Generator[Told, None, None]:
        """Tell of a task that begins, and runs inside the `with`."""
        record: Object = {
            "task_id": f"{self.prefix}-{next(self._numbers)}",
            "name": name,
            "display_name": name,
            "type": kind,
            "parent_task_id": self._around[-1]["task_id"] if self._around else "",
            "state": "RUNNING",
            "create_time": now(),
            "pods": [],
        }
        if index is not None:
            record["type_attributes"] = {"iteration_index": str(index)}
        with self.lock:
            self.records.append(record)
        self._around.append(record)
        try:
            yield Told(self, record)
        finally:
            self._around.pop()

    def pod(self) -> Path:
        """Tell of a pod of the task that goes on; return the file that it prints to."""
        record = self._around[-1]
        name = f"{record['task_id']}-pod-{len(record['pods'])}"
        with self.lock:
            record["type"] = "RUNTIME"
            record["pods"].append({"name": name, "type": "EXECUTOR"})
            self.logs[name] = self.folder / f"{name}.log"
        return self.logs[name]

    def told(self) -> list[Object]:
        """Return the tasks as they stand now."""
        with self.lock:
            return copy.deepcopy(self.records)


def now() -> str:
    """Return the time as servers write it."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
