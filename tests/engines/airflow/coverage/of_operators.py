"""Parameters of all operators."""

from __future__ import annotations

from couler_jupyter.ir import (
    Backoff,
    Ended,
    InputParameter,
    ItemRef,
    Outcome,
    Resources,
    Retry,
    SubWorkflow,
)
from couler_jupyter.testing.parts import echo, flow, over, printed, sh, step
from tests.engines.airflow.coverage.shown import (
    FAILING,
    PLAIN,
    Shown,
    Told,
    Where,
    alone,
    extra,
    of_task,
    of_word,
)

_NEW = {"past": None}
_PAST = extra("task.depends_on_past", True)
_BOTH = flow("both", step("a", sh("echo hi")), step("b", sh("echo hi"), after=("a",)))
_WIDE = flow("wide", step("a", sh("echo hi")), step("b", sh("echo hi")))
_MAPPED = flow("mapped", step("a", echo(), takes={"x": ItemRef()}, loop=over(1, 2, 3)))
_TWICE = flow("twice", step("a", sh("exit 1"), retry=Retry(limit=1)))
_SKIPPED = flow(
    "skipped",
    step("a", sh("exit 1")),
    step("b", sh("echo hi"), after=(Ended("a", (Outcome.SUCCEEDED,)),)),
)


def _doc(name: str) -> Told:
    """Return what reads a text about a task."""
    return lambda told: told["tasks"]["a"].get(name)


