"""What Airflow makes of DAG files: kept by the server, scheduled, run.

Usage: probe.py FOLDER, with `wanted.json` there: by DAG, which of these are asked for; in
Airflow's own Python. Writes `told.json` in the folder: what there is to say, by DAG.
"""

from __future__ import annotations

import json
import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


def main(folder: Path) -> None:
    """Ask all that is wanted of each DAG."""
    from airflow.dag_processing import dagbag
    from airflow.dag_processing.bundles.manager import DagBundlesManager
    from airflow.models import Pool
    from airflow.utils.session import create_session

    wanted = json.loads((folder / "wanted.json").read_text(encoding="utf-8"))
    bag = dagbag.DagBag(str(folder), bundle_name="dags-folder")
    assert not bag.import_errors, bag.import_errors
    with create_session() as session:
        DagBundlesManager().sync_bundles_to_db(session=session)
        Pool.create_or_update_pool(
            "small", slots=1, description="", include_deferred=False, session=session
        )
    dagbag.sync_bag_to_db(bag, "dags-folder", None)
    told: dict[str, Any] = {}
    with (
        # Each dag.test() would parse and write all DAGs again.
        patch.object(dagbag, "BundleDagBag"),
        patch.object(dagbag, "sync_bag_to_db"),
    ):
        for name, one in wanted.items():
            told[name] = _kept(bag.dags[name])
            if one is None:
                continue
            if "past" in one:
                with create_session() as session:
                    told[name]["scheduler"] = _decided(name, one, session)
            else:
                told[name]["run"] = _ran(bag.dags[name], one)
    text = json.dumps(told, default=str, indent=1)
    (folder / "told.json").write_text(text, encoding="utf-8")


def _kept(dag: Any) -> dict[str, Any]:
    """Return the DAG as the server has it."""
    from airflow.models.dag import DagModel
    from airflow.models.serialized_dag import SerializedDagModel
    from airflow.utils.session import create_session

    with create_session() as session:
        row = session.get(DagModel, dag.dag_id)
        data = SerializedDagModel.get(dag.dag_id, session=session).data["dag"]
        tasks = {one["__var"]["task_id"]: one["__var"] for one in data.pop("tasks")}
        columns = {one.name: getattr(row, one.name) for one in row.__table__.columns}
        tags = sorted(one.name for one in row.tags)
    return {"dag": data, "tasks": tasks, "model": columns, "tags": tags}


def _decided(name: str, given: Any, session: Any) -> dict[str, Any]:
    """Return what the scheduler does with a new run of the DAG, beside one in the past."""
    from airflow.jobs.job import Job
    from airflow.jobs.scheduler_job_runner import SchedulerJobRunner
    from airflow.models.dagrun import DagRun
    from airflow.utils.state import DagRunState
    from sqlalchemy import select

    runner = SchedulerJobRunner(job=Job())
    if given["past"] is not None:
        _past(name, given["past"], session)
    for number in range(given.get("runs", 1)):
        _new(name, number, "queued", session)
    runner._start_queued_dagruns(session)
    session.flush()
    mine = select(DagRun).where(DagRun.dag_id == name).order_by(DagRun.logical_date)
    running = [one for one in session.scalars(mine) if one.state == DagRunState.RUNNING]
    for one in running:
        one.start_date -= timedelta(seconds=given.get("age", 0))
        runner._schedule_dag_run(one, session)
    queued = runner._executable_task_instances_to_queued(100, session=session)
    found = {
        "runs": [str(one.state) for one in running],
        "queued": [_queued(one) for one in queued if one.dag_id == name],
        "waits": _waits(running[0]) if running else [],
    }
    for one in session.scalars(mine):
        for instance in one.get_task_instances(session=session):
            instance.state = "failed"
        one.state = DagRunState.FAILED
    return found


def _queued(ti: Any) -> dict[str, Any]:
    return {
        "task": ti.task_id,
        "pool": ti.pool,
        "slots": ti.pool_slots,
        "queue": ti.queue,
        "weight": ti.priority_weight,
        "executor": ti.executor,
        "config": ti.executor_config,
    }


def _waits(run: Any) -> list[float]:
    """Return how many seconds the first task waits after its first three tries."""
    instances = run.get_task_instances()
    if not instances:
        return []
    ti = instances[0]
    ti.task = run.dag.get_task(ti.task_id)
    ti.end_date = LONG_AGO
    found = []
    for number in (1, 2, 3):
        ti.try_number = number
        found.append((ti.next_retry_datetime() - LONG_AGO).total_seconds())
    ti.try_number = 0
    ti.end_date = None
    return found


def _new(name: str, day: int, state: str, session: Any) -> Any:
    from airflow.models.dag_version import DagVersion
    from airflow.models.serialized_dag import SerializedDagModel
    from airflow.utils.types import DagRunTriggeredByType, DagRunType

    dag = SerializedDagModel.get_dag(name, session=session)
    assert DagVersion.get_latest_version(name, session=session)
    when = LONG_AGO + timedelta(days=day)
    return dag.create_dagrun(
        run_id=f"run-{day}",
        logical_date=when,
        data_interval=(when, when),
        run_after=when,
        run_type=DagRunType.MANUAL,
        triggered_by=DagRunTriggeredByType.TEST,
        state=state,
        session=session,
    )


def _past(name: str, states: Any, session: Any) -> None:
    """Make a run of the day before, whose tasks ended so; none where none is said."""
    run = _new(name, -1, "failed", session)
    for instance in run.get_task_instances(session=session):
        if instance.task_id in states:
            instance.state = states[instance.task_id]
        else:
            session.delete(instance)
    session.flush()


def _ran(dag: Any, given: Any) -> dict[str, Any]:
    """Return how a run of the DAG went."""
    from airflow.models.dag import DagModel
    from airflow.models.xcom import XComModel
    from airflow.utils.session import create_session
    from sqlalchemy import select

    called = Path(os.environ["COULER_CALLED"])
    called.write_text("", encoding="utf-8")
    run = dag.test(run_conf=given.get("conf", {}))
    with create_session() as session:
        asked = select(XComModel.task_id, XComModel.key, XComModel.value).where(
            XComModel.run_id == run.run_id
        )
        left = {f"{task} {key}": value for task, key, value in session.execute(asked)}
        paused = session.get(DagModel, dag.dag_id).is_paused
    tasks = sorted(run.get_task_instances(), key=lambda one: one.map_index)
    return {
        "id": run.dag_id,
        "state": str(run.state),
        "paused": paused,
        "states": {one.task_id: str(one.state) for one in tasks},
        "tries": {one.task_id: one.try_number for one in tasks},
        "items": [one.rendered_map_index for one in tasks if one.map_index >= 0],
        "left": left,
        "assets": _assets(dag.dag_id),
        "called": [
            line.partition(" ")[2]
            for line in called.read_text(encoding="utf-8").splitlines()
        ],
    }


def _assets(dag: str) -> list[str]:
    from airflow.models.asset import AssetEvent, AssetModel
    from airflow.utils.session import create_session
    from sqlalchemy import select

    asked = (
        select(AssetModel.uri)
        .join(AssetEvent, AssetEvent.asset_id == AssetModel.id)
        .where(AssetEvent.source_dag_id == dag)
    )
    with create_session() as session:
        return list(session.scalars(asked))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
