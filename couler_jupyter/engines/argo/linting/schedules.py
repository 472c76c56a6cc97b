"""CronWorkflows: when they run."""

from __future__ import annotations

from couler_jupyter.engines.argo.linting.cron import schedule_fault, zone_fault
from couler_jupyter.engines.argo.linting.expressions import expression_fault
from couler_jupyter.engines.argo.linting.plain import (
    Object,
    has_tag,
    inside,
    text,
    words,
)
from couler_jupyter.engines.argo.linting.references import BAD_EXPRESSION
from couler_jupyter.engines.argo.linting.report import Report, shown
from couler_jupyter.engines.argo.linting.tags import tags_of
from couler_jupyter.engines.argo.linting.timing import check_count
from couler_jupyter.engines.finding import Rule
from couler_jupyter.engines.kube.places import Path

NO_SCHEDULE = Rule("ARGO711", "no-schedule", "a CronWorkflow has a schedule")
BAD_SCHEDULE = Rule("ARGO712", "bad-schedule", "schedules are cron expressions")
BAD_ZONE = Rule("ARGO713", "unknown-time-zone", "time zones are in the IANA table")


def check_schedule(body: Object, report: Report) -> None:
    """Look at when a CronWorkflow runs."""
    spec = inside(body, "spec")
    schedules = words(spec, "schedules")
    if not schedules and not text(spec, "schedule"):
        report.add(
            NO_SCHEDULE,
            ("spec", "schedules"),
            "this CronWorkflow has no schedules",
            "right is a list, as ['0 5 * * *']",
        )
    every: list[tuple[Path, str]] = [(("schedules", at), one) for at, one in schedules]
    if alone := text(spec, "schedule"):
        every.append((("schedule",), alone))
    for where, schedule in every:
        if fault := schedule_fault(schedule):
            report.add(
                BAD_SCHEDULE,
                ("spec", *where),
                f"schedule {shown(schedule)} is not good: {fault}",
                "right is minute, hour, day, month, weekday, as '0 5 * * mon-fri'",
            )
    if fault := zone_fault(text(spec, "timezone")):
        report.add(
            BAD_ZONE, ("spec", "timezone"), fault, "right is a name as Europe/Berlin"
        )
    for key in (
        "startingDeadlineSeconds",
        "successfulJobsHistoryLimit",
        "failedJobsHistoryLimit",
    ):
        check_count(spec.get(key), ("spec", key), report)
    stop = text(inside(spec, "stopStrategy"), "expression")
    if stop and not has_tag(stop) and (fault := expression_fault(stop)):
        report.add(
            BAD_EXPRESSION,
            ("spec", "stopStrategy", "expression"),
            f"this expression cannot be read: {fault}",
        )
    for tag in tags_of(text(spec, "when")):
        if tag.is_expression and (fault := expression_fault(tag.inner)):
            report.add(
                BAD_EXPRESSION,
                ("spec", "when"),
                f"this expression cannot be read: {fault}",
            )
