"""What attempts have in common, however they run."""

from __future__ import annotations

from pathlib import Path

from couler_jupyter.engines.local.attempt import Attempt, Call, Limits
from couler_jupyter.engines.local.placing.environment import Environment
from couler_jupyter.engines.local.placing.run_folder import spot_of
from couler_jupyter.engines.local.placing.site import Site
from couler_jupyter.engines.local.scheduling.orders import Launch
from couler_jupyter.ir import FromStdout, OutputParameter, Resources
from couler_jupyter.ir.template import Boxed

GRACE = 5.0
"""Seconds a step has between being asked to stop and being stopped."""


def attempt_of(
    launch: Launch,
    call: Call,
    workdir: Path,
    environment: Environment,
    site: Site,
) -> Attempt:
    """Return the attempt that makes `call` for `launch`, in its environment."""
    template = launch.step.template
    resources = template.resources if isinstance(template, Boxed) else Resources()
    return Attempt(
        id=id_of(launch, site),
        call=call,
        env=environment.whole(),
        workdir=workdir,
        log=Path(f"{site.logs}/{spot_of(launch.path, launch.attempt)}.log"),
        stdout=stdout_of(launch, site),
        limits=limits_of(resources),
        timeout=launch.step.timeout,
        grace=GRACE,
        secrets=tuple(environment.secrets),
    )


def id_of(launch: Launch, site: Site) -> str:
    """Return the id of an attempt, unlike that of any other on this machine."""
    return f"{site.run_id}:{launch.path}:{launch.attempt}"


def limits_of(resources: Resources) -> Limits:
    """Return what a step may use: its limits, else what it asks for."""
    return Limits(
        memory=resources.memory_limit or resources.memory,
        cpu=resources.cpu_limit or resources.cpu,
    )


def stdout_of(launch: Launch, site: Site) -> Path | None:
    """Return the file for what a step prints, if some output is taken from that."""
    outputs = launch.step.template.outputs  # type: ignore[union-attr]
    if any(
        isinstance(output, OutputParameter) and isinstance(output.source, FromStdout)
        for output in outputs
    ):
        value = site.folder.value(launch.path, launch.attempt)
        return value.with_name(f"{value.name}.stdout")
    return None
