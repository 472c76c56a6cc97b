"""Where a program finds and leaves files, as it sees them."""

from __future__ import annotations

from functools import cache
from pathlib import PurePosixPath

from couler_jupyter.engines.kubeflow.names import port_name
from couler_jupyter.engines.kubeflow.wrapping import HOME
from couler_jupyter.ir import (
    Boxed,
    FromFile,
    FromReturn,
    InputArtifact,
    Output,
    OutputArtifact,
    OutputParameter,
)

OUT = f"{HOME}/.outputs"
"""The folder for what a function returns."""


def is_returned(output: Output) -> bool:
    """Return whether an output is taken from what a function returns."""
    if isinstance(output, OutputArtifact):
        return not output.path
    return isinstance(output.source, FromReturn)


def left_at(output: Output, template: Boxed) -> str:
    """Return where the program leaves an output."""
    if isinstance(output, OutputArtifact) and output.path:
        return absolute(output.path, template.working_dir)
    if isinstance(output, OutputParameter) and isinstance(output.source, FromFile):
        return absolute(output.source.path, template.working_dir)
    return f"{OUT}/{port_name(output.name)}"


def found_at(port: InputArtifact, template: Boxed) -> str:
    """Return where the program finds an artifact."""
    path = port.path or f".in/{port_name(port.name)}"
    return absolute(path, template.working_dir)


def paths_of(template: Boxed) -> list[str]:
    """Return the paths that a template names its files by."""
    found = [one.path for one in template.inputs if isinstance(one, InputArtifact)]
    for output in template.outputs:
        if isinstance(output, OutputArtifact):
            found.append(output.path)
        elif isinstance(output.source, FromFile):
            found.append(output.source.path)
    return [path for path in found if path]


@cache
def absolute(path: str, working_dir: str) -> str:
    """Return where a path lies for a program that starts in `working_dir`."""
    return str(PurePosixPath(HOME) / working_dir / path)
