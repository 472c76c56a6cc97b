"""Runs pipelines by Kubeflow's own `kfp.local`, in an environment that has kfp.

    run_kfp.py FOLDER < CASES > RUNS

CASES has for each pipeline its text and its arguments by name; RUNS what tasks there were,
as a server tells of them. The runner for processes refuses containers, since it has no
images; the commands are run on this machine all the same, so that check is switched off.
"""

from __future__ import annotations

import json
import os
import sys
import warnings
from contextlib import redirect_stdout
from importlib import import_module
from itertools import count
from pathlib import Path
from typing import Any

Object = dict[str, Any]
_KFP: Any = import_module("kfp.components")
_LOCAL: Any = import_module("kfp.local")
_PROCESSES: Any = import_module("kfp.local.subprocess_task_handler")
_PLAIN: Any = import_module("kfp.local.orchestrator.dag_orchestrator")
_WHOLE: Any = import_module("kfp.local.orchestrator.enhanced_dag_orchestrator")
_EXECUTE = _WHOLE.execute_task
_PARALLEL = _WHOLE.ParallelExecutor.execute_parallel_tasks


class Tasks:
    """The tasks of one run, by the calls that run them."""

    def __init__(self) -> None:
        self.records: list[Object] = []
        self.around: list[Object] = []
        self.numbers = count()

    def add(self, name: str, kind: str) -> Object:
        """Tell of a task."""
        around = self.around[-1]["task_id"] if self.around else ""
        record: Object = {
            "task_id": str(next(self.numbers)),
            "name": name,
            "parent_task_id": around,
            "type": kind,
            "state": "RUNNING",
        }
        self.records.append(record)
        return record

    def execute(self, task_name: str, **rest: Any) -> Any:
        """Run a task as kfp does, and take down what came of it."""
        loop, mark, number = task_name.rpartition("-iteration-")
        record = self.add(task_name, "LOOP_ITERATION" if mark else "DAG")
        held: Object = {}
        if mark:
            held = self.loop(loop, record["parent_task_id"])
            record["parent_task_id"] = held["task_id"]
            record["type_attributes"] = {"iteration_index": number}
        self.around.append(record)
        try:
            outputs, status = _EXECUTE(task_name=task_name, **rest)
        finally:
            self.around.pop()
        end(record, status.name == "SUCCESS", outputs)
        if mark and record["state"] == "FAILED":
            held["state"] = "FAILED"
        return outputs, status

    def loop(self, name: str, around: str) -> Object:
        """Return the loop that an item is of."""
        for one in self.records:
            if (one["name"], one["parent_task_id"], one["type"]) == (
                name,
                around,
                "LOOP",
            ):
                return one
        record = self.add(name, "LOOP")
        record["parent_task_id"], record["state"] = around, "SUCCEEDED"
        return record


def end(record: Object, good: bool, outputs: Object) -> None:
    """Tell how a task ended."""
    record["state"] = "SUCCEEDED" if good else "FAILED"
    files = {key: one for key, one in outputs.items() if hasattr(one, "uri")}
    record["outputs"] = {
        "parameters": [
            {"parameter_key": key, "value": value}
            for key, value in outputs.items()
            if key not in files and "Artifact" not in str(type(value))
        ],
        "artifacts": [
            {"artifact_key": key, "artifacts": [{"uri": one.uri}]}
            for key, one in files.items()
        ],
    }


def run(text: str, arguments: Object) -> Object:
    """Run a pipeline and return what a server would tell of it."""
    tasks = Tasks()
    _WHOLE.execute_task = tasks.execute
    root = tasks.add("root", "ROOT")
    tasks.around.append(root)
    made = _KFP.load_component_from_text(text)
    try:
        left = made(**arguments)
        end(root, True, dict(left.outputs))
    except RuntimeError as error:
        end(root, False, {})
        root["status_metadata"] = {"message": str(error)}
    return {"state": root["state"], "tasks": tasks.records}


def attempt(text: str, arguments: Object) -> Object:
    """Run a pipeline; what the runner cannot do is told by the test of that case."""
    try:
        return run(text, arguments)
    except Exception as error:  # noqa: BLE001
        return {"state": type(error).__name__, "error": {"message": str(error)}}


def one_by_one(executor: Any, tasks: Any, **rest: Any) -> Any:
    """Run the items of a loop in turn, so that calls nest."""
    return _PARALLEL(executor, tasks, **{**rest, "parallelism_limit": 1})


def main(folder: str) -> None:
    """Run all cases."""
    os.chdir(folder)
    warnings.simplefilter("ignore")
    handler = _PROCESSES.SubprocessTaskHandler
    handler.validate_not_container_component = lambda *_: None
    # the plain one knows neither failures nor exit handlers
    _PLAIN.run_dag = _WHOLE.run_enhanced_dag
    _WHOLE.ParallelExecutor.execute_parallel_tasks = one_by_one
    _LOCAL.init(
        runner=_LOCAL.SubprocessRunner(use_venv=False),
        pipeline_root=str(Path(folder) / "root"),
        raise_on_error=True,
    )
    cases = json.load(sys.stdin)
    with redirect_stdout(sys.stderr):
        runs = {name: attempt(*case) for name, case in cases.items()}
    json.dump(runs, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1])
