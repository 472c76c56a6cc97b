"""Every example that comes with the package is what it says, and works."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import couler_jupyter as couler
from couler_jupyter import dsl
from couler_jupyter.ir import Phase
from couler_jupyter.nl.lake import Entry, Lake, read_entry, write_entry
from couler_jupyter.nl.modules import Kind
from couler_jupyter.session import RunHandle, Session
from tests.nl.lake.building import build, execute

LAKE = Lake.builtin()
ZOO = Path(couler.__file__).parent / "zoo"
NO_STEPS = {"__init__", "options", "replica", "training_job"}
OF_NO_USE_IN_A_CELL = {
    "Building": "what `building` returns; nobody makes one",
    "Captured": "a function as it travels; nobody makes one",
    "Handle": "what steps return; nobody makes one",
    "Output": "what steps return; nobody makes one",
    "Predicate": "what comparisons return; nobody makes one",
    "Secret": "what `create_secret` returns",
    "StepFunction": "what `step` returns",
    "StepOutput": "what steps return; nobody makes one",
    "WFStatus": "the type of Succeeded, Failed, Errored and Always",
    "WorkflowBlock": "what `workflow` returns",
    "WorkflowFunction": "what `workflow` returns",
    "building": "what a cell is; programs that write workflows use it",
    "capture": "for those who extend the package",
    "end_workflow": "for the SDK's scripts",
}
PLAIN = [
    "aggregate",
    "chain",
    "clean-rows",
    "cluster-points",
    "compare-scores",
    "confusion-matrix",
    "cross-validation",
    "deploy-file",
    "encode-categories",
    "evaluate-model",
    "filter-rows",
    "generate-data",
    "impute-missing",
    "load-csv",
    "load-sql",
    "make-features",
    "pick-best",
    "predict-batch",
    "reduce-dimensions",
    "report-file",
    "save-model",
    "save-table",
    "text-features",
    "train-forest",
    "train-regression",
    "train-sklearn",
    "train-svm",
    "tune-model",
    "validate-data",
]
"""Steps called outside of a workflow are plain functions."""
RUN = [
    "clean-up",
    "condition-join",
    "conditions-combined",
    "deploy-if-good",
    "diamond",
    "files-between-steps",
    "folds-in-parallel",
    "load-json",
    "map-output",
    "map-several-steps",
    "order-without-data",
    "random-search",
    "rescue",
    "several-outputs",
    "shards",
    "shell-script",
    "split-train-test",
    "sub-workflow",
    "text-of-values",
    "train-evaluate-pipeline",
    "while-until",
]
"""Those whose flow is worth a run."""


def test_there_are_enough_and_of_every_kind() -> None:
    assert len(LAKE.entries) >= 60
    assert {kind for one in LAKE.entries for kind in one.kinds} == {*Kind}


def test_every_name_of_the_interface_is_in_an_example() -> None:
    text = "\n".join(one.code for one in LAKE.entries)
    named = {*re.findall(r"\bcouler\.(\w+)", text)}
    assert {*dsl.__all__} - named == {*OF_NO_USE_IN_A_CELL}


def test_every_ready_step_is_in_an_example() -> None:
    steps = {path.stem for path in ZOO.glob("*.py")} - NO_STEPS
    text = "\n".join(one.code for one in LAKE.entries)
    assert {*re.findall(r"from couler_jupyter\.zoo import (\w+)", text)} == steps


@pytest.mark.parametrize("entry", LAKE.entries, ids=lambda one: one.name)
def test_an_example_builds_and_is_short(entry: Entry) -> None:
    assert build(entry.code, entry.name).steps
    # four characters are about a token; prompts hold several
    assert len(entry.code) <= 1000
    assert len(entry.synonyms) >= 3
    assert read_entry(write_entry(entry), "again") == entry


def test_what_drafts_take_can_be_joined() -> None:
    """Pieces name what they give, and each kind has at least one."""
    pieces = [one for one in LAKE.entries if one.step]
    assert all(one.gives for one in pieces)
    kinds = {kind for one in pieces for kind in one.kinds}
    assert kinds == {*Kind}


def test_examples_hold_no_image_or_host_of_somebody() -> None:
    hosts = {
        host
        for one in LAKE.entries
        for host in re.findall(r"https?://([\w.-]+)", one.code)
    }
    assert all(host.endswith("example.com") for host in hosts)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunHandle]:
    """One run of many examples, each a workflow in it."""
    folder = tmp_path_factory.mktemp("examples")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        _files(folder)
        with couler.workflow("examples") as whole:
            for name in RUN:
                with couler.workflow(name):
                    execute(LAKE.named(name).code, name)
        handle = Session().submit(whole.workflow)
        handle.wait(timeout=240)
        yield handle


def _files(folder: Path) -> None:
    import sqlite3

    folder.joinpath("trips.csv").write_text("a,b\n1,2\n3,4\n")
    folder.joinpath("events.jsonl").write_text('{"a": 1}\n{"a": 2}\n')
    with sqlite3.connect(folder / "shop.db") as shop:
        shop.execute("CREATE TABLE orders (price REAL, paid INTEGER)")
        shop.execute("INSERT INTO orders VALUES (2.5, 1), (4, 0), (1.5, 1)")


@pytest.mark.timeout(300)
def test_examples_run(run: RunHandle) -> None:
    phases = {one: run.steps[one].phase for one in RUN}
    bad = {path: one.message for path, one in run.steps.items() if one.phase.bad}
    assert phases == dict.fromkeys(RUN, Phase.SUCCEEDED), bad


def test_examples_give_what_they_say(run: RunHandle) -> None:
    given: dict[str, Any] = {
        path: dict(outputs) for path, outputs in run.outputs.items()
    }
    assert given["load-json/count"] == {"result": 2}
    assert given["condition-join/tell"] == {"result": "BIG"}
    assert given["rescue/plan_b"] == {"result": "done by hand"}
    assert given["shards/merge"] == {"result": sum(range(1, 100))}
    assert given["map-several-steps/best"] == {"result": 6.0}
    assert given["while-until/fit"] == {"result": 0.9375}
    assert given["folds-in-parallel/average"]["result"] > 0.9


@pytest.mark.parametrize("name", PLAIN)
def test_steps_of_an_example_run(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    _files(tmp_path)
    execute(LAKE.named(name).code, name)


@pytest.mark.parametrize("entry", LAKE.entries, ids=lambda one: one.name)
def test_an_example_says_no_more_than_it_uses(entry: Entry) -> None:
    defined = {
        one.name
        for one in ast.parse(entry.code).body
        if isinstance(one, ast.FunctionDef)
    }
    unused = {
        name for name in defined if len(re.findall(rf"\b{name}\b", entry.code)) < 2
    }
    assert not unused
