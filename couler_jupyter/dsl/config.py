"""Everything that can be said of a workflow as a whole."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Unpack, cast

from couler_jupyter.dsl.anything import Given
from couler_jupyter.dsl.current import open_scope
from couler_jupyter.dsl.duration import Duration, seconds, whole_seconds
from couler_jupyter.dsl.origin import misused
from couler_jupyter.dsl.pod_options import PodOptions, labels, pod_of
from couler_jupyter.ir import (
    Extra,
    Overlap,
    Schedule,
    TimeToLive,
    Volume,
    nearest,
)

if TYPE_CHECKING:
    from couler_jupyter.dsl.scope import Scope

_PLACE = frozenset(PodOptions.__annotations__) - {"labels", "annotations"}
_CRON_WORDS = {
    "schedule": "crons",
    "timezone": "timezone",
    "concurrency_policy": "overlap",
    "suspend": "suspended",
    "starting_deadline_seconds": "deadline",
    "successful_jobs_history_limit": "keep_succeeded",
    "failed_jobs_history_limit": "keep_failed",
}


class WorkflowOptions(PodOptions, total=False):
    """Options of a workflow; those of `PodOptions` are the default of its steps."""

    parallelism: int
    fail_fast: bool
    timeout: Duration
    priority: int
    schedule: Schedule | str | Sequence[str]
    timezone: str
    cron_config: Mapping[str, Any]
    ttl: TimeToLive | Duration
    time_to_clean: Duration
    parameters: Mapping[str, object]
    volumes: Sequence[Volume]
    description: str
    extras: Extra | Sequence[Extra]


def cron(
    crons: str | Sequence[str],
    *,
    timezone: str = "UTC",
    overlap: Overlap | str = Overlap.ALLOW,
    suspended: bool = False,
    deadline: Duration | None = None,
    keep_succeeded: int | None = None,
    keep_failed: int | None = None,
) -> Schedule:
    """Return when a workflow runs by itself; see `ir.Schedule`.

    Raises:
        BuildFailed: one of these makes no sense.
    """
    for one in Overlap:
        if str(overlap).lower() == one.lower():
            break
    else:
        raise misused(f"overlap={overlap!r} must be one of {', '.join(Overlap)}")
    return Schedule(
        crons=(crons,) if isinstance(crons, str) else tuple(crons),
        timezone=timezone,
        overlap=one,
        suspended=suspended,
        deadline=None if deadline is None else whole_seconds(deadline, "deadline"),
        keep_succeeded=keep_succeeded,
        keep_failed=keep_failed,
    )


def time_to_live(
    after_end: Duration | None = None,
    *,
    after_success: Duration | None = None,
    after_failure: Duration | None = None,
) -> TimeToLive:
    """Return how long the record of a run is kept after its end; None for ever."""
    return TimeToLive(
        after_end=None if after_end is None else whole_seconds(after_end, "ttl"),
        after_success=(
            None
            if after_success is None
            else whole_seconds(after_success, "after_success")
        ),
        after_failure=(
            None
            if after_failure is None
            else whole_seconds(after_failure, "after_failure")
        ),
    )


def config_workflow(name: str = "", **options: Unpack[WorkflowOptions]) -> None:
    """Say something of the workflow that is being written.

    Args:
        name: how it is called.
        options: see `WorkflowOptions`.

    Raises:
        BuildFailed: no workflow is being written, an option is unknown, or its value
            makes no sense.
    """
    scope = open_scope("config_workflow")
    if name:
        scope.title = name
    configure(scope, options, "config_workflow")


def configure(scope: Scope, given: Mapping[str, Any], call: str) -> None:
    """Put options of a workflow into it; `call` is what the user called.

    Raises:
        BuildFailed: an option is unknown, or its value makes no sense.
    """
    from couler_jupyter.dsl.inputs import declare_parameters

    known = WorkflowOptions.__annotations__
    for name in given:
        if name not in known:
            raise misused(f"{call} has no option {name!r}{nearest(name, known)}")
    wanted = {name: value for name, value in given.items() if value is not None}
    place = {name: wanted[name] for name in _PLACE if name in wanted}
    if place:
        earlier = {"pod": scope.config["pod"]} if "pod" in scope.config else {}
        scope.config["pod"] = pod_of({**earlier, **place})
    for name, reader in _READERS.items():
        if name in wanted:
            scope.config[_FIELDS.get(name, name)] = reader(wanted[name])
    schedule = _schedule(wanted)
    if schedule is not None:
        scope.config["schedule"] = schedule
    for volume in wanted.get("volumes", ()):
        scope.volumes[volume.name] = volume
    declare_parameters(scope, wanted.get("parameters", {}))


def _schedule(wanted: Mapping[str, Any]) -> Schedule | None:
    given = wanted.get("schedule")
    sdk = wanted.get("cron_config")
    timezone = wanted.get("timezone")
    if given is None and sdk is None:
        if timezone is not None:
            raise misused("timezone is of a schedule; give schedule as well")
        return None
    if isinstance(given, Schedule):
        return given
    options: dict[str, Any] = {"timezone": timezone} if timezone else {}
    for name, value in cast("Mapping[str, Any]", sdk or {}).items():
        if name not in _CRON_WORDS:
            raise misused(f"cron_config has no {name!r}{nearest(name, _CRON_WORDS)}")
        options[_CRON_WORDS[name]] = value
    if isinstance(options.get("suspended"), str):
        options["suspended"] = options["suspended"] == "true"
    if given is not None:
        options["crons"] = given
    if "crons" not in options:
        raise misused("cron_config has no 'schedule'; give it a cron line")
    return cron(**options)


def _ttl(given: object) -> TimeToLive:
    if isinstance(given, TimeToLive):
        return given
    return time_to_live(cast("Duration", given))


def _whole(what: str) -> Callable[[Any], int]:
    def read(given: Given) -> int:
        if isinstance(given, bool) or not isinstance(given, int):
            raise misused(f"{what}={given!r} is no whole number")
        return given

    return read


def _extras(given: Given) -> tuple[Extra, ...]:
    return (given,) if isinstance(given, Extra) else tuple(given)


_FIELDS = {"time_to_clean": "ttl"}
_READERS: dict[str, Callable[[Any], object]] = {
    "parallelism": _whole("parallelism"),
    "fail_fast": bool,
    "timeout": lambda given: seconds(given, "timeout"),
    "priority": _whole("priority"),
    "ttl": _ttl,
    "time_to_clean": _ttl,
    "labels": labels,
    "annotations": lambda given: labels(given, "annotations"),
    "description": str,
    "extras": _extras,
}
