"""Where the paths that a template names lie, for a step that is a process here.

Relative paths are in the step's own working folder. An absolute one must be under
the system's folder for temporary files, and is that step's alone while it runs.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from couler_jupyter.engines.local.placing.copying import Misplaced
from couler_jupyter.ir import (
    FromFile,
    InputArtifact,
    OutputArtifact,
    Step,
    Template,
)
from couler_jupyter.ir.template import Boxed


def temporary() -> Path:
    """Return the folder for temporary files that absolute paths may be in."""
    return Path(tempfile.gettempdir()).resolve()


def path_fault(path: str) -> str:
    """Return why a process cannot be given `path`; empty if it can.

    >>> path_fault("out/model.pkl")
    ''
    """
    if not path.startswith("/") or _is_temporary(path):
        return ""
    return (
        f"path {path} is outside the step's own folder; write a relative path or one in "
        f"{temporary()}, or run the step in a container"
    )


def placed(path: str, folder: Path) -> Path:
    """Return where `path` lies for a process that starts in `folder`.

    Raises:
        Misplaced: it is somewhere else altogether.
    """
    if fault := path_fault(path):
        raise Misplaced(fault)
    if path.startswith("/"):
        return Path(path)
    whole = folder / path
    if ".." in PurePosixPath(path).parts:
        raise Misplaced(f"path {path} leaves its folder")
    return whole


def inside(path: Path, folder: Path) -> bool:
    """Whether what `path` leads to is in `folder` or among the temporary files."""
    real = path.resolve()
    return real.is_relative_to(folder.resolve()) or real.is_relative_to(temporary())


def paths_of(template: Template) -> Iterator[str]:
    """Yield every path that a template says its inputs or outputs are at."""
    if not isinstance(template, Boxed):
        return
    for one in template.inputs:
        if isinstance(one, InputArtifact) and one.path:
            yield one.path
    for output in template.outputs:
        if isinstance(output, OutputArtifact):
            if output.path:
                yield output.path
        elif isinstance(output.source, FromFile):
            yield output.source.path


def shared_paths(step: Step) -> tuple[str, ...]:
    """Return the absolute paths that a step must have for itself while it runs."""
    found = {path for path in paths_of(step.template) if path.startswith("/")}
    return tuple(sorted(found))


def check_shared(paths: tuple[str, ...], *folders: Path) -> None:
    """Check that what is at `paths`, which is removed, holds none of `folders`.

    Raises:
        Misplaced: it does.
    """
    for path in paths:
        for folder in folders:
            if folder.resolve().is_relative_to(Path(path).resolve()):
                raise Misplaced(f"path {path} holds {folder}; write another one")


def _is_temporary(path: str) -> bool:
    below = Path(path)
    bases = (temporary(), Path(tempfile.gettempdir()))
    return any(below != base and below.is_relative_to(base) for base in bases)
