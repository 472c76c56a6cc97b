"""Steps that hand Kubernetes a manifest: `run_job`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NoReturn

from couler_jupyter import dsl
from couler_jupyter.compat.arguments import variables
from couler_jupyter.compat.caching import Cache
from couler_jupyter.compat.current import adding
from couler_jupyter.compat.order import in_turn
from couler_jupyter.compat.result import JobOutput, StepResult
from couler_jupyter.compat.running import known
from couler_jupyter.compat.step_options import Wanted, step_options
from couler_jupyter.compat.tags import with_tags
from couler_jupyter.dsl.origin import misused


def run_job(
    manifest: str | Mapping[str, Any],
    success_condition: str | None,
    failure_condition: str | None,
    timeout: float | None = None,
    retry: int | None = None,
    step_name: str | None = None,
    pool: str | None = None,
    env: Mapping[str, Any] | None = None,
    action: str = "create",
    set_owner_reference: bool = True,
    cache: Cache | None = None,
) -> StepResult:
    """Add a step that hands Kubernetes a manifest and waits until it is done.

    Args:
        manifest: the object as YAML.
        success_condition: when it is done, as `status.succeeded > 0`.
        failure_condition: when it has failed.
        timeout: seconds it may take.
        retry: how often it is tried again, however it ended.
        step_name: what it is called.
        pool: without effect, and a warning says so.
        env: variables for all containers of the object.
        action: create, apply, replace, patch, get or delete.
        set_owner_reference: whether the object goes when the run goes.
        cache: when it need not run again.

    Returns:
        One output, with `job_name`, `job_id` and `job_obj`.

    Raises:
        BuildFailed: an argument makes no sense.
    """
    wanted = Wanted(
        timeout=timeout, retry=retry, step_name=step_name, pool=pool, cache=cache
    )
    with adding() as scope, in_turn(scope):
        options = step_options(wanted, scope)
        if found := variables(env, scope):
            options["env"] = found
        text: Any = with_tags(manifest, scope)
        step = dsl.run_job(
            text,
            success_condition,
            failure_condition,
            action=action,
            set_owner_reference=set_owner_reference,
            **options,
        )
        return known(StepResult(step._node, [JobOutput(step._node)]), scope)


def run_canned_step(
    name: str,
    args: Mapping[str, str],
    inputs: object = None,
    outputs: object = None,
    step_name: str | None = None,
    cache: Cache | None = None,
) -> NoReturn:
    """Refuse: what a canned step does was known to one server only, never to Argo.

    Raises:
        BuildFailed: always.
    """
    del args, inputs, outputs, step_name, cache
    raise misused(
        f"run_canned_step({name!r}): the open SDK wrote canned steps for a server of its "
        "own and left them out of what Argo got; use run_container, or couler_jupyter.zoo"
    )
