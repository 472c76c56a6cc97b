"""Runs on a whole Airflow, handed over and followed as anybody's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from threading import Thread

import pytest

from couler_jupyter.engines.airflow import Airflow
from couler_jupyter.engines.airflow.live.handed import Marks
from couler_jupyter.engines.airflow.live.server import AirflowWeb
from couler_jupyter.engines.web.url_wire import WebWire
from couler_jupyter.ir import Constant, Extra, Phase, Run, Workflow
from couler_jupyter.runs import RunStore
from couler_jupyter.testing.corpus import CORPUS
from couler_jupyter.testing.outcome import Outcome, differences
from couler_jupyter.testing.parts import flow, sh, step
from tests.engines.airflow.live.place import Alone, wait_for
from tests.engines.airflow.live.standalone import airflow_standalone

pytestmark = [pytest.mark.airflow, pytest.mark.timeout(600)]

_CASES = (
    "script-step",
    "workflow-parameter",
    "retry",
    "repeat",
    "map-items",
    "when-with-else",
    "after-failed",
    "artifact-file",
    "workflow-output",
    "exit-handler-with-failures",
)
_LONG = 240.0


@pytest.fixture(scope="module")
def options(
    airflow_bin: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, object]]:
    home = tmp_path_factory.mktemp("airflow") / "home"
    with airflow_standalone(airflow_bin, home) as url:
        yield {
            "server": url,
            "dags": str(home / "dags"),
            "kept": (home / "kept").as_uri(),
            "interval": 2.0,
        }


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunStore]:
    made = RunStore(tmp_path_factory.mktemp("store"))
    yield made
    made.close()


@pytest.fixture(scope="module")
def ran(options: dict[str, object], store: RunStore) -> Mapping[str, Run]:
    """Run all cases beside each other, in a pool that lets nothing begin before all are there.

    Its API server comes to a halt when a run is asked for while tasks tell how they end
    and its database is SQLite.
    """
    web = AirflowWeb(WebWire(str(options["server"]), str))
    token = web.ask("GET", "/auth/token")["access_token"]
    web = AirflowWeb(WebWire(str(options["server"]), lambda: f"Bearer {token}"))
    web.ask("POST", "/api/v2/pools", body={"name": "gate", "slots": 0})
    engine = Alone(store)
    given = {**options, "pool": "gate"}
    runs = {
        name: engine.submit(
            _named(name), arguments=CORPUS[name].arguments, options=given
        )
        for name in _CASES
    }
    threads: list[Thread] = []
    for run in runs.values():
        threads.append(_followed_beside(store, run))
        wait_for(partial(_has_begun, store, run), _LONG)
    whole = {"pool": "gate", "slots": 8, "include_deferred": False}
    web.ask("PATCH", "/api/v2/pools/gate", body=whole)
    for thread in threads:
        thread.join(_LONG)
        assert not thread.is_alive()
    return runs


def _named(name: str) -> Workflow:
    return replace(CORPUS[name].make(), name=name)


def _has_begun(store: RunStore, run: Run) -> bool:
    return Marks.of(store, run.id).triggered or store.phase(run.id).ended


def _followed_beside(store: RunStore, run: Run) -> Thread:
    thread = Thread(target=_follow, args=(store, run), daemon=True)
    thread.start()
    return thread


def _follow(store: RunStore, run: Run) -> None:
    from couler_jupyter.engines.airflow.live.follower import follow

    with store.hold(run.id):
        follow(store, run.id)


@pytest.mark.parametrize("name", _CASES)
def test_comes_to_the_same(name: str, ran: Mapping[str, Run], store: RunStore) -> None:
    engine = Airflow(store)
    outcome = Outcome(steps=engine.status(ran[name]), outputs=engine.outputs(ran[name]))
    expected = CORPUS[name].expected
    assert expected is not None
    assert differences(outcome, expected) == []


def test_tries_times_and_logs_are_told(ran: Mapping[str, Run], store: RunStore) -> None:
    (again,) = store.steps(ran["retry"].id).values()
    assert again.attempt > 1
    log = store.log_path(ran["script-step"].id, "say", 1).read_text()
    assert "two" in log.splitlines()
    work = store.step(ran["exit-handler-with-failures"].id, "work")
    assert work is not None
    assert (work.phase, work.exit_code, work.message) == (
        Phase.FAILED,
        1,
        "exit code 1",
    )
    assert work.duration is not None


@pytest.mark.containers
@pytest.mark.usefixtures("busybox_image")
def test_containers_run_by_the_docker_operator(
    options: dict[str, object],
    store: RunStore,
    container_socket: str,
) -> None:
    case = CORPUS["container-step"]
    engine = Alone(store)
    run = engine.submit(
        _named(case.name), options={**options, "docker_url": container_socket}
    )
    _follow(store, run)
    outcome = Outcome(steps=engine.status(run), outputs=engine.outputs(run))
    assert case.expected is not None
    assert differences(outcome, case.expected) == []


def test_cancelled_and_run_again(
    options: dict[str, object], store: RunStore, tmp_path: Path
) -> None:
    """Followed by a process of its own, as from a notebook."""
    gate = tmp_path / "gate"
    slow = sh(f"until [ -e {gate} ]; do sleep 0.1; done; echo through")
    engine = Airflow(store)
    workflow = flow(
        "slow", step("first", sh("echo one")), step("then", slow, after=["first"])
    )
    run = engine.submit(workflow, options=options)
    wait_for(lambda: engine.status(run).get("then") is Phase.RUNNING, _LONG)
    engine.cancel(run)
    wait_for(lambda: engine.status(run)[""].ended, _LONG)
    assert engine.status(run) == {
        "": Phase.CANCELLED,
        "first": Phase.SUCCEEDED,
        "then": Phase.CANCELLED,
    }
    gate.touch()
    engine.retry(run)
    wait_for(lambda: engine.status(run)[""].ended, _LONG)
    assert store.get(run.id).phase is Phase.SUCCEEDED
    attempts = {name: one.attempt for name, one in store.steps(run.id).items()}
    assert attempts == {"first": 1, "then": 2}
    assert engine.outputs(run)["then"] == {"result": "through"}
    wait_for(lambda: not store.held(run.id), _LONG)


def test_a_file_that_airflow_cannot_load(
    options: dict[str, object], store: RunStore
) -> None:
    callback = Extra(
        engine="airflow",
        path="dag.on_failure_callback",
        value=Constant.of("nowhere.at:all"),
    )
    workflow = flow("lost", step("a", sh("true")), extras=(callback,))
    run = Alone(store).submit(workflow, options=options)
    _follow(store, run)
    record = store.get(run.id)
    assert record.phase is Phase.ERRORED
    assert record.message == (
        "Airflow cannot load lost.py: ModuleNotFoundError: No module named 'nowhere'"
    )
