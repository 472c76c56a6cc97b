"""Runs from submission to their end, with a real follower process and a real server."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from couler_jupyter.engines import Submitter
from couler_jupyter.engines.kubeflow import Kubeflow
from couler_jupyter.engines.remote import Remote
from couler_jupyter.errors import (
    CoulerError,
    SubmitFailed,
    Unsupported,
    UsageFailed,
)
from couler_jupyter.ir import (
    Container,
    InputParameter,
    Phase,
    Retry,
    Run,
    Schedule,
    Step,
    Workflow,
)
from couler_jupyter.runs import RunStore, read_log
from tests.engines.argo.live.followers import end_followers
from tests.engines.kubeflow.live.conftest import There
from tests.engines.kubeflow.live.server import KubeflowServer


def step(name: str, script: str, after: tuple[str, ...] = ()) -> Step:
    box = Container(image="busybox", command=("sh", "-c", script))
    return Step(name=name, template=box, after=after)


def until(holds: Callable[[], object]) -> None:
    end = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < end, "it did not come to that"
        time.sleep(0.02)


def log_of(store: RunStore, run: Run, path: str, attempt: int = 1) -> str:
    return read_log(store.log_path(run.id, path, attempt))[0].decode()


@pytest.fixture
def pair(tmp_path: Path) -> Workflow:
    """Two steps, of which the second waits for a file."""
    waits = f"until [ -e {tmp_path}/go ]; do sleep 0.02; done; echo done"
    return Workflow(
        name="pair", steps=(step("load", "echo hello"), step("fit", waits, ("load",)))
    )


@pytest.fixture
def engine(server: KubeflowServer, store: RunStore) -> There:
    return There(run_store=store, at=server.url)


def test_a_killed_follower_is_started_when_somebody_looks(
    server: KubeflowServer, store: RunStore, pair: Workflow, tmp_path: Path
) -> None:
    """As after a kernel was started anew: all that is known is in the run store."""
    options = {"server": server.url, "poll": 0.05}
    run = Kubeflow(run_store=store).submit(pair, options=options)
    until(lambda: Kubeflow(run_store=store).status(run).get("load") is Phase.SUCCEEDED)
    until(lambda: "hello" in log_of(store, run, "load"))
    end_followers(store)
    until(lambda: not store.held(run.id))
    assert store.phase(run.id) is Phase.RUNNING
    (store.folder(run.id) / "follower.started").unlink(missing_ok=True)
    (tmp_path / "go").touch()
    again = Kubeflow(run_store=RunStore(store.root))
    until(lambda: again.status(run)[""].ended)
    assert set(again.status(run).values()) == {Phase.SUCCEEDED}
    until(lambda: not store.held(run.id))
    assert log_of(store, run, "load") == "hello\n"
    assert log_of(store, run, "fit") == "done\n"
    events = [e.phase for _, e in store.events(run.id) if e.step == "load"]
    assert events.count(Phase.SUCCEEDED) == 1


def test_cancel(server: KubeflowServer, store: RunStore, pair: Workflow) -> None:
    options = {"server": server.url, "poll": 0.05}
    engine = Kubeflow(run_store=store)
    run = engine.submit(pair, options=options)
    until(lambda: engine.status(run).get("fit") is Phase.RUNNING)
    engine.cancel(run)
    until(lambda: engine.status(run)[""].ended)
    assert engine.status(run)[""] is Phase.CANCELLED
    assert engine.status(run)["load"] is Phase.SUCCEEDED
    assert engine.status(run)["fit"].bad
    with pytest.raises(SubmitFailed, match="has ended: cancelled"):
        engine.cancel(run)


def test_retry_runs_what_failed(
    engine: There, store: RunStore, tmp_path: Path, server: KubeflowServer
) -> None:
    once = f"echo $$ >> {tmp_path}/loads"
    bad = f"echo try; test -e {tmp_path}/good"
    steps = (
        step("load", once),
        step("fit", bad, ("load",)),
        step("end", "true", ("fit",)),
    )
    run = engine.submit(Workflow(name="again", steps=steps))
    assert engine.status(run)[""] is Phase.FAILED
    assert engine.status(run)["end"] is Phase.OMITTED
    assert store.get(run.id).message.startswith("step 'fit' failed")
    (tmp_path / "good").touch()
    assert engine.retry(run) == run
    until(lambda: not store.held(run.id))
    engine.attend(run)
    until(lambda: engine.status(run)[""].ended)
    assert set(engine.status(run).values()) == {Phase.SUCCEEDED}
    assert store.steps(run.id)["fit"].attempt == 2
    assert len((tmp_path / "loads").read_text().splitlines()) == 1
    assert "POST /runs/run-0:retry" in server.asked
    with pytest.raises(SubmitFailed, match="nothing to run again"):
        engine.retry(run)


def test_attempts_and_logs_of_each(
    engine: There, store: RunStore, tmp_path: Path
) -> None:
    third = f"echo x >> {tmp_path}/n; wc -l < {tmp_path}/n; test $(wc -l < {tmp_path}/n) = 3"
    tried = replace(step("flaky", third), retry=Retry(limit=4))
    run = engine.submit(Workflow(name="flaky", steps=(tried,)))
    assert engine.status(run)["flaky"] is Phase.SUCCEEDED
    assert store.steps(run.id)["flaky"].attempt == 3
    printed = [log_of(store, run, "flaky", number).strip() for number in (1, 2, 3)]
    assert printed == ["1", "2", "3"]


def test_what_is_sent(engine: There, server: KubeflowServer) -> None:
    made = Workflow(
        name="given",
        parameters=(InputParameter(name="n"),),
        steps=(
            step("one", "true"),
            step("two", "false || true"),
        ),
    )
    options = {
        "experiment": "trials",
        "namespace": "team",
        "pipeline_root": "s3://bucket/here",
        "service_account": "runner",
        "run_name": "first",
        "caching": "on",
        "cache_key": "k1",
    }
    engine.submit(made, arguments={"n": [1, 2]}, options=options)
    engine.submit(made, arguments={"n": 3}, options=options)
    sent = server.runs["run-0"].told
    assert sent["display_name"] == "first"
    assert sent["experiment_id"] == server.runs["run-1"].told["experiment_id"]
    (experiment,) = server.experiments
    assert (experiment["display_name"], experiment["namespace"]) == ("trials", "team")
    assert sent["runtime_config"]["parameters"] == {"n": "[1,2]"}
    assert sent["runtime_config"]["pipeline_root"] == "s3://bucket/here"
    assert sent["service_account"] == "runner"
    tasks = sent["pipeline_spec"]["root"]["dag"]["tasks"]
    wanted = {"enableCache": True, "cacheKey": "k1"}
    assert [one["cachingOptions"] for one in tasks.values()] == [wanted, wanted]


@pytest.mark.parametrize(
    ("given", "why"),
    [({}, "parameter 'n' must be given"), ({"n": 1, "m": 2}, "takes no 'm'")],
)
def test_arguments_that_do_not_fit(
    engine: There, store: RunStore, given: dict[str, int], why: str
) -> None:
    made = Workflow(
        name="given", parameters=(InputParameter(name="n"),), steps=(step("a", "true"),)
    )
    with pytest.raises(SubmitFailed, match=why):
        engine.submit(made, arguments=given)
    assert store.runs() == ()


def test_what_etcd_would_not_keep_is_not_sent(
    engine: There, store: RunStore, server: KubeflowServer
) -> None:
    texts = (("true", f": {number} {'x' * 100_000}") for number in range(20))
    boxes = [Container(image="busybox", command=one) for one in texts]
    steps = [Step(name=f"s{n}", template=one) for n, one in enumerate(boxes)]
    big = Workflow(name="big", steps=tuple(steps))
    told = "workflow 'big': Kubeflow makes at least 2,0.* bytes of it, 4.* more than"
    for act in (engine.submit, engine.publish):
        made = replace(big, schedule=Schedule(crons=("0 0 * * *",)))
        with pytest.raises(Unsupported, match=told):
            act(made)
    with pytest.raises(Unsupported, match=told):
        engine.rehearse(big, arguments={}, options={"server": server.url})
    assert (store.runs(), server.asked) == ((), [])
    assert engine.sizes(big)["bytes on the cluster"] > engine.limits[0].most
    assert engine.compile(big).documents


def test_schedules_become_recurring_runs(engine: There, server: KubeflowServer) -> None:
    schedule = Schedule(crons=("30 6 * * 1", "0 0 1 * *"), timezone="Europe/Berlin")
    made = Workflow(name="weekly", steps=(step("a", "true"),), schedule=schedule)
    told = engine.publish(made, options={"server": server.url, "namespace": "team"})
    assert told == ("recurring run again-1", "recurring run again-2")
    first, second = server.recurring
    assert first["trigger"] == {
        "cron_schedule": {"cron": "TZ=Europe/Berlin 0 30 6 * * 1"}
    }
    assert second["trigger"]["cron_schedule"]["cron"].endswith(" 0 0 0 1 * *")
    assert (first["mode"], first["namespace"]) == ("ENABLE", "team")
    assert "pipelineInfo" in first["pipeline_spec"]
    with pytest.raises(SubmitFailed, match="has no schedule"):
        engine.publish(replace(made, schedule=None), options={"server": server.url})


def test_a_run_that_was_deleted_there(
    server: KubeflowServer, store: RunStore, pair: Workflow
) -> None:
    options = {"server": server.url, "poll": 0.05}
    engine = Kubeflow(run_store=store)
    run = engine.submit(pair, options=options)
    until(lambda: engine.status(run).get("fit") is Phase.RUNNING)
    engine.delete(run)
    until(lambda: engine.status(run)[""].ended)
    assert engine.status(run)[""] is Phase.CANCELLED
    assert "was deleted" in store.get(run.id).message
    with pytest.raises(SubmitFailed, match="not found"):
        engine.retry(run)


def test_lists_and_pages(engine: There, server: KubeflowServer) -> None:
    run = engine.submit(Workflow(name="one", steps=(step("a", "true"),)))
    again = engine.resubmit(run)
    entries = engine.listed({"server": server.url})
    assert [(one.name, one.phase, one.run) for one in entries] == [
        ("one", Phase.SUCCEEDED, again.id),
        ("one", Phase.SUCCEEDED, run.id),
    ]
    assert engine.page(run) == f"{server.url}/#/runs/details/run-0"
    told = engine.rehearse(
        Workflow(name="one", steps=(step("a", "true"),)),
        arguments={},
        options={"server": server.url},
    )
    assert told[-1] == f"{server.url} answers and lets you in"


def test_sessions_make_it_with_their_run_store(store: RunStore) -> None:
    assert Kubeflow(store).store is store
    assert Kubeflow(store).image == Kubeflow().image


def test_what_it_can_do(engine: There) -> None:
    assert isinstance(engine, Submitter)
    assert isinstance(engine, Remote)
    names = {one.name: one for one in engine.choices()}
    assert names["caching"].some == ("as written", "on", "off")
    assert names["server"].main
    assert "token_from" not in names


def _refuses(server: KubeflowServer, options: dict[str, object]) -> str:
    made = Workflow(name="one", steps=(step("a", "true"),))
    with pytest.raises(CoulerError) as caught:
        Kubeflow().rehearse(
            made, arguments={}, options={"server": server.url, **options}
        )
    (line,) = str(caught.value).splitlines()
    return line


def test_a_token_is_needed(
    server: KubeflowServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.token = "right"
    monkeypatch.setenv("KUBEFLOW_TOKEN", "wrong")
    monkeypatch.setenv("MINE", "right")
    line = _refuses(server, {})
    assert "who are you (401); the server wants a login; set KUBEFLOW_TOKEN" in line
    assert "wrong" not in line
    made = Workflow(name="one", steps=(step("a", "true"),))
    options = {"server": server.url, "token_from": "env:MINE"}
    assert Kubeflow().rehearse(made, arguments={}, options=options)


def test_a_page_instead_of_data(server: KubeflowServer) -> None:
    server.page = "<html>log in</html>"
    line = _refuses(server, {})
    assert line.startswith(f"{server.url}: a page is answered instead of data")


def test_a_url_that_is_something_else(server: KubeflowServer) -> None:
    line = _refuses(server, {"server": f"{server.url}/elsewhere"})
    assert "this URL is not Kubeflow Pipelines" in line


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"caching": "yes"}, "option caching is 'yes'; write as written or on or off"),
        ({"poll": -1}, "option poll is -1; write a number, 0 or more"),
        ({"token": "x"}, "secrets are never options"),
        ({"token_from": "eyJhb"}, "not the value itself"),
        ({"servr": "x"}, "no option 'servr'; did you mean 'server'"),
        ({"server": "kubeflow"}, "must be written like https"),
        ({"server": ""}, "no Kubeflow Pipelines: give its URL in option server"),
    ],
)
def test_options_that_are_none(
    server: KubeflowServer, options: dict[str, object], why: str
) -> None:
    line = _refuses(server, options)
    assert why in line
    assert "eyJhb" not in line


def test_options_are_kept_without_secrets(
    server: KubeflowServer, store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MINE", "very-secret")
    engine = There(run_store=store, at=server.url)
    made = Workflow(name="one", steps=(step("a", "true"),))
    run = engine.submit(made, options={"token_from": "env:MINE", "image": "python:3"})
    kept = store.get(run.id).options
    assert "very-secret" not in kept
    assert json.loads(kept)["compile"] == {"image": "python:3"}


def test_no_server(store: RunStore) -> None:
    made = Workflow(name="one", steps=(step("a", "true"),))
    with pytest.raises(UsageFailed):
        Kubeflow(run_store=store).submit(made)
    assert store.runs() == ()
