"""Words of Airflow's own in a workflow: parameters of the DAG and of its tasks.

An extra of a workflow stands at `dag.PARAMETER`, that of a step at `task.PARAMETER`. What
is called or made in Python is named by where it is, as `package.module:name`.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any, TypeGuard

from couler_jupyter.engines.airflow.literals import Code
from couler_jupyter.errors import Problem
from couler_jupyter.ir import Extra, Step, Workflow
from couler_jupyter.ir.everywhere import places_in

_NAMED = re.compile(r"([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*):([A-Za-z_]\w*)")
_CALLS = frozenset(
    {
        "on_success_callback",
        "on_failure_callback",
        "on_execute_callback",
        "on_retry_callback",
        "on_skipped_callback",
        "pre_execute",
        "post_execute",
        "retry_policy",
        "user_defined_macros",
        "user_defined_filters",
        "deadline",
    }
)
_ASSETS = frozenset({"inlets", "outlets"})
_SECONDS = frozenset({"retry_delay", "max_retry_delay", "dagrun_timeout"})
_ASSET = ("airflow.sdk", "Asset")
_TIMES = frozenset({"start_date", "end_date"})
_RUN_TYPES = frozenset(
    {
        "asset_materialization",
        "asset_triggered",
        "backfill",
        "manual",
        "operator_triggered",
        "scheduled",
    }
)
DAG_WORDS = frozenset(
    {
        "access_control",
        "allowed_run_types",
        "catchup",
        "dag_display_name",
        "deadline",
        "disable_bundle_versioning",
        "end_date",
        "is_paused_upon_creation",
        "jinja_environment_kwargs",
        "max_active_runs",
        "max_consecutive_failed_dag_runs",
        "on_failure_callback",
        "on_success_callback",
        "owner_links",
        "render_template_as_native_obj",
        "rerun_with_latest_version",
        "start_date",
        "tags",
        "template_searchpath",
        "user_defined_filters",
        "user_defined_macros",
    }
)
TASK_WORDS = frozenset(
    {
        "allow_nested_operators",
        "depends_on_past",
        "doc",
        "doc_json",
        "doc_rst",
        "doc_yaml",
        "end_date",
        "executor",
        "executor_config",
        "ignore_first_depends_on_past",
        "inlets",
        "logger_name",
        "map_index_template",
        "max_active_tis_per_dag",
        "max_active_tis_per_dagrun",
        "multiple_outputs",
        "on_execute_callback",
        "on_failure_callback",
        "on_retry_callback",
        "on_skipped_callback",
        "on_success_callback",
        "outlets",
        "owner",
        "pool",
        "pool_slots",
        "post_execute",
        "pre_execute",
        "priority_weight",
        "queue",
        "retry_policy",
        "run_as_user",
        "start_date",
        "task_display_name",
        "wait_for_downstream",
        "wait_for_past_depends_before_skipping",
        "weight_rule",
    }
)
_SINCE_3 = frozenset(
    {
        "allowed_run_types",
        "deadline",
        "disable_bundle_versioning",
        "inlets",
        "outlets",
        "rerun_with_latest_version",
        "retry_policy",
    }
)
"""What Airflow 2 has not, or calls by another name."""


def task_words(step: Step) -> dict[str, Any]:
    """Return the parameters that extras of a step say."""
    return dict(map(_word, _own(step.extras)))


def dag_words(workflow: Workflow) -> dict[str, Any]:
    """Return the parameters that extras of a workflow say."""
    return dict(map(_word, _own(workflow.extras)))


def extra_problems(workflow: Workflow, old: bool) -> list[Problem]:
    """Return what is wrong with the extras of a workflow and its steps.

    Args:
        workflow: whose extras they are.
        old: whether they are for Airflow 2.
    """
    found: list[Problem] = []
    for one, path in places_in(workflow):
        where = f"step {path!r}" if path else f"workflow {workflow.name!r}"
        found += [
            Problem(where, f"extra {extra.path!r}: {fault}")
            for extra in _own(one.extras)
            if (fault := _fault(extra, isinstance(one, Step), bool(path), old))
        ]
        if isinstance(one, Workflow):
            needed = "manual" if one.schedule is None else "scheduled"
            found += [
                Problem(where, f"extra {extra.path!r}: {needed} is not among them")
                for extra in _own(one.extras)
                if extra.path == "dag.allowed_run_types"
                and isinstance(extra.value.value, list)
                and needed not in (extra.value.value or [needed])
            ]
    return found


def called_in(words: dict[str, Any]) -> set[tuple[str, str]]:
    """Return the modules and names that parameters name."""
    named = (one for one in words.values() if isinstance(one, Named))
    found = {(one.module, one.name) for one in named}
    return found | ({_ASSET} if _ASSETS & words.keys() else set())


class Named(Code):
    """Something in a module, by its name there."""

    __slots__ = ()

    @property
    def module(self) -> str:
        """The module it is in."""
        return self.text.rpartition(".")[0]

    @property
    def name(self) -> str:
        """What it is called there; nothing, as the module is what is imported."""
        return ""


def _own(extras: tuple[Extra, ...]) -> list[Extra]:
    return [one for one in extras if one.engine == "airflow"]


def _word(extra: Extra) -> tuple[str, Any]:
    name, value = extra.path.partition(".")[2], extra.value.value
    if name in _CALLS and (match := _NAMED.fullmatch(str(value))):
        return name, Named(f"{match[1]}.{match[2]}")
    if name in _SECONDS:
        return name, Code(f"timedelta(seconds={value!r})")
    if name in _ASSETS:
        return name, [Code(f"Asset({one!r})") for one in value]
    if name in _TIMES:
        return name, Code(f"datetime.fromisoformat({value!r})")
    return name, value


def _fault(extra: Extra, of_step: bool, inside: bool, old: bool) -> str:
    first, _, name = extra.path.partition(".")
    wanted, words = ("task", TASK_WORDS) if of_step else ("dag", DAG_WORDS)
    if first != wanted or name not in words:
        return f"it is no parameter that can be said here; write {wanted}.PARAMETER"
    if inside and not of_step:
        return "a workflow inside another is no DAG"
    if old and name in _SINCE_3:
        return "Airflow 2 has no such word"
    return _value_fault(name, extra.value.value, extra.value.json)


def _value_fault(name: str, value: object, shown: str) -> str:
    if name in _CALLS and not _NAMED.fullmatch(str(value)):
        return f"{shown} names nothing; write 'package.module:name'"
    if name in _SECONDS and (
        isinstance(value, bool) or not isinstance(value, int | float)
    ):
        return f"{shown} is no number of seconds"
    if name in _TIMES and not _is_time(value):
        return f"{shown} is no time with its zone, as '2026-01-01T00:00:00+00:00'"
    if name in _ASSETS and not _are_texts(value):
        return f"{shown} is no list of URIs"
    if name == "allowed_run_types" and not _are_run_types(value):
        return f"{shown} is no list of some of {', '.join(sorted(_RUN_TYPES))}"
    return ""


def _are_run_types(value: object) -> bool:
    return _are_texts(value) and frozenset(value) <= _RUN_TYPES


def _is_time(value: object) -> bool:
    try:
        return datetime.fromisoformat(str(value)).tzinfo is not None
    except ValueError:
        return False


def _are_texts(value: object) -> TypeGuard[list[str]]:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)