OF_OPERATORS: tuple[Shown, ...] = (
    of_word(
        "BaseOperator",
        "task_id",
        "Step.name",
        flow("named", step("train", sh("echo hi"))),
        lambda told: list(told["run"]["states"]),
        ["train"],
        where=Where.RUN,
    ),
    of_task("owner", "ann", lambda told: told["model"]["owners"], "ann"),
    of_word(
        "BaseOperator",
        "retries",
        "Retry.limit",
        _TWICE,
        lambda told: told["run"]["tries"],
        {"a": 2},
        plain=FAILING,
        where=Where.RUN,
    ),
    of_word(
        "BaseOperator",
        "retry_delay",
        "Backoff.seconds",
        alone(retry=Retry(limit=3, backoff=Backoff(seconds=5))),
        lambda told: told["scheduler"]["waits"],
        [5, 5, 5],
        where=Where.SCHEDULER,
        asks=_NEW,
    ),
    of_word(
        "BaseOperator",
        "retry_exponential_backoff",
        "Backoff.factor",
        alone(retry=Retry(limit=3, backoff=Backoff(seconds=5, factor=3))),
        lambda told: told["scheduler"]["waits"][2] >= 45,
        True,
        plain=alone(retry=Retry(limit=3, backoff=Backoff(seconds=5))),
        where=Where.SCHEDULER,
        asks=_NEW,
    ),
    of_word(
        "BaseOperator",
        "max_retry_delay",
        "Backoff.longest",
        alone(retry=Retry(limit=3, backoff=Backoff(seconds=5, factor=3, longest=7))),
        lambda told: told["scheduler"]["waits"][1:],
        [7, 7],
        plain=alone(retry=Retry(limit=3, backoff=Backoff(seconds=5, factor=3))),
        where=Where.SCHEDULER,
        asks=_NEW,
    ),
    of_task(
        "retry_policy",
        "calls:NEVER_AGAIN",
        lambda told: told["run"]["tries"],
        {"a": 1},
        on=_TWICE,
        where=Where.RUN,
    ),
    of_task(
        "start_date",
        "2090-01-01T00:00:00+00:00",
        lambda told: told["scheduler"]["queued"],
        [],
        where=Where.SCHEDULER,
        asks=_NEW,
    ),
    of_task(
        "end_date",
        "2021-01-01T00:00:00+00:00",
        lambda told: told["scheduler"]["queued"],
        [],
        where=Where.SCHEDULER,
        asks=_NEW,
    ),
    of_task(
        "depends_on_past",
        True,
        lambda told: told["scheduler"]["queued"],
        [],
        where=Where.SCHEDULER,
        asks={"past": {"a": "failed"}},
    ),
    of_task(
        "ignore_first_depends_on_past",
        True,
        lambda told: len(told["scheduler"]["queued"]),
        1,
        on=alone(extras=_PAST),
        where=Where.SCHEDULER,
        asks={"past": {}},
    ),
    of_task(
        "wait_for_downstream",
        True,
        lambda told: told["scheduler"]["queued"],
        [],
        on=_BOTH,
        where=Where.SCHEDULER,
        asks={"past": {"a": "success", "b": "failed"}},
    ),
    of_task(
        "priority_weight",
        9,
        lambda told: told["scheduler"]["queued"][0]["task"],
        "b",
        on=_WIDE,
        task="b",
        where=Where.SCHEDULER,
        asks=_NEW,
    ),
    of_task(
        "weight_rule",
        "absolute",
        lambda told: told["scheduler"]["queued"][0]["weight"],
        1,
        on=_BOTH,
        where=Where.SCHEDULER,
        asks=_NEW,
    ),
    of_task(
        "queue",
        "big",
        lambda told: told["scheduler"]["queued"][0]["queue"],
        "big",
        where=Where.SCHEDULER,
        asks=_NEW,
    ),
    of_task(
        "pool",
        "small",
        lambda told: told["scheduler"]["queued"][0]["pool"],
        "small",
        where=Where.SCHEDULER,
        asks=_NEW,
    ),
    of_word(
        "BaseOperator",
        "pool_slots",
        "Resources.cpu",
        flow("wide", step("a", sh("echo hi", resources=Resources(cpu=3)))),
        lambda told: told["scheduler"]["queued"][0]["slots"],
        3,
        where=Where.SCHEDULER,
        asks=_NEW,
    ),
    of_word(
        "BaseOperator",
        "execution_timeout",
        "Step.timeout",
        flow("slow", step("a", sh("sleep 2"), timeout=1)),
        lambda told: told["run"]["states"],
        {"a": "failed"},
        plain=flow("slow", step("a", sh("sleep 2"))),
        where=Where.RUN,
    ),
    of_task(
        "on_execute_callback",
        "calls:begun",
        lambda told: told["run"]["called"],
        ["begun"],
        where=Where.RUN,
    ),
    of_task(
        "on_success_callback",
        "calls:success",
        lambda told: told["run"]["called"],
        ["success"],
        where=Where.RUN,
    ),
    of_task(
        "on_failure_callback",
        "calls:failure",
        lambda told: told["run"]["called"],
        ["failure"],
        on=FAILING,
        where=Where.RUN,
    ),
    of_task(
        "on_retry_callback",
        "calls:retried",
        lambda told: told["run"]["called"],
        ["retried"],
        on=_TWICE,
        where=Where.RUN,
    ),
    of_task(
        "on_skipped_callback",
        "calls:skipped",
        lambda told: told["run"]["called"],
        ["skipped"],
        on=_SKIPPED,
        task="b",
        where=Where.RUN,
    ),
    of_task(
        "pre_execute",
        "calls:before",
        lambda told: told["run"]["called"],
        ["before"],
        where=Where.RUN,
    ),
    of_task(
        "post_execute",
        "calls:after",
        lambda told: told["run"]["called"],
        ["after {'result': 'hi'}"],
        where=Where.RUN,
    ),
    of_word(
        "BaseOperator",
        "trigger_rule",
        "Step.after",
        flow(
            "caught",
            step("a", sh("exit 1")),
            step("b", sh("echo hi"), after=(Ended("a", (Outcome.FAILED,)),)),
        ),
        lambda told: told["run"]["states"]["b"],
        "success",
        plain=flow(
            "stopped", step("a", sh("exit 1")), step("b", sh("echo hi"), after=("a",))
        ),
        where=Where.RUN,
    ),
    of_task(
        "map_index_template",
        "part {{ task.task_id }}",
        lambda told: told["run"]["items"],
        ["part a", "part a", "part a"],
        on=_MAPPED,
        where=Where.RUN,
    ),
    of_task(
        "max_active_tis_per_dag",
        1,
        lambda told: len(told["scheduler"]["queued"]),
        1,
        on=_MAPPED,
        where=Where.SCHEDULER,
        asks=_NEW,
    ),
    of_word(
        "BaseOperator",
        "max_active_tis_per_dagrun",
        "Map.parallelism",
        flow(
            "lanes",
            step(
                "a", echo(), takes={"x": ItemRef()}, loop=over(1, 2, 3, parallelism=2)
            ),
        ),
        lambda told: len(told["scheduler"]["queued"]),
        2,
        plain=_MAPPED,
        where=Where.SCHEDULER,
        asks=_NEW,
    ),
    of_task(
        "executor",
        "LocalExecutor",
        lambda told: told["scheduler"]["queued"][0]["executor"],
        "LocalExecutor",
        where=Where.SCHEDULER,
        asks=_NEW,
    ),
    of_task(
        "executor_config",
        {"place": "near"},
        lambda told: told["scheduler"]["queued"][0]["config"],
        {"place": "near"},
        where=Where.SCHEDULER,
        asks=_NEW,
    ),
    of_task(
        "multiple_outputs",
        True,
        lambda told: told["run"]["left"].get("a result"),
        "hi",
        where=Where.RUN,
    ),
    of_task(
        "outlets",
        ["s3://rows/daily"],
        lambda told: told["run"]["assets"],
        ["s3://rows/daily"],
        where=Where.RUN,
    ),
    of_task(
        "inlets",
        ["s3://rows/raw"],
        lambda told: "s3://rows/raw" in str(told["tasks"]["a"].get("inlets")),
        True,
    ),
    of_word(
        "BaseOperator",
        "doc_md",
        "InputParameter.description",
        flow(
            "told",
            step(
                "a",
                sh(
                    "echo hi",
                    outputs=printed("result"),
                    inputs=(InputParameter(name="x", description="what it needs"),),
                ),
                takes={"x": 1},
            ),
        ),
        lambda told: told["tasks"]["a"].get("doc_md"),
        "- takes x: what it needs",
    ),
    *(
        of_task(name, text, _doc(name), text)
        for name, text in (
            ("doc", "plain words"),
            ("doc_json", '{"a": 1}'),
            ("doc_yaml", "a: 1"),
            ("doc_rst", "a\n="),
        )
    ),
    of_task(
        "task_display_name",
        "The First",
        lambda told: told["tasks"]["a"].get("_task_display_name"),
        "The First",
    ),
    of_word(
        "BaseOperator",
        "task_group",
        "SubWorkflow",
        flow("outer", step("inner", SubWorkflow(workflow=PLAIN))),
        lambda told: sorted(told["run"]["states"]),
        ["inner.a", "inner.begin", "inner.ending"],
        where=Where.RUN,
    ),
)
"""All that is covered of them."""
