"""Options of a run: from a form, from a target, from a session."""

from __future__ import annotations

import json
from pathlib import Path

from couler_jupyter.engines.airflow import Airflow
from couler_jupyter.engines.airflow.live.options import (
    LiveOptions,
    dags_of,
    server_of,
)
from couler_jupyter.ir import Phase
from couler_jupyter.session import Session
from couler_jupyter.session.submitting.fields import option_fields
from couler_jupyter.targets import target_of
from tests.engines.airflow.live.place import Place, coin, wait_for

_TARGET = {
    "engine": "airflow",
    "options": {"server": "https://a.example.org", "pool": "small", "user": "me"},
    "secrets": {"password": "keyring:airflow/me"},
}


def test_all_options_are_told_of() -> None:
    choices = Airflow().choices()
    names = [one.name for one in choices]
    assert len(set(names)) == len(names)
    assert {"server", "dags", "pool", "containers", "interval"} <= set(names)
    assert all(one.help for one in choices if one.name != "namespace")
    (containers,) = (one for one in choices if one.name == "containers")
    assert containers.some == ("docker", "kubernetes")


def test_a_target_fills_the_form_in() -> None:
    target = target_of("staging", _TARGET)
    fields = {one["name"]: one for one in option_fields(Airflow(), target)}
    assert fields["server"]["default"] == "https://a.example.org"
    assert fields["pool"]["default"] == "small"
    assert "password_from" not in fields


def test_a_target_is_what_an_engine_is_configured_by() -> None:
    options, engine = Airflow().chosen(target_of("staging", _TARGET).run_options())
    assert (options.user, options.password_from) == ("me", "keyring:airflow/me")
    assert engine.setting.pool == "small"


def test_where_nothing_is_said_airflow_s_own_variables_say_it() -> None:
    usual = LiveOptions()
    assert server_of(usual, {}) == "http://localhost:8080"
    assert server_of(usual, {"AIRFLOW__API__BASE_URL": "http://b/x/"}) == "http://b/x"
    assert dags_of(usual, {"AIRFLOW_HOME": "/a"}) == "/a/dags"
    assert dags_of(usual, {"AIRFLOW__CORE__DAGS_FOLDER": "/d"}) == "/d"
    here = LiveOptions(dags="mine", folder="/work")
    assert dags_of(here, {"AIRFLOW_HOME": "/a"}) == "/work/mine"
    assert dags_of(LiveOptions(dags="s3://b/d"), {}) == "s3://b/d"


def test_a_session_needs_one_word(place: Place, tmp_path: Path) -> None:
    session = Session(root=tmp_path / "own")
    options = json.loads(json.dumps(place.options))
    handle = session.submit(coin(), engine="airflow", options=options)
    wait_for(lambda: session.run(handle.id).phase.ended)
    assert handle.phase is Phase.SUCCEEDED
    assert handle.steps["say"].phase is Phase.SUCCEEDED
    wait_for(lambda: not session.store.held(handle.id))
