"""What is left of a run in which some tasks succeeded."""

from __future__ import annotations

from typing import Any

from couler_jupyter.engines.tekton.live.retrying import claims_in, done_in, rest_of

PIPELINE: dict[str, Any] = {
    "spec": {
        "params": [{"name": "rate", "type": "string"}],
        "tasks": [
            {"name": "a", "taskSpec": {}},
            {"name": "m", "matrix": {}, "taskSpec": {}},
            {
                "name": "b",
                "runAfter": ["a", "c"],
                "params": [
                    {"name": "x", "value": "is $(tasks.a.results.out)"},
                    {"name": "all", "value": ["$(tasks.m.results.out[*])"]},
                    {"name": "y", "value": "$(tasks.c.results.out)"},
                ],
            },
            {"name": "c", "runAfter": ["a"], "taskSpec": {}},
        ],
        "finally": [
            {"name": "end", "params": [{"value": "$(tasks.a.results.out)"}]},
        ],
        "results": [{"name": "out", "value": "$(tasks.a.results.out)"}],
    }
}
RUN: dict[str, Any] = {
    "spec": {
        "status": "Cancelled",
        "params": [{"name": "rate", "value": "1"}],
        "workspaces": [
            {"name": "couler-files", "volumeClaimTemplate": {}},
            {"name": "other", "volumeClaimTemplate": {}},
        ],
        "taskRunSpecs": [{"pipelineTaskName": "a"}, {"pipelineTaskName": "b"}],
    }
}


def ran(task: str, status: str, text: str) -> dict[str, Any]:
    condition = {"type": "Succeeded", "status": status}
    results = [{"name": "out", "value": text}]
    claim = {"name": "couler-files", "persistentVolumeClaim": {"claimName": "pvc-1"}}
    return {
        "metadata": {"labels": {"tekton.dev/pipelineTask": task}},
        "spec": {"workspaces": [claim]},
        "status": {"conditions": [condition], "results": results},
    }


RUNS = {
    "r-a": ran("a", "True", "$$5"),
    "r-c": ran("c", "False", ""),
    "r-m-1": ran("m", "True", "second"),
    "r-m-0": ran("m", "True", "first"),
    "r-end": ran("end", "True", ""),
}
THERE = {
    "status": {
        "pipelineSpec": PIPELINE["spec"],
        "childReferences": [{"name": name} for name in ("r-a", "r-m-0", "r-m-1")],
    }
}


def test_what_succeeded_is_given_as_parameters() -> None:
    done = done_in(RUNS, THERE)
    assert done == {"a": {"out": "$$5"}, "m": {"out": ["first", "second"]}}
    pipeline, run = rest_of(PIPELINE, RUN, done, claims_in(RUNS))
    spec = pipeline["spec"]
    assert [one["name"] for one in spec["tasks"]] == ["b", "c"]
    b, c = spec["tasks"]
    assert b["runAfter"] == ["c"]
    assert "runAfter" not in c
    assert [one["value"] for one in b["params"]] == [
        "is $(params.couler-done-0)",
        ["$(params.couler-done-1[*])"],
        "$(tasks.c.results.out)",
    ]
    assert spec["finally"][0]["params"] == [{"value": "$(params.couler-done-0)"}]
    assert spec["results"][0]["value"] == "$(params.couler-done-0)"
    assert [one["type"] for one in spec["params"]] == ["string", "string", "array"]
    assert run["spec"] == {
        "params": [
            {"name": "rate", "value": "1"},
            {"name": "couler-done-0", "value": "$$5"},
            {"name": "couler-done-1", "value": ["first", "second"]},
        ],
        "workspaces": [
            {
                "name": "couler-files",
                "persistentVolumeClaim": {"claimName": "pvc-1"},
            },
            {"name": "other", "volumeClaimTemplate": {}},
        ],
        "taskRunSpecs": [{"pipelineTaskName": "b"}],
    }


def test_a_second_time_begins_behind_the_first() -> None:
    first, run = rest_of(PIPELINE, RUN, done_in(RUNS, THERE), {})
    pipeline, again = rest_of(first, run, {"c": {"out": "x"}}, {})
    names = [one["name"] for one in pipeline["spec"]["params"]]
    assert names == ["rate", "couler-done-0", "couler-done-1", "couler-done-2"]
    assert again["spec"]["params"][-1] == {"name": "couler-done-2", "value": "x"}
    (left,) = pipeline["spec"]["tasks"]
    assert left["params"][-1]["value"] == "$(params.couler-done-2)"
    assert PIPELINE["spec"]["tasks"][0]["name"] == "a"  # nothing was changed
