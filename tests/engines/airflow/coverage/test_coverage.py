"""Each parameter that counts as covered makes a difference in Airflow."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from couler_jupyter.engines.airflow import Airflow, Setting
from tests.engines.airflow.coverage.of_dags import OF_DAGS
from tests.engines.airflow.coverage.of_operators import OF_OPERATORS
from tests.engines.airflow.coverage.page import PARAMETERS, page
from tests.engines.airflow.coverage.shown import Shown, Where

_HERE = Path(__file__).parent
_ALL = (*OF_DAGS, *OF_OPERATORS)
_PATIENCE = 600
_PAGE = Path(__file__).parents[4] / "docs" / "airflow-coverage.md"


def _asked(one: Shown) -> Mapping[str, Any] | None:
    if one.where is Where.RUN or one.asks:
        return dict(one.asks)
    return None


@pytest.fixture(scope="module")
def told(airflow_bin: Path, airflow_home: Path) -> Mapping[str, Any]:
    """Ask Airflow once about all DAGs."""
    folder = airflow_home / "dags"
    folder.mkdir()
    engine = Airflow(setting=Setting(kept=(airflow_home / "kept").as_uri()))
    wanted: dict[str, Any] = {}
    for one in _ALL:
        for workflow in one.pair:
            (document,) = engine.compile(workflow).documents
            (folder / document.filename).write_text(document.text, encoding="utf-8")
            wanted[workflow.name] = _asked(one)
    (folder / "wanted.json").write_text(json.dumps(wanted), encoding="utf-8")
    environment = {
        **os.environ,
        "AIRFLOW_HOME": str(airflow_home),
        "AIRFLOW__CORE__DAGS_FOLDER": str(folder),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "COULER_CALLED": str(airflow_home / "called.txt"),
        "PYTHONPATH": str(_HERE),
    }
    done = subprocess.run(
        [str(airflow_bin / "python"), str(_HERE / "probe.py"), str(folder)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=_PATIENCE,
    )
    assert done.returncode == 0, done.stderr[-3000:] + done.stdout[-3000:]
    found: Mapping[str, Any] = json.loads((folder / "told.json").read_text("utf-8"))
    return found


@pytest.mark.airflow
@pytest.mark.timeout(_PATIENCE)
@pytest.mark.parametrize("one", _ALL, ids=lambda one: f"{one.owner}-{one.name}")
def test_makes_a_difference(one: Shown, told: Mapping[str, Any]) -> None:
    without, having = one.pair
    assert one.reads(told[having.name]) == one.then
    assert one.reads(told[without.name]) != one.then


@pytest.mark.airflow
def test_all_are_parameters_of_airflow(airflow_bin: Path) -> None:
    script = "import inspect, json; from airflow.sdk import DAG, BaseOperator\n"
    script += "print(json.dumps([list(inspect.signature(one).parameters)"
    script += " for one in (DAG, BaseOperator.__init__)]))"
    done = subprocess.run(
        [str(airflow_bin / "python"), "-c", script],
        capture_output=True,
        text=True,
        check=True,
        timeout=_PATIENCE,
    )
    of_dag, of_operator = json.loads(done.stdout.splitlines()[-1])
    assert {one.name for one in OF_DAGS} <= set(of_dag)
    assert {one.name for one in OF_OPERATORS} <= set(of_operator)
    assert len(of_dag) + len(set(of_operator) - {"self", "kwargs"}) == PARAMETERS


def test_more_than_sixty_are_covered() -> None:
    names = {(one.owner, one.name) for one in _ALL}
    assert len(names) == len(_ALL) >= 60


def test_the_page_is_current() -> None:
    assert _PAGE.read_text(encoding="utf-8") == page()
