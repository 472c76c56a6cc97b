"""Runs DAG files in this process and prints what came of them; for Airflow's own Python.

Usage: run_dags.py FOLDER CONFS, where CONFS is a JSON file with a configuration by DAG. One
line of JSON a DAG is appended to `results.jsonl` in the folder as soon as it has run.
"""

from __future__ import annotations

import contextlib
import json
import sys
import traceback
from pathlib import Path


def main(folder: Path, confs: dict) -> None:
    """Run each DAG of the folder once."""
    from airflow.dag_processing.dagbag import DagBag

    bag = DagBag(str(folder), bundle_name="dags-folder")
    with (folder / "results.jsonl").open("a", encoding="utf-8") as results:
        for path, error in bag.import_errors.items():
            _write(results, {"dag": Path(path).stem, "error": error})
        for name, dag in sorted(bag.dags.items()):
            try:
                _write(results, {"dag": name, **_ran(dag, confs.get(name, {}))})
            except Exception:
                _write(results, {"dag": name, "error": traceback.format_exc()[-3000:]})


def _ran(dag, conf) -> dict:
    run = dag.test(run_conf=conf)
    return {"state": str(run.state), "tasks": [_told(one) for one in run.get_task_instances()]}


def _told(instance) -> dict:
    from airflow.models.xcom import XComModel
    from airflow.utils.session import create_session

    found = {"task": instance.task_id, "index": instance.map_index}
    found["state"] = str(instance.state)
    with create_session() as session:
        for key in ("ended", "return_value"):
            query = XComModel.get_many(
                run_id=instance.run_id,
                key=key,
                task_ids=instance.task_id,
                dag_ids=instance.dag_id,
                map_indexes=instance.map_index,
            )
            row = session.execute(query.with_only_columns(XComModel.value)).first()
            if row is not None:
                found[key] = row[0]
    return found


def _write(results, told) -> None:
    results.write(json.dumps(told, default=str) + "\n")
    results.flush()


if __name__ == "__main__":
    with contextlib.redirect_stdout(sys.stderr):
        main(Path(sys.argv[1]), json.loads(Path(sys.argv[2]).read_text(encoding="utf-8")))
