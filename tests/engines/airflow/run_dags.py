"""Runs DAG files in this process and writes what came of them; for Airflow's own Python.

Usage: run_dags.py FOLDER, with `confs.json` there: a configuration by DAG. Under `typed`
it has what is typed in by a person, by task, and is no part of the configuration. One line of JSON
a DAG is appended to `results.jsonl` in the folder as soon as it has run.
"""

from __future__ import annotations

import json
import sys
import time
import traceback
from pathlib import Path
from typing import Any, TextIO
from unittest.mock import patch

_sleep = time.sleep


def main(folder: Path) -> None:
    """Run each DAG of the folder once."""
    from airflow.dag_processing import dagbag
    from airflow.dag_processing.bundles.manager import DagBundlesManager
    from airflow.utils.session import create_session

    sys.path.append(str(folder))  # as Airflow's own processes have it
    confs = json.loads((folder / "confs.json").read_text(encoding="utf-8"))
    bag = dagbag.DagBag(str(folder), bundle_name="dags-folder")
    with create_session() as session:
        DagBundlesManager().sync_bundles_to_db(session=session)
    dagbag.sync_bag_to_db(bag, "dags-folder", None)
    with (
        # Each dag.test() would parse and write all DAGs again.
        patch.object(dagbag, "BundleDagBag"),
        patch.object(dagbag, "sync_bag_to_db"),
    ):
        _run_all(folder, bag, confs)


def _run_all(folder: Path, bag: Any, confs: Any) -> None:
    with (folder / "results.jsonl").open("a", encoding="utf-8") as results:
        for path, error in bag.import_errors.items():
            _write(results, {"dag": Path(path).stem, "error": error})
        for name, dag in sorted(bag.dags.items()):
            try:
                _write(results, {"dag": name, **_ran(dag, confs.get(name, {}))})
            except Exception:  # noqa: BLE001 (one DAG must not hide the others)
                _write(results, {"dag": name, "error": traceback.format_exc()[-3000:]})


def _ran(dag: Any, conf: Any) -> dict[str, Any]:
    typed = conf.pop("typed", {})
    with patch("time.sleep", lambda seconds: _answered(dag.dag_id, typed, seconds)):
        run = dag.test(run_conf=conf)
    tasks = [_told(one) for one in run.get_task_instances()]
    return {"state": str(run.state), "tasks": tasks}


def _answered(dag: str, typed: Any, seconds: float) -> None:
    """Answer instead of waiting, where a person is asked; wait otherwise."""
    from airflow.models.hitl import HITLDetail
    from airflow.models.taskinstance import TaskInstance
    from airflow.models.trigger import handle_event_submit
    from airflow.triggers.base import TriggerEvent
    from airflow.utils import timezone
    from airflow.utils.session import create_session
    from sqlalchemy import select

    if not typed:
        _sleep(seconds)
        return
    with create_session() as session:
        asked = select(TaskInstance).where(
            TaskInstance.dag_id == dag, TaskInstance.state == "awaiting_input"
        )
        for instance in session.scalars(asked).all():
            detail = session.get(HITLDetail, instance.id)
            detail.responded_at = timezone.utcnow()
            detail.chosen_options = detail.options
            detail.params_input = typed[instance.task_id]
            event = TriggerEvent(detail.as_resume_event_payload())
            handle_event_submit(event, task_instance=instance, session=session)


def _told(instance: Any) -> dict[str, Any]:
    from airflow.models.xcom import XComModel
    from airflow.utils.session import create_session

    found = {
        "task": instance.task_id,
        "index": instance.map_index,
        "state": str(instance.state),
    }
    with create_session() as session:
        for key, name in (("ended", "ended"), ("return_value", "left")):
            query = XComModel.get_many(
                run_id=instance.run_id,
                key=key,
                task_ids=instance.task_id,
                dag_ids=instance.dag_id,
                map_indexes=instance.map_index,
            )
            row = session.execute(query.with_only_columns(XComModel.value)).first()
            if row is not None:
                found[name] = row[0]
    return found


def _write(results: TextIO, told: dict[str, Any]) -> None:
    results.write(json.dumps(told, default=str) + "\n")
    results.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
