"""What tests have another process do with a run store: python worker.py VERB ROOT ..."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

from couler_jupyter.errors import CoulerError
from couler_jupyter.ir import Phase, RunEvent
from couler_jupyter.runs import RunStore, follow


def say(text: object) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def wait_for_go() -> None:
    sys.stdin.readline()


def event(step: str, phase: Phase = Phase.RUNNING, attempt: int = 1) -> RunEvent:
    return RunEvent(step=step, phase=phase, time=time.time(), attempt=attempt)


def hold(root: Path, run: str) -> None:
    with RunStore(root).hold(run):
        say("held")
        wait_for_go()
    say("released")
    wait_for_go()


def hold_with_orphan(root: Path, run: str) -> None:
    """Hold the run, with a forked and an exec'ed child that would outlive us."""
    with RunStore(root).hold(run):
        forked = os.fork()
        if forked == 0:
            time.sleep(600)
            os._exit(0)
        spawned = os.posix_spawn("/bin/sleep", ["sleep", "600"], os.environ)
        say(f"{forked} {spawned}")
        wait_for_go()


def fork_and_leave(root: Path, run: str) -> None:
    """Have a child that leaves in the regular way, through every `finally`."""
    with RunStore(root).hold(run):
        child = os.fork()
        if child == 0:
            sys.exit(0)
        os.waitpid(child, 0)
        say("left")
        wait_for_go()


def record(root: Path, run: str, name: str, count: str) -> None:
    """Record `count` steps, two events each, in one call per step."""
    store = RunStore(root)
    say("ready")
    wait_for_go()
    for number in range(int(count)):
        step = f"{name}[{number}]"
        events = [event(step), event(step, Phase.SUCCEEDED)]
        store.record(run, events, outputs={step: str(number)})
    store.close()


def record_for_ever(root: Path, run: str) -> None:
    store = RunStore(root)
    number = 0
    while True:
        step = f"s[{number}]"
        events = [event(step), event(step, Phase.SUCCEEDED)]
        store.record(run, events, outputs={step: str(number)})
        if number == 0:
            say("ready")
        number += 1


def stop_in_the_middle(root: Path, run: str, children: str) -> None:
    """Stay in a transaction, with uncommitted rows in the log on disk."""
    store = RunStore(root)
    with store._database.writing() as connection:
        connection.execute("PRAGMA cache_size = 1")
        connection.execute("UPDATE runs SET seq = seq + 5000 WHERE id = ?", (run,))
        rows = [(1, n + 1, f"half[{n}]", "running", 0.0, 1, "") for n in range(5000)]
        connection.executemany(
            "INSERT INTO events (run, seq, step, phase, time, attempt, message) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            rows,
        )
        if children == "children" and os.fork() == 0:
            time.sleep(60)
            os._exit(0)
        say("in the middle")
        wait_for_go()


def create(root: Path, count: str) -> None:
    say("ready")
    wait_for_go()
    store = RunStore(root)
    for _ in range(int(count)):
        run = store.create(workflow="same name", engine="local", document="{}")
        events = [event("a"), event("a", Phase.SUCCEEDED)]
        store.record(run.id, events, outputs={"a": "1"})
        say(run.id)
    store.close()


def follow_all(root: Path, run: str) -> None:
    for batch in follow(RunStore(root), run, poll=0.01):
        for one in batch.events:
            say(f"{one.step} {one.phase}")
        say(f"now {batch.phase}")


def take(root: Path, run: str) -> None:
    """Take commands until `end` comes."""
    store = RunStore(root)
    say("ready")
    while True:
        for command in store.take_commands(run):
            say(command.verb)
            if command.verb == "end":
                return


def attempt(root: Path, user: str) -> None:
    """Open the store as a user and say what becomes of it, at each go."""
    os.setuid(int(user))
    with_store: RunStore | None = None
    while True:
        try:
            with_store = with_store or RunStore(root)
            say(f"{len(with_store.runs())} runs")
            with_store.create(workflow="w", engine="local", document="{}")
            say("created")
        except CoulerError as error:
            say(f"{type(error).__name__}: {error}")
        if not sys.stdin.readline():
            return


def delete(root: Path, run: str, user: str) -> None:
    """Delete the run as a user."""
    os.setuid(int(user))
    store = RunStore(root)
    store.delete(run)
    store.close()
    say("deleted")


VERBS: dict[str, Callable[..., None]] = {
    one.__name__: one
    for one in (
        attempt,
        create,
        delete,
        follow_all,
        fork_and_leave,
        hold,
        hold_with_orphan,
        record,
        record_for_ever,
        stop_in_the_middle,
        take,
    )
}

if __name__ == "__main__":
    VERBS[sys.argv[1]](Path(sys.argv[2]), *sys.argv[3:])
