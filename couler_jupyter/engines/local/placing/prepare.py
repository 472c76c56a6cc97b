"""From the order to launch a step to an attempt that can be started."""

from __future__ import annotations

from dataclasses import dataclass

from couler_jupyter.engines.local.attempt import Attempt
from couler_jupyter.engines.local.placing.outputs import Left
from couler_jupyter.engines.local.placing.process import (
    prepare_function,
    prepare_process,
)
from couler_jupyter.engines.local.placing.site import Site
from couler_jupyter.engines.local.placing.way import Way, way_of
from couler_jupyter.engines.local.scheduling.orders import Launch
from couler_jupyter.ir import (
    Container,
    Function,
    InputArtifact,
    OutputArtifact,
    Script,
)
from couler_jupyter.ir.template import Boxed


@dataclass(frozen=True, slots=True)
class Prepared:
    """An attempt, and where it leaves what it makes."""

    attempt: Attempt
    left: Left


def prepare(launch: Launch, site: Site) -> Prepared:
    """Place what the step takes and return the attempt.

    Raises:
        Unfit, Unknown: a value is not there or of no use.
        Misplaced: a path leads where it should not.
        StorageTrouble, NoSecret: an artifact or a secret cannot be had.
        OSError: the disk is full.
    """
    template = launch.step.template
    match way_of(template, site.options), template:
        case Way.FUNCTION, Function():
            return Prepared(*prepare_function(launch, template, site))
        case Way.PROCESS, Container() | Script():
            return Prepared(*prepare_process(launch, template, site))
        case Way.CONTAINER, Container() | Script():
            from couler_jupyter.engines.local.placing.container import prepare_container

            return Prepared(*prepare_container(launch, template, site))
        case _:
            raise ValueError(f"a {type(template).__name__} is not launched")


def is_light(launch: Launch) -> bool:
    """Whether preparing and collecting takes no time worth a thread."""
    template = launch.step.template
    if not isinstance(template, Boxed):
        return True
    ports = (*template.inputs, *template.outputs)
    return not any(isinstance(port, InputArtifact | OutputArtifact) for port in ports)
