"""What stands in the way of a run is one line, and the run's record is kept."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from typing import Any

import pytest

from couler_jupyter.errors import CoulerError, SubmitFailed, UsageFailed
from couler_jupyter.ir import Phase, Workflow
from couler_jupyter.testing.airflow_server import Try, good
from couler_jupyter.testing.parts import flow, sh, step
from tests.engines.airflow.live.place import Place, coin, wait_for


def refused(place: Place, workflow: Workflow | None = None, **options: Any) -> str:
    """Return why a run cannot be handed over; its record says the same."""
    with pytest.raises(CoulerError) as caught:
        place.submit(workflow or coin(), **options)
    (record,) = place.store.runs()
    assert record.phase is Phase.ERRORED
    assert record.message == str(caught.value)
    assert "\n" not in record.message
    return record.message


def failed(place: Place, **options: Any) -> str:
    """Return why a run that was handed over has never begun."""
    run = place.ran(coin(), **options)
    phase, message = place.told(run)
    assert phase is Phase.ERRORED
    assert "\n" not in message
    return message


def test_no_server(place: Place) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    message = refused(place, server=url)
    assert message == f"{url} cannot be reached: connection refused"


def test_a_wrong_token(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    place.server.token = "right"
    monkeypatch.setenv("MINE", "wrong")
    message = refused(place, token_from="env:MINE")
    assert "Invalid JWT token (401); the token is not accepted" in message
    assert "wrong" not in message


def test_a_token_that_is_not_there(place: Place) -> None:
    assert (
        refused(place, token_from="env:NOWHERE") == "there is no secret at env:NOWHERE"
    )


def test_a_token_from_a_password(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    place.server.token, place.server.users = "right", {"me": "mine"}
    monkeypatch.setenv("MINE", "mine")
    run = place.ran(coin(), user="me", password_from="env:MINE")
    assert place.told(run)[0] is Phase.SUCCEEDED
    place.store.delete(run.id)
    monkeypatch.setenv("MINE", "other")
    message = refused(place, user="me", password_from="env:MINE")
    assert "user 'me' cannot log in: Invalid credentials (401)" in message


def test_nobody_is_let_in_without_a_name(place: Place) -> None:
    place.server.token, place.server.users = "right", {"me": "mine"}
    assert "hands no token to just anybody (403)" in refused(place)


def test_a_token_that_ran_out_is_fetched_anew(place: Place) -> None:
    place.server.token = "first"
    run = place.submit(coin())
    place.server.token = "second"
    place.follow(run)
    assert place.told(run)[0] is Phase.SUCCEEDED


@pytest.mark.parametrize("asked", ["submit", "rehearse", "publish"])
def test_an_airflow_that_runs_are_not_handed_to(place: Place, asked: str) -> None:
    engine, old = place.engine, {**place.options, "version": "2.10"}
    asks: dict[str, Callable[[], object]] = {
        "submit": lambda: engine.submit(coin(), options=old),
        "rehearse": lambda: engine.rehearse(coin(), arguments={}, options=old),
        "publish": lambda: engine.publish(coin(), options=old),
    }
    with pytest.raises(UsageFailed, match=r"version 2\.10 only compiles: .* 3\.0"):
        asks[asked]()
    assert not place.store.runs()
    assert not list(place.server.folder.iterdir())


def test_a_wrong_url(place: Place) -> None:
    message = refused(place, server=f"{place.url}/elsewhere")
    assert "no token" in message or "Not Found (404)" in message
    assert "URL of Airflow's API server" in message or "token_from" in message


def test_a_url_that_is_none(place: Place) -> None:
    assert "must be written like https://" in refused(place, server="airflow:8080")


def test_a_server_that_answers_with_pages(place: Place) -> None:
    place.server.html = True
    message = refused(place)
    assert message == f"{place.url}: /auth/token is answered by no JSON"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_is_read_only(place: Place) -> None:
    place.server.folder.chmod(0o500)
    try:
        message = refused(place)
    finally:
        place.server.folder.chmod(0o700)
    assert message.endswith("coin.py cannot be written: permission denied")


def test_a_folder_that_cannot_be_written(place: Place) -> None:
    message = refused(place, dags="/proc/1/task")
    assert message.startswith("/proc/1/task/coin.py cannot be written: ")


def test_a_folder_that_is_none(place: Place) -> None:
    assert refused(place, dags="/nowhere") == (
        "/nowhere is no folder; name the folder of DAGs that Airflow reads by dags"
    )


def test_a_folder_that_is_not_watched(place: Place) -> None:
    place.server.watched = False
    assert failed(place, discovery=0.05) == (
        f"Airflow has not seen {place.server.folder}/coin.py in 0.05 s; is that in the "
        "folder that its DAG processor reads?"
    )


def test_a_folder_behind_a_url(place: Place) -> None:
    url = place.server.folder.as_uri()
    assert place.told(place.ran(coin(), dags=url))[0] is Phase.SUCCEEDED
    assert "needs the package" in refused_url(place) or "protocol" in refused_url(place)


def refused_url(place: Place) -> str:
    with pytest.raises(CoulerError) as caught:
        place.submit(coin(), dags="nosuch://bucket/dags")
    return str(caught.value).lower()


def test_a_file_that_airflow_cannot_load(place: Place) -> None:
    place.server.broken["coin.py"] = (
        "Traceback (most recent call last):\n  File ...\n"
        "ModuleNotFoundError: No module named 'docker'\n"
    )
    # an old error of that name is not held against what is written now
    (place.server.folder / "coin.py").write_text(
        '"""The workflow coin; a generated file."""'
    )
    run = place.submit(coin(), discovery=0.05)
    place.follow(run)
    assert "has not seen" in place.told(run)[1]
    place.server.broken["coin.py"] += "again\n\nModuleNotFoundError: No module 'x'\n"
    place.engine.retry(run)
    place.server.broken["coin.py"] += "ImportError: y\n"
    place.follow(run)
    assert place.told(run) == (
        Phase.ERRORED,
        "Airflow cannot load coin.py: ImportError: y",
    )


def test_a_file_of_somebody_else_stays(place: Place) -> None:
    path = place.server.folder / "coin.py"
    path.write_text("import airflow")
    assert "was not written from a workflow; it stays" in refused(place)
    assert path.read_text() == "import airflow"


def test_a_dag_that_runs_is_not_changed_below_its_feet(place: Place) -> None:
    place.server.plays["coin"]["flip", -1] = (Try(held=True),)
    first = place.submit(coin())
    place.server.trigger(("coin", "other"), {}, {"dag_run_id": "other", "conf": {}})
    place.server.tasks(("coin", "other"), {}, None)
    with pytest.raises(SubmitFailed, match="is running as it was before, as other"):
        place.submit(flow("coin", step("flip", sh("echo tails"))))
    assert place.submit(coin()) != first


def test_a_name_that_airflow_would_refuse(place: Place) -> None:
    run = place.submit(coin("coin.v2"))
    (path,) = place.server.folder.iterdir()
    dag = path.name.removesuffix(".py")
    assert dag.startswith("coin-v2-")
    place.server.plays[dag] = place.server.plays["coin"]
    place.follow(run)
    assert place.told(run)[0] is Phase.SUCCEEDED


def test_a_run_that_was_deleted_behind_our_back(place: Place) -> None:
    place.server.plays["coin"]["flip", -1] = (Try(held=True),)
    run = place.submit(coin())
    with place.following(run):
        wait_for(lambda: "flip" in place.store.steps(run.id))
        wait_for(lambda: place.store.steps(run.id)["flip"].phase is Phase.RUNNING)
        del place.server.runs["coin", f"couler__{run.id}"]
    phase, message = place.told(run)
    assert phase is Phase.CANCELLED
    assert "deleted" in message
    steps = place.store.steps(run.id)
    assert (steps["flip"].phase, steps["say"].phase) == (
        Phase.CANCELLED,
        Phase.OMITTED,
    )
    with pytest.raises(SubmitFailed, match="is not there any more; resubmit it"):
        place.engine.retry(run)


def test_a_paused_dag_is_unpaused_or_refused(place: Place) -> None:
    place.server.paused.add("coin")
    assert failed(place, unpause=False).startswith("DAG coin is paused; unpause it")
    run = place.ran(coin())
    assert place.told(run)[0] is Phase.SUCCEEDED
    assert place.server.paused == set()


def test_a_dag_that_is_paused_meanwhile_suspends_the_run(place: Place) -> None:
    place.server.plays["coin"]["flip", -1] = (Try(held=True),)
    run = place.submit(coin())
    with place.following(run):
        wait_for(lambda: "flip" in place.store.steps(run.id))
        place.dag_run(run).tasks[0].tries = (good({}),)
        place.server.paused.add("coin")
        wait_for(lambda: place.told(run)[0] is Phase.SUSPENDED)
        message = place.told(run)[1]
        place.engine.resume_all(run)
    assert message == "DAG coin is paused; resume the run, or unpause it"
    assert place.told(run)[0] is Phase.SUCCEEDED


def test_options_that_are_wrong_are_told_together(place: Place) -> None:
    with pytest.raises(UsageFailed) as caught:
        place.submit(coin(), servr="x", containers="lxc", interval=-1, password="p")
    message = str(caught.value)
    assert "no option 'servr'; did you mean 'server'" in message
    assert "option containers is 'lxc'; write docker or kubernetes" in message
    assert "option interval is -1; write a number, 0 or more" in message
    assert "secrets are never options" in message
    assert place.store.runs() == ()


def test_a_user_without_a_password(place: Place) -> None:
    message = refused(place, user="me")
    assert message == "write user and password_from, or neither of them"
