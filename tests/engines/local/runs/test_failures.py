"""Steps that go wrong in every way: a clear outcome each."""

from __future__ import annotations

import time

from couler_jupyter.ir import (
    Backoff,
    Container,
    OutputRef,
    Phase,
    Resources,
    Retry,
    RetryPolicy,
)
from couler_jupyter.testing.parts import flow, python, sh, step
from tests.engines.local.runs.bench import Bench


def test_a_failing_step_fails_only_what_depends_on_it(bench: Bench) -> None:
    ended = bench.run(
        flow(
            "w",
            step("bad", python("def f(): raise ValueError('no such thing')")),
            step("next", python("def f(x): return x"), takes={"x": OutputRef("bad")}),
            step("exit", sh("exit 3")),
            step("other", python("def f(): return 1")),
        )
    )
    assert ended.phases == {
        "bad": "failed",
        "next": "omitted",
        "exit": "failed",
        "other": "succeeded",
    }
    assert ended.said("bad") == "ValueError: no such thing"
    assert ended.said("next") == "bad failed"
    assert ended.said("exit") == "exit code 3"
    assert ended.steps["exit"].exit_code == 3
    assert "Traceback" in ended.log("bad")
    assert ended.phase is Phase.FAILED
    assert ended.message == "step 'bad' failed: ValueError: no such thing (and 1 more)"
    assert ended["other"] == 1


def test_signals_and_early_exits_are_told(bench: Bench) -> None:
    ended = bench.run(
        flow(
            "w",
            step("segv", python("def f():\n import os\n os.kill(os.getpid(), 11)")),
            step("exit", python("def f():\n import os\n os._exit(0)")),
            step("sh", sh("kill -9 $$")),
            step("none", sh("true", interpreter=("no-such-program",))),
        )
    )
    assert ended.said("segv") == "killed by SIGSEGV"
    assert ended.said("exit") == "it exited before its function returned"
    assert ended.said("sh").startswith("killed by SIGKILL")
    assert ended.phases["none"] == "errored"
    assert "no-such-program" in ended.said("none")


def test_a_result_that_cannot_be_pickled(bench: Bench) -> None:
    ended = bench.run(flow("w", step("f", python("def f(): return [lambda: 1]"))))
    assert ended.phases == {"f": "failed"}
    assert "cannot be pickled" in ended.said("f")


def test_a_step_that_prints_a_lot_is_bounded(bench: Bench) -> None:
    loud = python(
        "def f():\n for _ in range(3_000_000): print('x' * 9)\n return 'done'"
    )
    ended = bench.run(flow("w", step("f", loud)), options={"log_limit": 100_000})
    assert ended["f"] == "done"
    log = bench.local.log(ended.run, "f")
    assert log.stat().st_size < 1_000_000
    assert ended.said("f")


def test_retries_of_a_real_step(bench: Bench) -> None:
    counting = sh("test $COULER_ATTEMPT = 3 && echo made it")
    retry = Retry(limit=3, backoff=Backoff(seconds=0.05, factor=2))
    ended = bench.run(flow("w", step("s", counting, retry=retry)))
    assert ended["s"] == "made it"
    assert ended.steps["s"].attempt == 3
    told = [e for _, e in bench.store.events(ended.run.id) if e.step == "s"]
    assert [e.attempt for e in told if e.phase is Phase.RUNNING] == [1, 2, 3]


def test_a_time_out_kills_the_whole_tree(bench: Bench) -> None:
    tree = sh("sh -c 'sleep 77.7 & echo $! > $0; wait' \"$PWD/pid\" & wait")
    started = time.monotonic()
    retry = Retry(limit=1, policy=RetryPolicy.ON_ERROR)
    ended = bench.run(
        flow("w", step("s", tree, timeout=2.0, retry=retry)),
        options={"keep_work": True},
    )
    assert time.monotonic() - started < 70
    assert ended.phases == {"s": "failed"}
    assert ended.said("s") == "took longer than 2 s"
    [pid_file] = (ended.folder / "work").rglob("pid")
    from tests.engines.local.runs.bench import is_alive

    assert not is_alive(int(pid_file.read_text()))


def test_too_much_memory(bench: Bench) -> None:
    greedy = python(
        "def f():\n import time\n x = bytearray(300_000_000)\n time.sleep(60)",
        resources=Resources(memory=100_000_000),
    )
    ended = bench.run(flow("w", step("f", greedy)))
    assert ended.phases == {"f": "failed"}
    assert "memory" in ended.said("f")


def test_a_command_of_a_container_as_a_process(bench: Bench) -> None:
    from couler_jupyter.testing.parts import printed

    box = Container(
        image="none", command=("echo",), args=("a b", "c"), outputs=printed("result")
    )
    ended = bench.run(flow("w", step("c", box)), options={"runtime": "process"})
    assert ended["c"] == "a b c"
