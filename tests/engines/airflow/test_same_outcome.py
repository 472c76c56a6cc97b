"""What the corpus comes to on Airflow is what it comes to anywhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from couler_jupyter.engines.airflow import Airflow, Setting
from couler_jupyter.engines.airflow.told import TaskTold, steps_of, told_of
from couler_jupyter.engines.local import Local
from couler_jupyter.errors import Unsupported
from couler_jupyter.ir import (
    S3,
    Constant,
    ExitHandler,
    Extra,
    Format,
    InputArtifact,
    InputRef,
    ItemRef,
    Manifest,
    Map,
    OutputArtifact,
    OutputRef,
    ParameterRef,
    Phase,
    Range,
    RunField,
    RunRef,
    SubWorkflow,
    Workflow,
)
from couler_jupyter.ir import Outcome as Ending
from couler_jupyter.runs import RunStore
from couler_jupyter.testing.case import Case, Expected, Need
from couler_jupyter.testing.corpus import CORPUS
from couler_jupyter.testing.outcome import Outcome, differences, outcome_of
from couler_jupyter.testing.parts import echo, flow, inputs, over, python, sh, step

_NOT_IN_PROCESS = {
    "fail-fast": "tasks are run in any order there, whatever the parallelism",
    "workflow-timeout": "nobody looks at the time that the run takes there",
}
_OWN_NAME = frozenset({"run-facts"})


def _inner_handlers(source: str) -> Workflow:
    """A sub-workflow with handlers, one for its failures and one that knows how it ended."""
    mourn = ExitHandler(step=step("mourn", sh("true")), on=(Ending.FAILED,))
    tell = ExitHandler(
        step=step("tell", echo(), takes={"x": RunRef(RunField.STATUS)}),
    )
    inner = flow("inner", step("work", sh(source)), exit_handlers=(mourn, tell))
    return flow(
        "outer",
        step("part", SubWorkflow(workflow=inner)),
        step("next", sh("true"), after=("part",)),
    )


def _inner_handlers_of_items() -> Workflow:
    tell = ExitHandler(step=step("tell", echo(), takes={"x": RunRef(RunField.STATUS)}))
    inner = flow(
        "inner",
        step("work", sh("exit ", ParameterRef("n"))),
        parameters=inputs("n"),
        exit_handlers=(tell,),
    )
    many = step(
        "part", SubWorkflow(workflow=inner), takes={"n": ItemRef()}, loop=over(0, 1)
    )
    return flow("outer", many)


def _bad_inner_handler() -> Workflow:
    bye = ExitHandler(step=step("bye", sh("exit 3")))
    inner = flow("inner", step("work", sh("true")), exit_handlers=(bye,))
    return flow("outer", step("part", SubWorkflow(workflow=inner)))


def _deep() -> Workflow:
    """Maps three deep: of workflows in workflows, the innermost with a handler each."""
    tell = ExitHandler(
        step=step("tell", echo(), takes={"x": ItemRef()}, loop=over("a", "{{ b }}"))
    )
    leaf = flow(
        "leaf",
        step("work", sh("exit ", ParameterRef("n"))),
        parameters=inputs("n"),
        exit_handlers=(tell,),
    )
    middle = flow(
        "middle",
        step(
            "some",
            SubWorkflow(workflow=leaf),
            takes={"n": ItemRef()},
            loop=Map(over=Range(end=Constant.of(1))),
        ),
        step("then", sh("true"), after=("some",)),
    )
    return flow("deep", step("rows", SubWorkflow(workflow=middle), loop=over(1, 2)))


def _handlers_of_items() -> Workflow:
    loop = over(0, 3)
    leave = sh("exit ", InputRef("x"), takes=("x",))
    bye = step("bye", leave, takes={"x": ItemRef()}, loop=loop)
    return flow(
        "ends", step("work", sh("true")), exit_handlers=(ExitHandler(step=bye),)
    )


def _case(name: str, make: Callable[[], Workflow], run: Phase, steps: str) -> Case:
    phases = (one.split(":") for one in steps.split())
    expected = Expected(run=run, steps={path: Phase(phase) for path, phase in phases})
    return Case(name=name, make=make, expected=expected)


_MORE = (
    _case(
        "inner-handlers",
        lambda: _inner_handlers("true"),
        Phase.SUCCEEDED,
        "part:succeeded part/mourn:skipped part/tell:succeeded next:succeeded",
    ),
    _case(
        "inner-handlers-of-a-failure",
        lambda: _inner_handlers("exit 1"),
        Phase.FAILED,
        "part:failed part/mourn:succeeded part/tell:succeeded next:omitted",
    ),
    _case(
        "inner-handlers-of-items",
        _inner_handlers_of_items,
        Phase.FAILED,
        "part:failed part[0]:succeeded part[1]:failed part[0]/tell:succeeded "
        "part[1]/tell:succeeded",
    ),
    _case(
        "inner-handler-that-fails",
        _bad_inner_handler,
        Phase.FAILED,
        "part:failed part/work:succeeded part/bye:failed",
    ),
    _case(
        "deep-maps",
        _deep,
        Phase.FAILED,
        "rows:failed rows[1]:failed rows[1]/some:failed rows[1]/some[0]:succeeded "
        "rows[1]/some[1]:failed rows[1]/some[1]/work:failed rows[1]/then:omitted "
        "rows[0]/some[0]/tell:succeeded rows[0]/some[1]/tell[1]:succeeded",
    ),
    _case(
        "handlers-of-items",
        _handlers_of_items,
        Phase.FAILED,
        "work:succeeded bye:failed bye[0]:succeeded bye[1]:failed",
    ),
)
"""Beside the corpus: what few engines can say."""
_CASES = {**CORPUS, **{one.name: one for one in _MORE}}


def _workflow(case: Case) -> Workflow:
    workflow = case.make()
    return workflow if case.name in _OWN_NAME else replace(workflow, name=case.name)


def _manifest(case: Case, engine: Airflow) -> Manifest | None:
    try:
        return engine.compile(_workflow(case))
    except Unsupported:
        return None


_EXPRESSED = [
    case.name
    for case in _CASES.values()
    if case.runnable
    and not case.needs - {Need.PERSON}
    and case.name not in _NOT_IN_PROCESS
    and _manifest(case, Airflow()) is not None
]


def _configured(case: Case) -> dict[str, Any]:
    typed = {path: dict(given) for path, given in case.typed.items()}
    return {**case.arguments, **({"typed": typed} if typed else {})}


_STARTS = """\
def stuck():
    import os, signal, subprocess
    child = subprocess.Popen(["sleep", "600"])
    with open(os.path.join(os.environ["COULER_WORK"], "{kind}-pids"), "w") as pids:
        pids.write(f"{{os.getpid()}} {{child.pid}}")
    os.kill(os.getppid(), signal.{signal})
    child.wait()
