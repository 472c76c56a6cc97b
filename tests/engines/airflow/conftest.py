"""Airflow itself, in an environment of its own, where there is one."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

_PROJECT = Path(__file__).parents[3]
_RUNNER = Path(__file__).with_name("run_dags.py")
_PATIENCE = 1200
_MISSING = "there is no .venv-airflow; scripts/setup-airflow makes it"

collect_ignore = ["coverage/calls.py"]
"""What only Airflow's own Python can import."""

Ran = Callable[[Mapping[str, str], Mapping[str, Any]], dict[str, dict[str, Any]]]


@pytest.fixture(scope="session")
def airflow_bin() -> Path:
    """Return the folder with Airflow's own Python."""
    found = (
        Path(os.environ.get("COULER_AIRFLOW", str(_PROJECT / ".venv-airflow"))) / "bin"
    )
    if not (found / "airflow").exists():
        if os.environ.get("COULER_NEED_AIRFLOW"):
            pytest.fail(_MISSING)
        pytest.skip(_MISSING)
    return found


@pytest.fixture(scope="session")
def airflow_database(
    airflow_bin: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """Return a database of Airflow's with nothing in it, to be copied."""
    home = tmp_path_factory.mktemp("airflow-empty")
    environment = {**os.environ, "AIRFLOW_HOME": str(home), "PYTHONPATH": ""}
    _call([str(airflow_bin / "airflow"), "db", "migrate"], environment)
    return home / "airflow.db"


@pytest.fixture(scope="module")
def airflow_home(
    airflow_database: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """Return a home for Airflow with a database of its own."""
    home = tmp_path_factory.mktemp("airflow")
    shutil.copy(airflow_database, home / "airflow.db")
    return home


@pytest.fixture(scope="module")
def run_dags(airflow_bin: Path, airflow_home: Path) -> Ran:
    """Return what runs DAG files, given with their names, and says what came of each."""
    home = airflow_home

    def run(
        files: Mapping[str, str], confs: Mapping[str, Any]
    ) -> dict[str, dict[str, Any]]:
        folder = home / "dags"
        folder.mkdir()
        for name, text in files.items():
            (folder / name).write_text(text, encoding="utf-8")
        (folder / "confs.json").write_text(json.dumps(confs), encoding="utf-8")
        (home / "work").mkdir()
        environment = {
            **os.environ,
            "AIRFLOW_HOME": str(home),
            "AIRFLOW__CORE__DAGS_FOLDER": str(folder),
            "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
            "COULER_WORK": str(home / "work"),
            "PYTHONPATH": "",
        }
        _call([str(airflow_bin / "python"), str(_RUNNER), str(folder)], environment)
        lines = (folder / "results.jsonl").read_text(encoding="utf-8").splitlines()
        return {one["dag"]: one for one in map(json.loads, lines)}

    return run


def _call(command: list[str], environment: Mapping[str, str]) -> None:
    done = subprocess.run(
        command,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=_PATIENCE,
    )
    assert done.returncode == 0, done.stderr[-3000:] + done.stdout[-3000:]
