"""What stands in a DAG file."""

from __future__ import annotations

import ast
from dataclasses import replace

import pytest

from couler_jupyter.engines.airflow import Airflow, Containers, Setting
from couler_jupyter.errors import Unsupported
from couler_jupyter.ir import (
    Backoff,
    Compare,
    Constant,
    ExitHandler,
    Extra,
    InputArtifact,
    ItemRef,
    Map,
    Operator,
    OutputArtifact,
    OutputRef,
    Over,
    Repeat,
    Retry,
    Schedule,
    Step,
    SubWorkflow,
    Suspend,
    TurnRef,
    Workflow,
)
from couler_jupyter.testing.corpus import CORPUS
from couler_jupyter.testing.parts import container, echo, flow, over, python, sh, step


def _text(workflow: Workflow, **chosen: object) -> str:
    setting = Setting(**chosen)  # type: ignore[arg-type]
    (document,) = Airflow(setting=setting).compile(workflow).documents
    compile(document.text, document.filename, "exec")
    return document.text


def _imported(text: str) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
        elif isinstance(node, ast.Import):
            found |= {one.name for one in node.names}
    return found


@pytest.mark.parametrize("version", ["3.3", "2.10"])
def test_needs_nothing_of_ours(version: str) -> None:
    for case in CORPUS.values():
        try:
            text = _text(case.make(), version=version)
        except Unsupported:
            continue
        modules = _imported(text)
        assert not [one for one in modules if one.startswith("couler")]
        has_sdk = any(one.startswith("airflow.sdk") for one in modules)
        assert has_sdk is (version == "3.3")


def test_exit_handlers_are_teardowns_beside_what_tells_of_failures() -> None:
    bye = ExitHandler(step=step("bye", sh("echo bye")))
    text = _text(flow("ends", step("work", sh("true")), exit_handlers=(bye,)))
    assert ".as_teardown(on_failure_fail_dagrun=True)" in text
    assert "do_outcome = EmptyOperator(" in text


def test_retries_have_words_of_airflow() -> None:
    retry = Retry(limit=3, backoff=Backoff(seconds=2, factor=3, longest=9))
    workflow = flow("tries", step("a", sh("true"), retry=retry, timeout=5))
    text = _text(workflow)
    assert "retries=3" in text
    assert "retry_delay=timedelta(seconds=2)" in text
    assert "retry_exponential_backoff=3" in text
    assert "max_retry_delay=timedelta(seconds=9)" in text
    assert "execution_timeout=timedelta(seconds=5)" in text
    with pytest.raises(Unsupported, match="another factor"):
        _text(workflow, version="2.10")


def test_requirements_make_a_virtualenv() -> None:
    lone = python("def f(): return 1", requirements=("six",))
    text = _text(flow("needs", step("f", lone)))
    assert "requirements=['six']" in text
    assert "PythonVirtualenvOperator" in text


def test_files_of_items_go_to_no_sub_workflow() -> None:
    left = OutputArtifact(name="file", path="a.txt")
    each = step("each", sh("true", outputs=(left,)), loop=over(1, 2))
    part = flow("part", step("a", sh("true")), artifacts=(InputArtifact(name="all"),))
    given = {"all": OutputRef("each", "file")}
    joined = step("join", SubWorkflow(workflow=part), takes=given)
    with pytest.raises(Unsupported, match="files of all items"):
        _text(flow("gathers", each, joined))


def test_a_person_is_asked_since_3_1_and_once() -> None:
    ask = Suspend(message="go on?")
    assert "HITLOperator" in _text(flow("asks", step("ask", ask)), version="3.1")
    with pytest.raises(Unsupported, match=r"since 3\.1"):
        _text(flow("asks", step("ask", ask)), version="3.0")
    again = Repeat(
        condition=Compare(TurnRef(), Operator.SMALLER, Constant.of(3)), limit=3
    )
    with pytest.raises(Unsupported, match="asked once"):
        _text(flow("asks", step("ask", ask, repeat=again)))


def test_another_python_is_external() -> None:
    workflow = flow("calls", step("f", python("def f(): return 1")))
    assert "ExternalPythonOperator" not in _text(workflow)
    assert "ExternalPythonOperator" in _text(workflow, python="/usr/bin/python3")


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("task.start_date", "tomorrow"),
        ("task.retry_delay", 5),
        ("task.outlets", "s3://one"),
        ("dag.allowed_run_types", ["scheduled"]),
        ("dag.allowed_run_types", "manual"),
        ("dag.allowed_run_types", ["manual", "manual-ish"]),
        ("dag.on_failure_callback", "ring"),
    ],
)
def test_words_with_values_that_airflow_refuses_are_refused(
    path: str, value: object
) -> None:
    odd = (Extra(engine="airflow", path=path, value=Constant.of(value)),)
    lone = step("a", sh("true"), extras=odd if path.startswith("task") else ())
    workflow = flow("odd", lone, extras=odd if path.startswith("dag") else ())
    with pytest.raises(Unsupported, match=path):
        _text(workflow)


