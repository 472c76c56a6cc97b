"""Parameters of DAGs."""

from __future__ import annotations

from dataclasses import replace

from couler_jupyter.ir import (
    Constant,
    InputParameter,
    ItemRef,
    Schedule,
    ValueType,
    Workflow,
)
from couler_jupyter.testing.parts import echo, flow, over, sh, step
from tests.engines.airflow.coverage.shown import (
    FAILING,
    PLAIN,
    Shown,
    Where,
    extra,
    of_dag,
    of_word,
)

_NEW = {"past": None}
_DAILY = replace(PLAIN, schedule=Schedule(crons=("0 8 * * *",)))
_WIDE = flow("wide", *(step(name, sh("echo hi")) for name in "abc"))
_NUMBER = replace(
    PLAIN,
    parameters=(
        InputParameter(name="n", type=ValueType.INTEGER, default=Constant.of(3)),
    ),
)


def _called(template: str) -> Workflow:
    """Return a map whose item is called as a template of Airflow's says."""
    word = extra("task.map_index_template", template)
    mapped = step("a", echo(), takes={"x": ItemRef()}, loop=over("one"), extras=word)
    return flow("called", mapped)


OF_DAGS: tuple[Shown, ...] = (
    of_word(
        "DAG",
        "dag_id",
        "Workflow.name",
        replace(PLAIN, name="the-name"),
        lambda told: told["run"]["id"],
        "the-name",
        where=Where.RUN,
    ),
    of_word(
        "DAG",
        "description",
        "Workflow.description",
        replace(PLAIN, description="what it is for"),
        lambda told: told["model"]["description"],
        "what it is for",
    ),
    of_word(
        "DAG",
        "default_args",
        "Workflow.priority",
        replace(PLAIN, priority=7),
        lambda told: told["scheduler"]["queued"][0]["weight"],
        7,
        where=Where.SCHEDULER,
        asks=_NEW,
    ),
    of_dag(
        "start_date",
        "2093-01-01T09:00:00+00:00",
        lambda told: told["model"]["next_dagrun"][:16],
        "2093-01-02 08:00",
        on=_DAILY,
        where=Where.SCHEDULER,
    ),
    of_dag(
        "end_date",
        "2021-01-01T00:00:00+00:00",
        lambda told: told["model"]["next_dagrun"],
        None,
        on=_DAILY,
        where=Where.SCHEDULER,
    ),
    of_word(
        "DAG",
        "schedule",
        "Workflow.schedule",
        _DAILY,
        lambda told: str(told["model"]["next_dagrun"])[11:16],
        "08:00",
        where=Where.SCHEDULER,
    ),
    of_dag(
        "catchup",
        True,
        lambda told: told["model"]["next_dagrun"][:16],
        "2020-01-01 08:00",
        on=_DAILY,
        where=Where.SCHEDULER,
    ),
    of_word(
        "DAG",
        "max_active_tasks",
        "Workflow.parallelism",
        replace(_WIDE, parallelism=2),
        lambda told: len(told["scheduler"]["queued"]),
        2,
        plain=_WIDE,
        where=Where.SCHEDULER,
        asks=_NEW,
    ),
    of_dag(
        "max_active_runs",
        1,
        lambda told: len(told["scheduler"]["runs"]),
        1,
        where=Where.SCHEDULER,
        asks={"past": None, "runs": 2},
    ),
    of_dag(
        "max_consecutive_failed_dag_runs",
        4,
        lambda told: told["model"]["max_consecutive_failed_dag_runs"],
        4,
    ),
    of_word(
        "DAG",
        "dagrun_timeout",
        "Workflow.timeout",
        replace(PLAIN, timeout=60),
        lambda told: told["scheduler"]["runs"],
        ["failed"],
        where=Where.SCHEDULER,
        asks={"past": None, "age": 3600},
    ),
    of_dag(
        "on_success_callback",
        "calls:success",
        lambda told: told["run"]["called"],
        ["success"],
        where=Where.RUN,
    ),
    of_dag(
        "on_failure_callback",
        "calls:failure",
        lambda told: told["run"]["called"],
        ["failure"],
        on=FAILING,
        where=Where.RUN,
    ),
    of_word(
        "DAG",
        "doc_md",
        "Workflow.annotations",
        replace(PLAIN, annotations=(("who", "us"),)),
        lambda told: told["dag"].get("doc_md"),
        "- who: us",
    ),
    of_word(
        "DAG",
        "params",
        "Workflow.parameters",
        _NUMBER,
        lambda told: [one[0] for one in told["dag"]["params"]],
        ["n"],
    ),
    of_dag(
        "access_control",
        {"readers": {"DAGs": ["can_read"]}},
        lambda told: "readers" in str(told["dag"].get("access_control")),
        True,
    ),
    of_word(
        "DAG",
        "is_paused_upon_creation",
        "Schedule.suspended",
        replace(_DAILY, schedule=Schedule(crons=("0 8 * * *",), suspended=True)),
        lambda told: told["model"]["is_paused"],
        True,
        plain=_DAILY,
        where=Where.SCHEDULER,
    ),
    of_dag(
        "jinja_environment_kwargs",
        {"variable_start_string": "<<", "variable_end_string": ">>"},
        lambda told: told["run"]["items"],
        ["a"],
        on=_called("<< task.task_id >>"),
        where=Where.RUN,
    ),
    of_dag(
        "user_defined_macros",
        "calls:MACROS",
        lambda told: told["run"]["items"],
        ["ONE"],
        on=_called("{{ loud(task.item) if loud is defined else 'no' }}"),
        where=Where.RUN,
    ),
    of_dag(
        "user_defined_filters",
        "calls:MACROS",
        lambda told: told["run"]["items"],
        ["A"],
        on=_called("{{ task.task_id | loud }}"),
        where=Where.RUN,
    ),
    of_word(
        "DAG",
        "tags",
        "Workflow.labels",
        replace(PLAIN, labels=(("team", "ml"),)),
        lambda told: told["tags"],
        ["team=ml"],
    ),
    of_dag(
        "owner_links",
        {"airflow": "https://example.org/us"},
        lambda told: told["dag"].get("owner_links"),
        {"airflow": "https://example.org/us"},
    ),
    of_dag(
        "allowed_run_types",
        ["manual"],
        lambda told: told["model"]["allowed_run_types"],
        ["manual"],
        where=Where.SCHEDULER,
    ),
    of_dag(
        "dag_display_name",
        "The Coin",
        lambda told: told["model"]["dag_display_name"],
        "The Coin",
    ),
    of_dag(
        "disable_bundle_versioning",
        True,
        lambda told: told["dag"].get("disable_bundle_versioning"),
        True,
    ),
    of_dag(
        "rerun_with_latest_version",
        True,
        lambda told: told["dag"].get("rerun_with_latest_version"),
        True,
    ),
)
"""All that is covered of them."""
