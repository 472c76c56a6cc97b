"""Kernels and supervisors that are killed: runs go on, or can be taken up again."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from couler_jupyter.engines.local.process_tree import children
from couler_jupyter.ir import InputRef, ItemRef, OutputRef, Phase, Run, to_json
from couler_jupyter.runs import RunStore
from couler_jupyter.testing.parts import flow, over, python, sh, step
from tests.engines.local.runs.bench import Bench, is_alive, wait_for
from tests.engines.local.runs.test_control import pids, sleeps

SUBMIT = """
import sys, time
from pathlib import Path
from couler_jupyter.engines.local import Local
from couler_jupyter.ir import from_json
from couler_jupyter.runs import RunStore
run = Local(RunStore(Path(sys.argv[1]))).submit(from_json(sys.stdin.read()))
print(run.id, flush=True)
time.sleep(600)
"""


def test_a_run_outlives_whoever_submitted_it(bench: Bench, tmp_path: Path) -> None:
    go = tmp_path / "go"
    workflow = flow(
        "w",
        step("a", sh(f"until test -e {go}; do sleep 0.05; done; echo done")),
        step("b", python("def f(x): return x"), takes={"x": OutputRef("a")}),
    )
    with subprocess.Popen(
        [sys.executable, "-c", SUBMIT, str(bench.store.root)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as kernel:
        assert kernel.stdin is not None
        assert kernel.stdout is not None
        kernel.stdin.write(to_json(workflow))
        kernel.stdin.close()
        run = Run("local", kernel.stdout.readline().strip())
        bench.wait(run, "a", Phase.RUNNING)
        os.killpg(kernel.pid, signal.SIGKILL)
    assert bench.store.held(run.id)
    go.touch()
    ended = bench.ended(run)
    assert ended.phase is Phase.SUCCEEDED
    assert ended["b"] == "done"


def test_a_killed_supervisor_takes_its_steps_with_it(
    bench: Bench, tmp_path: Path
) -> None:
    run = bench.submit(flow("w", step("a", sleeps(tmp_path)), step("b", sh("true"))))
    alive = pids(tmp_path / "pid")
    bench.wait(run, "b", Phase.SUCCEEDED)
    bench.kill(run)
    assert bench.store.phase(run.id) is Phase.INTERRUPTED
    wait_for(lambda: not any(map(is_alive, alive)))
    bench.local.cancel(run)
    assert bench.store.phase(run.id) is Phase.CANCELLED


def test_what_a_killed_supervisor_left_running_ends_when_the_run_goes_on(
    bench: Bench, tmp_path: Path
) -> None:
    """Its fork server was killed, too, and so could not end them."""
    first = tmp_path / "first"
    start = (
        f"echo $$ > {tmp_path}/new; mv {tmp_path}/new {tmp_path}/pid; exec sleep 600"
    )
    script = f"test -e {first} && exit 0; touch {first}; setsid sh -c '{start}' & wait"
    run = bench.submit(flow("w", step("a", sh(script))))
    [stray] = pids(tmp_path / "pid")
    servers = children(bench.supervisor(run))
    for pid in servers:
        os.kill(pid, signal.SIGSTOP)
    bench.kill(run)
    for pid in servers:
        os.kill(pid, signal.SIGKILL)
    wait_for(lambda: not any(map(is_alive, servers)))
    assert is_alive(stray)
    bench.local.retry(run)
    ended = bench.ended(run)
    assert ended.phases == {"a": "succeeded"}
    assert not is_alive(stray)


@pytest.mark.parametrize("seed", range(6))
def test_killed_at_any_moment_it_can_be_taken_up_again(
    bench: Bench, tmp_path: Path, seed: int
) -> None:
    """Whatever is written down as succeeded never runs again; all ends well."""
    counts = tmp_path / "counts"
    counts.mkdir()
    count = sh(
        f"echo x >> {counts}/",
        InputRef("n"),
        "; sleep 0.02; echo ",
        InputRef("n"),
        takes=("n",),
    )
    layers = [
        step(
            f"s{n}", count, takes={"n": f"s{n}"}, after=(f"s{n - 2}",) if n > 1 else ()
        )
        for n in range(12)
    ]
    mapped = step("m", count, takes={"n": ItemRef()}, loop=over("i0", "i1", "i2", "i3"))
    workflow = flow("w", *layers, mapped)
    dice = random.Random(seed)
    run = bench.submit(workflow)
    runs_before: dict[str, int] = {}
    for _ in range(3):
        moment = dice.randrange(40)
        wait_for(
            lambda: (
                len(bench.store.events(run.id)) >= moment  # noqa: B023
                or bench.store.phase(run.id).ended
            )
        )
        if bench.store.phase(run.id) is Phase.SUCCEEDED:
            break
        bench.kill(run)
        if bench.store.phase(run.id) is Phase.SUCCEEDED:
            break
        assert bench.store.phase(run.id) is Phase.INTERRUPTED
        for path, record in bench.store.steps(run.id).items():
            if record.phase is Phase.SUCCEEDED and path != "m":
                runs_before.setdefault(path, record.attempt)
        bench.local.retry(run)
    ended = bench.ended(run)
    assert ended.phase is Phase.SUCCEEDED
    assert set(ended.phases.values()) == {"succeeded"}
    assert ended["m"] == ["i0", "i1", "i2", "i3"]
    for path, attempt in runs_before.items():
        assert ended.steps[path].attempt == attempt
    assert len(list(counts.iterdir())) == 16


def test_two_submitters_share_one_store(bench: Bench) -> None:
    workflow = flow(
        "w",
        *(step(f"s{n}", python("def f(): return 1")) for n in range(5)),
    )
    other = Bench(bench.store.root)
    runs = [one.submit(workflow) for one in (bench, other, bench, other)]
    assert len({run.id for run in runs}) == 4
    assert all(bench.ended(run).phase is Phase.SUCCEEDED for run in runs)
    assert len(other.store.runs()) == 4
    other.close()


def test_one_run_is_driven_once(bench: Bench, tmp_path: Path) -> None:
    run = bench.submit(flow("w", step("a", sleeps(tmp_path))))
    pids(tmp_path / "pid")
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "couler_jupyter.engines.local.supervisor",
            str(bench.store.root),
            run.id,
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "is being driven by process" in done.stderr
    assert "Traceback" not in done.stderr
    assert bench.store.phase(run.id) is Phase.RUNNING


def test_a_document_that_cannot_be_read_ends_the_run(bench: Bench) -> None:
    record = bench.store.create(workflow="w", engine="local", document="{}")
    from couler_jupyter.engines.local.launching import launch
    from couler_jupyter.engines.local.options import Options

    launch(bench.store, record.id, Options())
    bench.local.wait(Run("local", record.id), 60)
    found = bench.store.get(record.id)
    assert found.phase is Phase.ERRORED
    assert "no workflow document" in found.message


def test_a_full_disk_ends_the_run_and_breaks_nothing(tmp_path: Path) -> None:
    """A file-size limit stands in for the disk: no file may grow beyond it."""
    import resource

    store = RunStore(tmp_path)
    workflow = flow(
        "w",
        step(
            "m",
            python("def f(x): return 'x' * 3000"),
            takes={"x": ItemRef()},
            loop=over(*range(400)),
        ),
    )
    record = store.create(workflow="w", engine="local", document=to_json(workflow))
    limit = (tmp_path / "runs.sqlite").stat().st_size + 400_000

    def bound() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)

    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "couler_jupyter.engines.local.supervisor",
            str(tmp_path),
            record.id,
        ],
        preexec_fn=bound,
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert store.phase(record.id) in (Phase.ERRORED, Phase.INTERRUPTED)
    bench = Bench(tmp_path)
    run = Run("local", record.id)
    bench.local.retry(run)
    assert bench.ended(run).phase is Phase.SUCCEEDED
    bench.close()
    store.close()