@pytest.mark.parametrize("value", [["manual"], ["manual", "scheduled"], []])
def test_runs_that_somebody_asks_for_are_let_begin(value: object) -> None:
    types = Extra(
        engine="airflow", path="dag.allowed_run_types", value=Constant.of(value)
    )
    asked = flow("asked", step("a", sh("true")), extras=(types,))
    assert f"allowed_run_types={value!r}" in _text(asked)
    daily = replace(asked, schedule=Schedule(crons=("0 8 * * *",)))
    if value == ["manual"]:
        with pytest.raises(Unsupported, match="scheduled is not among them"):
            _text(daily)
    else:
        assert f"allowed_run_types={value!r}" in _text(daily)


def test_words_of_airflow_3_are_refused_for_2() -> None:
    policy = Extra(
        engine="airflow", path="task.retry_policy", value=Constant.of("our.rules:TRY")
    )
    workflow = flow("tries", step("a", sh("true"), extras=(policy,)))
    assert "retry_policy=our.rules.TRY" in _text(workflow)
    with pytest.raises(Unsupported, match="Airflow 2 has no such word"):
        _text(workflow, version="2.10")


@pytest.mark.parametrize(
    ("containers", "operator"),
    [
        (Containers.DOCKER, "DockerOperator"),
        (Containers.KUBERNETES, "KubernetesPodOperator"),
    ],
)
def test_containers_run_where_the_option_says(
    containers: Containers, operator: str
) -> None:
    workflow = flow("boxed", step("say", container("echo", "hi")))
    assert operator in _text(workflow, containers=containers)


def test_maps_of_workflows_are_expanded_groups() -> None:
    part = flow("part", step("say", sh("echo hi")))
    rows = step("rows", SubWorkflow(workflow=part), loop=over(1, 2))
    text = _text(flow("grouped", rows))
    assert "@task_group(group_id='rows')" in text
    assert "do_rows.expand(item=[1, 2])" in text


def test_mapped_steps_have_lanes() -> None:
    lanes = over(1, 2, 3, parallelism=2)
    text = _text(flow("lanes", step("a", echo(), takes={"x": ItemRef()}, loop=lanes)))
    assert "max_active_tis_per_dagrun=2" in text


def test_schedules_have_their_time_zone() -> None:
    schedule = Schedule(crons=("0 8 * * *",), timezone="Europe/Paris")
    text = _text(flow("daily", step("a", sh("true")), schedule=schedule))
    assert "CronTriggerTimetable('0 8 * * *', timezone='Europe/Paris')" in text
    assert "catchup=False" in text


def test_callbacks_are_named_by_where_they_are() -> None:
    call = Extra(
        engine="airflow",
        path="task.on_failure_callback",
        value=Constant.of("our.alarms:ring"),
    )
    text = _text(flow("rings", step("a", sh("true"), extras=(call,))))
    assert "import our.alarms" in text
    assert "on_failure_callback=our.alarms.ring" in text


def test_words_that_are_no_parameters_are_refused() -> None:
    odd = Extra(engine="airflow", path="task.colour", value=Constant.of("red"))
    with pytest.raises(Unsupported, match="no parameter"):
        _text(flow("odd", step("a", sh("true"), extras=(odd,))))


def _in_rows(inner: Step) -> Workflow:
    part = SubWorkflow(workflow=flow("part", inner))
    return flow("grid", step("rows", part, loop=over(1, 2)))


def test_maps_in_maps_are_written_out() -> None:
    text = _text(_in_rows(step("a", echo(), takes={"x": ItemRef()}, loop=over(5, 6))))
    assert "do_rows.expand(item=[1, 2])" in text
    assert "task_id='a_0'" in text
    assert "task_id='a_1'" in text
    assert "'tasks': ('rows.a_0', 'rows.a_1')" in text


_KNOWN = sh("true", outputs=(OutputArtifact(name="f", path="f", global_name="all"),))


@pytest.mark.parametrize(
    ("inner", "why"),
    [
        (step("a", sh("true"), loop=over(*range(33))), "not 1 to 32"),
        (step("a", sh("true"), loop=over()), "not 1 to 32"),
        (
            step("a", sh("true"), loop=Map(over=Over(Constant.of([1])))),
            "not 1 to 32",
        ),
        (step("a", sh("true"), loop=over(1, parallelism=1)), "with a parallelism"),
        (step("a", _KNOWN, loop=over(1)), "the whole run knows output 'all'"),
    ],
)
def test_maps_that_cannot_be_written_out_are_refused(inner: Step, why: str) -> None:
    with pytest.raises(Unsupported, match=why):
        _text(_in_rows(inner))


def test_items_that_are_written_out_share_no_name_with_steps() -> None:
    each = step("a", sh("true"), loop=over(1, 2))
    part = SubWorkflow(workflow=flow("part", each, step("a_1", sh("true"))))
    with pytest.raises(Unsupported, match="would both be task 'a_1'"):
        _text(flow("grid", step("rows", part, loop=over(1, 2))))


def test_handlers_inside_are_single_tasks() -> None:
    nothing = SubWorkflow(workflow=flow("nothing", step("a", sh("true"))))
    bye = ExitHandler(step=step("bye", nothing))
    inner = flow("inner", step("a", sh("true")), exit_handlers=(bye,))
    with pytest.raises(Unsupported, match="only a single task"):
        _text(flow("outer", step("part", SubWorkflow(workflow=inner))))
