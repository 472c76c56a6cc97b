"""What a step can know of other steps, of the run and of its own attempts."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import Any

from couler_jupyter.engines.airflow.prelude.ends import STEPS
from couler_jupyter.engines.airflow.prelude.values import Unfit, Unknown

ENDING = "ending"
WORKFLOW = ""
PRIORITY = 0


def step_fact(ends: Any, path: str, field: str) -> Any:
    """Return a fact about a step."""
    known = ends.record(path)
    if field == "id":
        return f"{ends.ti.dag_id}/{ends.ti.run_id}/{STEPS[path]['task']}"
    found = known.get(field.replace("-", "_"))
    if found is None:
        raise Unknown(f"the {field} of step {path!r} is not known")
    return found


def run_fact(step: Any, field: str) -> Any:
    """Return a fact about the run; how it ended is known to exit handlers."""
    run = step.context["dag_run"]
    if field == "workflow":
        return WORKFLOW
    if field in {"run", "id"}:
        return run.run_id
    if field == "priority":
        return PRIORITY
    if field == "started":
        return _iso(run.start_date)
    if field == "scheduled":
        return _iso(getattr(run, "logical_date", None) or run.start_date)
    if field in {"namespace", "service-account"}:
        raise Unknown(f"a run of Airflow has no {field}")
    ending = step.ends.one(step.step.get("ending") or ENDING, "ended")
    if ending is None:
        raise Unknown(f"the {field} of the run is known only to its exit handlers")
    if field == "status":
        return ending["phase"]
    if field == "kube-status":
        words = {"succeeded": "Succeeded", "errored": "Error"}
        return words.get(ending["phase"], "Failed")
    if field == "failures":
        return ending["failures"]
    if field == "kube-failures":
        listed = [_in_kube(one) for one in ending["failures"]]
        return json.dumps(json.dumps(listed or None))
    begun = run.start_date or datetime.now(timezone.utc)
    return round(
        (datetime.fromisoformat(ending["finished"]) - begun).total_seconds(), 3
    )


def attempt_fact(step: Any, field: str) -> Any:
    """Return a fact about the attempt of a step that may be tried again."""
    if field == "number":
        return step.ti.try_number
    failed = getattr(step, "failed", None)
    if failed is None:
        raise Unfit(f"the {field} of an attempt is known only when it has failed")
    if field == "duration":
        begun = datetime.fromisoformat(step.began)
        return (datetime.now(timezone.utc) - begun).total_seconds()
    found = failed[field.replace("-", "_")]
    if found is None:
        raise Unknown(f"the {field} of the attempt is not known")
    return found


def _in_kube(failure: Any) -> Any:
    phase = "Error" if failure["phase"] == "errored" else "Failed"
    name = failure["step"]
    return {
        "displayName": name,
        "message": failure["message"],
        "templateName": name,
        "phase": phase,
        "podName": name,
        "finishedAt": None,
    }


def _iso(time: Any) -> Any:
    return None if time is None else time.isoformat()
