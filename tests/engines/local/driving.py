"""Drives a runner as the supervisor does: one loop, outcomes by attempt."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from couler_jupyter.engines.local.attempt import (
    Argument,
    Attempt,
    Call,
    FunctionCall,
    Inline,
    Outcome,
    ProcessCall,
    Runner,
)
from couler_jupyter.engines.local.loop import Loop

PATIENCE = 60.0


class Driver:
    """A loop, a runner on it, and the outcomes so far."""

    def __init__(
        self,
        folder: Path,
        make: Callable[[Loop, Callable[[Outcome], None]], Runner],
    ) -> None:
        self.folder = folder
        self.loop = Loop()
        self.outcomes: dict[str, Outcome] = {}
        self.runner = make(self.loop, self._take)
        self._last = 0

    def attempt(self, call: Call, **more: Any) -> Attempt:
        """Return an attempt of `call` with an id, a log and a folder of its own."""
        self._last += 1
        name = more.pop("id", f"a{self._last}")
        log = self.folder / f"{name}.log"
        more = {"workdir": self.folder, "log": log} | more
        return Attempt(id=name, call=call, **more)

    def run(self, call: Call, **more: Any) -> Outcome:
        """Return the outcome of one attempt."""
        attempt = self.attempt(call, **more)
        self.runner.start(attempt)
        return self.outcome(attempt.id)

    def start(self, call: Call, **more: Any) -> Attempt:
        """Begin an attempt."""
        attempt = self.attempt(call, **more)
        self.runner.start(attempt)
        return attempt

    def outcome(self, name: str) -> Outcome:
        """Wait for the outcome of an attempt and return it."""
        self.until(lambda: name in self.outcomes)
        return self.outcomes[name]

    def until(self, condition: Callable[[], bool]) -> None:
        """Serve the loop until `condition` holds."""
        deadline = time.monotonic() + PATIENCE
        while not condition():
            assert time.monotonic() < deadline, "waited too long"
            self.loop.run_once(0.01)

    def function(self, source: str, *given: Any, **named: Any) -> FunctionCall:
        """Return a call of the function `step` in `source`; plain data is inline."""
        self._last += 1
        path = self.folder / f"step{self._last}.py"
        path.write_text(source, encoding="utf-8")
        return FunctionCall(
            source=path,
            function="step",
            positional=tuple(map(_argument, given)),
            named=tuple((name, _argument(value)) for name, value in named.items()),
            result=self.folder / f"result{self._last}",
        )

    def log(self, outcome: Outcome) -> str:
        """Return what an attempt has logged."""
        path = self.folder / f"{outcome.id}.log"
        return path.read_text(encoding="utf-8") if path.exists() else ""

    def close(self) -> None:
        """Stop everything."""
        self.runner.close()
        self.loop.close()

    def _take(self, outcome: Outcome) -> None:
        assert outcome.id not in self.outcomes, "a second outcome of one attempt"
        self.outcomes[outcome.id] = outcome


def bash(script: str, stdin: bytes | None = None) -> ProcessCall:
    """Return a command that runs a bash script."""
    return ProcessCall(argv=("bash", "-c", script), stdin=stdin)


def _argument(value: Any) -> Argument:
    return value if isinstance(value, Argument) else Inline(value)
