"""What the DAGs here call by name, in Airflow's own Python; each call is a line of a file."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from airflow.sdk import ExceptionRetryPolicy, RetryAction, RetryRule


def _told(word: str, context: Any) -> None:
    with Path(os.environ["COULER_CALLED"]).open("a", encoding="utf-8") as file:
        file.write(f"{context['dag'].dag_id} {word}\n")


def success(context: Any) -> None:
    """Called when something went well."""
    _told("success", context)


def failure(context: Any) -> None:
    """Called when something failed."""
    _told("failure", context)


def begun(context: Any) -> None:
    """Called before a task begins."""
    _told("begun", context)


def retried(context: Any) -> None:
    """Called when a task is to be tried again."""
    _told("retried", context)


def skipped(context: Any) -> None:
    """Called when a task stays out."""
    _told("skipped", context)


def before(context: Any) -> None:
    """Called right before a task's work."""
    _told("before", context)


def after(context: Any, result: Any = None) -> None:
    """Called right after a task's work."""
    _told(f"after {result}", context)


def _loud(text: object) -> str:
    return str(text).upper()


MACROS = {"loud": _loud}
NEVER_AGAIN = ExceptionRetryPolicy(
    rules=[RetryRule(exception=Exception, action=RetryAction.FAIL)]
)
