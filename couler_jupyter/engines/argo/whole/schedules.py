"""When a CronWorkflow runs by itself."""

from __future__ import annotations

from couler_jupyter.engines.argo.templates import Fields, said
from couler_jupyter.ir import Overlap, Schedule


def schedule_fields(schedule: Schedule | None) -> Fields:
    """Return the spec of a CronWorkflow without that of its workflow.

    The time zone always stands there: Argo's own default is that of its controller.
    """
    schedule = Schedule(crons=()) if schedule is None else schedule
    allowed = schedule.overlap is Overlap.ALLOW
    return {
        "schedules": list(schedule.crons),
        "timezone": schedule.timezone,
        **said(
            concurrencyPolicy="" if allowed else schedule.overlap.value,
            suspend=schedule.suspended,
            startingDeadlineSeconds=schedule.deadline,
            successfulJobsHistoryLimit=schedule.keep_succeeded,
            failedJobsHistoryLimit=schedule.keep_failed,
        ),
    }
