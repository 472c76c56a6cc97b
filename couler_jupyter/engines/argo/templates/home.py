"""Where files lie that a template names by a relative path, or by none.

A step that finds or leaves files by relative paths starts in a folder of its own, as on
one machine: an empty volume that any user may write to. Functions always do.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from couler_jupyter.engines.argo.templates.around import Fields
from couler_jupyter.ir import (
    Boxed,
    FromFile,
    Function,
    InputArtifact,
    Output,
    OutputArtifact,
)

HOME = "/couler"
"""The folder of its own that a step starts in."""
GIVEN = "/mnt/couler"
"""Where artifacts are found that have no path."""
VOLUME = "couler-home"
"""Name of the volume at `HOME`."""


def absolute(path: str, working_dir: str) -> str:
    """Return where `path` lies for a step that starts in `working_dir`.

    >>> absolute("out/m.bin", ""), absolute("x", "/srv"), absolute("/tmp/x", "")
    ('/couler/out/m.bin', '/srv/x', '/tmp/x')
    """
    return str(PurePosixPath(HOME) / working_dir / path)


def home_fields(template: Boxed) -> tuple[Fields, list[Fields], Fields]:
    """Return where a step starts, what it mounts for that, and the template's volumes.

    All are empty for a step that starts where its image says.
    """
    if not _needs_home(template):
        start = template.working_dir
        return ({"workingDir": start} if start else {}), [], {}
    start = absolute("", template.working_dir)
    mounts: list[Fields] = [{"name": VOLUME, "mountPath": HOME}]
    for folder in _folders(template):
        within = folder.removeprefix(f"{HOME}/")
        mounts.append({"name": VOLUME, "mountPath": folder, "subPath": within})
    return (
        {"workingDir": start},
        mounts,
        {"volumes": [{"name": VOLUME, "emptyDir": {}}]},
    )


def output_path(output: Output) -> str:
    """Return the path that an output is left at; empty where it is no file."""
    if isinstance(output, OutputArtifact):
        return output.path
    return output.source.path if isinstance(output.source, FromFile) else ""


def _needs_home(template: Boxed) -> bool:
    if isinstance(template, Function):
        return True
    if template.working_dir:
        return not template.working_dir.startswith("/")
    return any(not path.startswith("/") for path in _paths(template))


def _paths(template: Boxed) -> Iterator[str]:
    for port in template.inputs:
        if isinstance(port, InputArtifact) and port.path:
            yield port.path
    for output in template.outputs:
        if path := output_path(output):
            yield path


def _folders(template: Boxed) -> list[str]:
    """Return the folders in `HOME` that outputs are left in; somebody must make them."""
    if isinstance(template, Function):
        return []
    found: dict[str, None] = {}
    for output in template.outputs:
        path = output_path(output)
        if path and not path.startswith("/"):
            folder = str(PurePosixPath(absolute(path, template.working_dir)).parent)
            if folder.startswith(f"{HOME}/"):
                found[folder] = None
    return sorted(found)