"""
_EARLY = """\
def stop(context):
    import os, signal
    os.kill(os.getpid(), signal.SIGTERM)
"""
"""Has a task told to end before it does anything."""


def _stuck(kind: str, signal: str) -> Workflow:
    """A function that does not end by itself, and has its worker told to end it."""
    source = _STARTS.format(kind=kind, signal=signal)
    return flow(f"stuck-{kind}", step("stuck", python(source), timeout=600))


def _ended_early() -> Workflow:
    stop = Extra(
        engine="airflow", path="task.pre_execute", value=Constant.of("early:stop")
    )
    done = python("def done(): return 1")
    return flow("ended-early", step("done", done, extras=(stop,)))


_MEMORY = """\
def open_up(context):
    import fsspec
    from fsspec.implementations.memory import MemoryFileSystem
    fsspec.register_implementation("s3", MemoryFileSystem, clobber=True)
"""
"""Has a store in memory stand for S3; the way to a real one is tried in test_stores.py."""


def _through_a_store() -> Workflow:
    here = Extra(
        engine="airflow", path="task.pre_execute", value=Constant.of("memory:open_up")
    )
    kept = S3(bucket="lake", key=Format(("of/", RunRef(RunField.ID))))
    made = OutputArtifact(name="file", path="made", storage=kept)
    write = step("write", sh("printf hi > made", outputs=(made,)), extras=(here,))
    cat = sh("cat got", inputs=(InputArtifact(name="file", path="got"),))
    handed = {"file": OutputRef("write", "file")}
    inner = flow(
        "inner",
        step("deep", cat, takes={"file": ParameterRef("file")}, extras=(here,)),
        artifacts=(InputArtifact(name="file"),),
    )
    known = {"file": S3(bucket="lake", key=Format(("of/", RunRef(RunField.ID))))}
    return flow(
        "stores",
        write,
        step("read", cat, takes=handed, extras=(here,)),
        step("part", SubWorkflow(workflow=inner), takes=known, after=("write",)),
    )


_ENDED = (_stuck("late", "SIGALRM"), _stuck("killed", "SIGTERM"), _ended_early())
"""What Airflow ends: SIGALRM is its timeout, SIGTERM comes where somebody cancels."""


@pytest.fixture(scope="module")
def ran(run_dags: Any, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Any]:
    """Run all of them once."""
    kept: Path = tmp_path_factory.mktemp("kept")
    engine = Airflow(setting=Setting(kept=kept.as_uri()))
    files: dict[str, str] = {}
    confs: dict[str, Any] = {}
    for name in _EXPRESSED:
        manifest = _manifest(_CASES[name], engine)
        assert manifest is not None
        files[manifest.documents[0].filename] = manifest.documents[0].text
        confs[_workflow(_CASES[name]).name] = _configured(_CASES[name])
    for workflow in (*_ENDED, _through_a_store()):
        (document,) = engine.compile(workflow).documents
        files[document.filename] = document.text
    files |= {"early.py": _EARLY, "memory.py": _MEMORY}
    found: Mapping[str, Any] = run_dags(files, confs)
    return found


def test_enough_can_be_said() -> None:
    assert len(_EXPRESSED) >= 65


@pytest.mark.parametrize("name", [one.name for one in _MORE])
def test_comes_to_the_same_here(name: str, tmp_path: Path) -> None:
    expected = _CASES[name].expected
    assert expected is not None
    outcome = outcome_of(Local(RunStore(tmp_path)), _workflow(_CASES[name]))
    assert differences(outcome, expected) == []


@pytest.mark.airflow
@pytest.mark.timeout(1300)
@pytest.mark.parametrize("name", _EXPRESSED)
def test_comes_to_the_same(name: str, ran: Mapping[str, Any]) -> None:
    case = _CASES[name]
    workflow = _workflow(case)
    result = ran[workflow.name]
    assert "error" not in result, result["error"]
    told = told_of(
        steps_of(workflow, Setting()), [TaskTold(**one) for one in result["tasks"]]
    )
    run = Phase.SUCCEEDED if result["state"] == "success" else Phase.FAILED
    outcome = Outcome(steps={**told.phases, "": run}, outputs=told.outputs)
    assert case.expected is not None
    assert differences(outcome, case.expected) == []


@pytest.mark.airflow
@pytest.mark.timeout(1300)
@pytest.mark.parametrize(
    ("kind", "why"), [("late", "it took too long"), ("killed", "exit code -15")]
)
def test_functions_end_with_all_that_they_started(
    kind: str, why: str, ran: Mapping[str, Any], airflow_home: Path
) -> None:
    (task,) = ran[f"stuck-{kind}"]["tasks"]
    assert (task["state"], task["ended"]["phase"]) == ("failed", "failed")
    assert task["ended"]["message"] == why
    pids = (airflow_home / "work" / f"{kind}-pids").read_text().split()
    assert len(pids) == 2
    assert not [one for one in pids if _lives(one)]


def _lives(pid: str) -> bool:
    """Whether a process is there, and is no zombie that nobody has waited for."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


@pytest.mark.airflow
@pytest.mark.timeout(1300)
def test_what_has_not_begun_has_nothing_to_end(ran: Mapping[str, Any]) -> None:
    (task,) = ran["ended-early"]["tasks"]
    assert task["ended"]["phase"] == "succeeded"


@pytest.mark.airflow
@pytest.mark.timeout(1300)
def test_files_go_through_a_store(ran: Mapping[str, Any]) -> None:
    tasks = {one["task"]: one for one in ran["stores"]["tasks"]}
    assert ran["stores"]["state"] == "success", tasks
    (url, words, secrets) = tasks["write"]["left"]["file"]["$store"]
    assert url.startswith("s3://lake/of/")
    assert (words, secrets) == ({}, {})
    assert tasks["read"]["left"] == {"result": "hi"}
    assert tasks["part.deep"]["left"] == {"result": "hi"}
