"""What old scripts say of a workflow as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from couler_jupyter.compat.current import adding, root_of
from couler_jupyter.dsl.config import configure
from couler_jupyter.dsl.origin import misused

_CRON = {
    "concurrency_policy": "Allow",
    "successful_jobs_history_limit": 3,
    "failed_jobs_history_limit": 1,
    "starting_deadline_seconds": 10,
    "suspend": "false",
    "timezone": "Asia/Shanghai",
}
_USER = "couler-jupyter/user-id"


def config_workflow(
    name: str | None = None,
    user_id: object = None,
    timeout: float | None = None,
    time_to_clean: int | None = None,
    cluster_config_file: str | None = None,
    cron_config: Mapping[str, Any] | None = None,
    service_account: str | None = None,
) -> None:
    """Say something of the workflow.

    Args:
        name: how it is called; runs of it are numbered by the engine.
        user_id: whose it is; an annotation.
        timeout: seconds a run may take.
        time_to_clean: seconds its record is kept after its end.
        cluster_config_file: refused; see docs/from-open-couler.md.
        cron_config: `schedule` and what else a schedule has. What it does not say is as
            the open SDK has it: the time zone is Asia/Shanghai, a run that is missed by
            10 seconds is left out.
        service_account: who its steps are to Kubernetes.

    Raises:
        BuildFailed: an argument makes no sense.
    """
    if cluster_config_file is not None:
        raise misused(
            f"cluster_config_file={cluster_config_file!r} is Python that changes the YAML "
            "after it is made, and is not run; say the same with node_selector, "
            "couler.add_toleration and config_workflow"
        )
    options: dict[str, Any] = {
        "timeout": timeout,
        "time_to_clean": time_to_clean,
        "service_account": service_account,
    }
    if user_id is not None:
        options["annotations"] = {_USER: str(user_id)}
    if cron_config is not None:
        if "schedule" not in cron_config:
            raise misused("cron_config has no 'schedule'; give it a cron line")
        options["cron_config"] = {**_CRON, **cron_config}
    with adding() as scope:
        root = root_of(scope)
        if name is not None:
            root.title = name
        configure(root, options, "config_workflow")
