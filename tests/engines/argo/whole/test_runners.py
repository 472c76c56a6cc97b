"""Many functions run in what stands once in their manifest."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from couler_jupyter.engines.argo import Argo
from couler_jupyter.engines.argo.importing import import_manifest
from couler_jupyter.engines.argo.whole.runners import MOST_INLINE, runner_of
from couler_jupyter.engines.kube.runner import Task, script_of, whole_program
from couler_jupyter.ir import Constant, Function, InputParameter, SubWorkflow, Workflow
from couler_jupyter.testing.parts import flow, python, step
from tests.engines.kube.test_runner import Bench


def many(count: int, **more: object) -> Workflow:
    """A workflow of so many functions, all different."""
    return flow(
        "many",
        *(step(f"s{n}", python(f"def f(): return {n}")) for n in range(count)),
        **more,
    )


def test_few_functions_hold_it_themselves() -> None:
    assert runner_of(many(MOST_INLINE)) == ""
    same = python("def f(): return 1")
    assert runner_of(flow("w", *(step(f"s{n}", same) for n in range(99)))) == ""


def test_many_functions_share_it() -> None:
    assert runner_of(many(MOST_INLINE + 1)) == "couler-runner"
    half = SubWorkflow(workflow=many(MOST_INLINE + 1))
    assert runner_of(flow("w", step("half", half))) == "couler-runner"


def test_it_takes_a_name_that_is_free() -> None:
    taken = InputParameter(name="couler-runner", default=Constant.of(1))
    work = many(MOST_INLINE + 1, parameters=(taken,))
    assert runner_of(work) == "couler-runner-0"


def test_the_manifest_holds_it_once() -> None:
    text = Argo().compile(many(100)).documents[0].text
    assert text.count("def keep_value(") == 1
    assert len(text) < 200_000
    spec = yaml.safe_load(text)["spec"]
    (parameter,) = spec["arguments"]["parameters"]
    assert parameter == {"name": "couler-runner", "value": whole_program()}
    for template in spec["templates"]:
        if "script" in template:
            (raw,) = template["inputs"]["artifacts"]
            assert raw["name"] == "couler-runner"
            assert raw["raw"] == {"data": "{{workflow.parameters.couler-runner}}"}


def test_it_is_plain_text_without_tags() -> None:
    assert whole_program().isascii()
    assert "{{" not in whole_program()


@pytest.mark.parametrize("needs", [False, True])
def test_scripts_run_in_it(tmp_path: Path, *, needs: bool) -> None:
    bench = Bench(tmp_path)
    program = tmp_path / "program.py"
    program.write_text(whole_program())
    source = "def f(): return {1, 2}" if needs else "def f(): return 1"
    left = bench.left(kind="python", pickle=str(tmp_path / "value") if needs else "")
    task: Task = bench.task(source, left=(left,))
    done = bench.run(task, script_of(task, str(program)))
    assert (done.code, done.err) == (0, "")
    assert bench.text() == ('{"couler-value":"set"}' if needs else "1")
    assert (tmp_path / "value").exists() is needs


def test_what_is_imported_shares_it_again() -> None:
    text = Argo().compile(many(MOST_INLINE + 1)).documents[0].text
    (work,) = import_manifest(text, "many.yaml")
    assert not work.parameters
    assert all(isinstance(one.template, Function) for one in work.steps)
    again = Argo().compile(work).documents[0].text
    assert yaml.safe_load(again) == yaml.safe_load(text)
