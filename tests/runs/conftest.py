"""A run store for each test, and processes to share it with."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from couler_jupyter.runs import RunRecord, RunStore

WORKER = Path(__file__).with_name("worker.py")


class Worker:
    """Another process that does one thing of `worker.py`."""

    def __init__(self, *arguments: object) -> None:
        self.process = subprocess.Popen(
            [sys.executable, str(WORKER), *map(str, arguments)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def line(self) -> str:
        """Wait for the next line that it says."""
        assert self.process.stdout is not None
        return self.process.stdout.readline().rstrip("\n")

    def go(self) -> None:
        """Let it go on."""
        assert self.process.stdin is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()

    def end(self) -> list[str]:
        """Wait for its end and return what else it said."""
        assert self.process.stdout is not None
        rest = self.process.stdout.read().splitlines()
        assert self.process.wait(60) == 0
        return rest

    def kill(self) -> None:
        """End it as a crash would: no chance to clean up."""
        self.process.kill()
        self.process.wait()

    def close(self) -> None:
        """Leave nothing behind."""
        self.kill()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                pipe.close()


Start = Callable[..., Worker]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Where the store is."""
    return tmp_path / "home"


@pytest.fixture
def store(root: Path) -> Iterator[RunStore]:
    """An empty store."""
    with ExitStack() as stack:
        made = RunStore(root)
        stack.callback(made.close)
        yield made


@pytest.fixture
def run(store: RunStore) -> RunRecord:
    """A run that nobody drives yet."""
    return store.create(workflow="pick-best", engine="local", document='{"a": 1}')


@pytest.fixture
def start() -> Iterator[Start]:
    """Start a worker; it is gone when the test is over."""
    with ExitStack() as stack:

        def begin(*arguments: object) -> Worker:
            worker = Worker(*arguments)
            stack.callback(worker.close)
            return worker

        yield begin


@pytest.fixture
def public() -> Iterator[Path]:
    """A folder that any user can reach and nobody but its owner can write."""
    with TemporaryDirectory(prefix="couler-public-") as place:
        Path(place).chmod(0o755)
        yield Path(place)
