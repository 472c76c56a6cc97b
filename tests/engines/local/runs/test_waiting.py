"""What a run waits for does not make it deaf; what is shared is taken in turn."""

from __future__ import annotations

import socket
import tempfile
import time
from pathlib import Path

from couler_jupyter.ir import Http, InputArtifact, OutputArtifact, Phase
from couler_jupyter.testing.parts import flow, python, sh, step
from tests.engines.local.runs.bench import Bench, wait_for
from tests.engines.local.test_dask_runner import cluster

_ = cluster  # a fixture


def test_a_download_that_hangs_can_be_cancelled(bench: Bench) -> None:
    read = python("def f(file): ...", inputs=(InputArtifact(name="file"),))
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}/x"
        run = bench.submit(flow("w", step("a", read, takes={"file": Http(url=url)})))
        asker, _ = server.accept()
        with asker:
            bench.wait(run, "a", Phase.RUNNING)
            started = time.monotonic()
            bench.local.cancel(run)
            assert bench.ended(run).phases == {"a": "cancelled"}
            assert time.monotonic() - started < 5
    wait_for(lambda: not bench.store.held(run.id))


def test_two_runs_take_turns_at_an_absolute_path(bench: Bench) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/out.txt"
        out = (OutputArtifact(name="file", path=path),)
        alone = sh(
            f"set -C; : > {folder}/alone || exit 9; sleep 0.3; echo x > {path}; "
            f"rm {folder}/alone",
            outputs=out,
        )
        workflow = flow("w", step("a", alone))
        runs = [bench.submit(workflow) for _ in range(3)]
        for run in runs:
            ended = bench.ended(run)
            assert ended.phases == {"a": "succeeded"}, ended.said("a")
            kept = ended.outputs["a"]["file"]
            assert isinstance(kept, Path)
            assert kept.read_text() == "x\n"


def test_a_run_on_a_dask_cluster(bench: Bench, cluster: str) -> None:
    pid = python("def f(x):\n import os\n return [x, os.environ['COULER_STEP']]")
    ended = bench.run(
        flow(
            "w",
            *(step(f"s{n}", pid, takes={"x": n}) for n in range(4)),
            step("sh", sh("echo hi")),
        ),
        options={"dask": cluster},
    )
    assert ended.phase is Phase.SUCCEEDED
    assert [ended[f"s{n}"] for n in range(4)] == [[n, f"s{n}"] for n in range(4)]
    assert ended["sh"] == "hi"


def test_thousands_of_items(bench: Bench) -> None:
    from couler_jupyter.ir import Constant, ItemRef, Map, OutputRef, Range

    over = Map(over=Range(end=Constant.of(999)))
    workflow = flow(
        "w",
        step("m", python("def f(x): return x"), takes={"x": ItemRef()}, loop=over),
        step("sum", python("def f(x): return sum(x)"), takes={"x": OutputRef("m")}),
    )
    ended = bench.run(workflow)
    assert ended["sum"] == sum(range(1000))
    assert len(ended.steps) == 1002
