"""What a person asks of a run: cancel, resume, retry (rules 7, 14 and 15)."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest

from couler_jupyter.engines.local import Local
from couler_jupyter.errors import RunFailed, SubmitFailed, UnknownName, UsageFailed
from couler_jupyter.ir import (
    Constant,
    ExitHandler,
    FromPerson,
    InputRef,
    ItemRef,
    OutputParameter,
    OutputRef,
    Phase,
    RunField,
    RunRef,
    Script,
    Suspend,
    ValueType,
)
from couler_jupyter.testing.parts import flow, over, python, sh, step
from tests.engines.local.runs.bench import Bench, is_alive, wait_for


def sleeps(folder: Path, name: str = "pid") -> Script:
    """A step with a child of its own that says when both run."""
    return sh(
        f"sleep 77.7 & echo $! $$ > {folder / name}.part; "
        f"mv {folder / name}.part {folder / name}; wait"
    )


def pids(file: Path) -> list[int]:
    return [
        int(word)
        for word in wait_for(lambda: file.exists() and file.read_text()).split()
    ]


def test_cancel_stops_everything_within_a_second(bench: Bench, tmp_path: Path) -> None:
    tells = sh("echo ", InputRef("s"), takes=("s",))
    workflow = flow(
        "w",
        step("a", sleeps(tmp_path, "a")),
        step(
            "stubborn",
            sh(
                f"trap '' TERM; sleep 77.7 & echo $! $$ > {tmp_path}/b; "
                "while true; do wait; done"
            ),
        ),
        step("next", python("def f(): ..."), after=("a",)),
        exit_handlers=(
            ExitHandler(step=step("bye", tells, takes={"s": RunRef(RunField.STATUS)})),
        ),
    )
    run = bench.submit(workflow)
    alive = [*pids(tmp_path / "a"), *pids(tmp_path / "b")]
    bench.wait(run, "a", Phase.RUNNING)
    asked = time.monotonic()
    bench.local.cancel(run)
    wait_for(lambda: bench.store.steps(run.id)["stubborn"].phase is Phase.CANCELLED)
    assert time.monotonic() - asked < 3  # a second, on a machine that is not busy
    ended = bench.ended(run)
    assert ended.phase is Phase.CANCELLED
    assert ended.phases == {
        "a": "cancelled",
        "stubborn": "cancelled",
        "next": "omitted",
        "bye": "succeeded",
    }
    assert ended["bye"] == "cancelled"
    assert not any(map(is_alive, alive))
    with pytest.raises(SubmitFailed, match="has ended: cancelled"):
        bench.local.cancel(run)


def test_sigterm_to_the_supervisor_is_a_cancel(bench: Bench, tmp_path: Path) -> None:
    run = bench.submit(flow("w", step("a", sleeps(tmp_path))))
    alive = pids(tmp_path / "pid")
    os.kill(bench.supervisor(run), signal.SIGTERM)
    assert bench.ended(run).phase is Phase.CANCELLED
    assert not any(map(is_alive, alive))


def test_a_second_cancel_stops_exit_handlers(bench: Bench, tmp_path: Path) -> None:
    workflow = flow(
        "w",
        step("a", sleeps(tmp_path, "a")),
        exit_handlers=(ExitHandler(step=step("bye", sleeps(tmp_path, "bye"))),),
    )
    run = bench.submit(workflow)
    pids(tmp_path / "a")
    bench.local.cancel(run)
    pids(tmp_path / "bye")
    bench.local.cancel(run)
    assert bench.ended(run).phases == {"a": "cancelled", "bye": "cancelled"}


ASK = Suspend(
    message="go on?",
    outputs=(
        OutputParameter(
            name="answer",
            source=FromPerson(),
            type=ValueType.STRING,
            choices=(Constant.of("yes"), Constant.of("no")),
        ),
    ),
)


def test_a_person_resumes_a_step(bench: Bench) -> None:
    take = python("def f(x): return x")
    workflow = flow(
        "w",
        step("ask", ASK),
        step("go", take, takes={"x": OutputRef("ask", "answer")}),
    )
    run = bench.submit(workflow)
    bench.wait(run, "ask", Phase.SUSPENDED)
    wait_for(lambda: bench.store.phase(run.id) is Phase.SUSPENDED)
    with pytest.raises(UnknownName):
        bench.local.resume(run, "asc", {})
    with pytest.raises(UsageFailed, match="'go' is not suspended"):
        bench.local.resume(run, "go", {})
    with pytest.raises(UsageFailed, match="it must be one of"):
        bench.local.resume(run, "ask", {"answer": "maybe"})
    bench.local.resume(run, "ask", {"answer": "yes"})
    assert bench.ended(run)["go"] == "yes"


def test_retry_runs_only_what_had_not_succeeded(bench: Bench, tmp_path: Path) -> None:
    count = sh(
        f"echo x >> {tmp_path}/", InputRef("n"), "; echo ", InputRef("n"), takes=("n",)
    )
    fixed = tmp_path / "fixed"
    workflow = flow(
        "w",
        step("a", count, takes={"n": "a"}),
        step(
            "m",
            sh(
                f"test -e {fixed} -o ",
                InputRef("x"),
                f" -lt 2; r=$?; echo x >> {tmp_path}/m",
                InputRef("x"),
                "; exit $r",
                takes=("x",),
            ),
            takes={"x": ItemRef()},
            loop=over(1, 2, 3),
        ),
        step("end", count, takes={"n": "end"}, after=("m",)),
        exit_handlers=(ExitHandler(step=step("bye", count, takes={"n": "bye"})),),
    )
    ended = bench.run(workflow)
    assert ended.phases == {
        "a": "succeeded",
        "m": "failed",
        "end": "omitted",
        "m[0]": "succeeded",
        "m[1]": "failed",
        "m[2]": "failed",
        "bye": "succeeded",
    }
    fixed.touch()
    assert bench.local.retry(ended.run) == ended.run
    again = bench.ended(ended.run)
    assert again.phase is Phase.SUCCEEDED
    assert set(again.phases.values()) == {"succeeded"}
    times = {
        path.name: len(path.read_text()) // 2
        for path in tmp_path.iterdir()
        if path.is_file() and path.name != "fixed"
    }
    assert times == {"a": 1, "m1": 1, "m2": 2, "m3": 2, "end": 1, "bye": 2}
    assert again.steps["m[1]"].attempt == 2
    with pytest.raises(SubmitFailed, match="nothing to run again"):
        bench.local.retry(ended.run)


def test_retry_makes_again_what_was_deleted(bench: Bench) -> None:
    workflow = flow(
        "w",
        step("a", python("def f(): return {1}")),
        step("b", python("def f(x): raise ValueError"), takes={"x": OutputRef("a")}),
    )
    ended = bench.run(workflow)
    for file in (ended.folder / "values").iterdir():
        file.unlink()
    bench.local.retry(ended.run)
    assert bench.ended(ended.run).steps["a"].attempt == 2


def test_run_waits_and_gives_back_outputs(bench: Bench) -> None:
    one = flow("w", step("a", python("def f(): return {1, 2}")))
    assert bench.local.run(one)["a"]["result"] == {1, 2}
    bad = flow("w", step("a", sh("exit 1")))
    with pytest.raises(RunFailed, match="failed: step 'a' failed: exit code 1"):
        bench.local.run(bad)
    slow = flow("w", step("a", sh("sleep 77.7")))
    with pytest.raises(RunFailed, match="took longer than 1 s"):
        bench.local.run(slow, timeout=1)


def test_outputs_tell_what_they_are_without_loading(bench: Bench) -> None:
    workflow = flow("w", step("a", python("def f(): return {1}")))
    ended = bench.run(workflow)
    assert repr(ended.outputs["a"]) == "{'result': <a set>}"
    for file in (ended.folder / "values").iterdir():
        file.unlink()
    assert len(ended.outputs["a"]) == 1
    with pytest.raises(OSError, match=r"a\.1"):
        ended.outputs["a"]["result"]


def test_the_log_of_an_unknown_step(bench: Bench) -> None:
    ended = bench.run(flow("w", step("a", python("def f(): print('hi')"))))
    assert ended.log("a") == "hi\n"
    with pytest.raises(UnknownName, match="did you mean 'a'"):
        Local(bench.store).log(ended.run, "aa")
