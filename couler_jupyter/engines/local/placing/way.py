"""How a template is run on this machine."""

from __future__ import annotations

from enum import Enum, auto

from couler_jupyter.engines.local.options import Options
from couler_jupyter.ir import Container, Function, Script, Template


class Way(Enum):
    """As a call of a function, a process of this machine, or a container."""

    FUNCTION = auto()
    PROCESS = auto()
    CONTAINER = auto()
    NONE = auto()
    """It runs nothing itself, or not here."""


def way_of(template: Template, options: Options) -> Way:
    """Return how a template is run."""
    match template:
        case Function():
            return Way.FUNCTION
        case Container():
            is_process = options.runtime == "process"
            return Way.PROCESS if is_process else Way.CONTAINER
        case Script():
            boxed = options.scripts == "container" and template.image
            return (
                Way.CONTAINER if boxed and options.runtime != "process" else Way.PROCESS
            )
        case _:
            return Way.NONE
