"""Where files lie in a task: what all its steps share, and what one image alone sees.

Steps of a task share the volume at `HOME`, which is where a step starts that names files
by relative paths. A file that is named by another path is there for its own step only,
which a few words of shell around it link in, or copy out.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath

from couler_jupyter.engines.tekton.names import OWN as OWN_NAMES
from couler_jupyter.engines.tekton.names import port_name
from couler_jupyter.ir import (
    Boxed,
    FromFile,
    FromStdout,
    Function,
    InputArtifact,
    Output,
    OutputArtifact,
)

HOME = "/couler"
OWN = f"{HOME}/.own"
"""What is ours there and nobody's else."""
VOLUME = f"{OWN_NAMES}home"
STDOUT = f"{OWN}/stdout"
SCRIPT = f"{OWN}/script"
RUNNER = f"{OWN}/runner.py"
VALUES = f"{OWN}/inputs.json"
MOUNT = {"name": VOLUME, "mountPath": HOME}


@dataclass(frozen=True, slots=True)
class Place:
    """A file as its step names it, and where all steps of the task find it."""

    seen: str
    shared: str

    @property
    def is_apart(self) -> bool:
        """Whether the two are not the same."""
        return self.seen != self.shared


def absolute(path: str, working_dir: str) -> str:
    """Return where `path` lies for a step that starts in `working_dir`.

    >>> absolute("out/m.bin", ""), absolute("x", "/srv"), absolute("/tmp/x", "")
    ('/couler/out/m.bin', '/srv/x', '/tmp/x')
    """
    return str(PurePosixPath(HOME) / working_dir / path)


def given_place(port: InputArtifact, working_dir: str) -> Place:
    """Return where an input lies."""
    return _place(port.path, f"{OWN}/in/{port_name(port.name)}", working_dir)


def left_place(output: Output, working_dir: str) -> Place:
    """Return where an output lies as a file."""
    own = f"{OWN}/out/{port_name(output.name)}"
    if isinstance(output, OutputArtifact):
        return _place(output.path, own, working_dir)
    match output.source:
        case FromFile(path=path):
            return _place(path, own, working_dir)
        case FromStdout():
            return Place(STDOUT, STDOUT)
        case _:
            return Place(own, own)


def starts_at_home(template: Boxed) -> bool:
    """Whether a step starts in the shared folder, or in one that is named from there."""
    if isinstance(template, Function):
        return True
    if template.working_dir:
        return not template.working_dir.startswith("/")
    named = [one.path for one in template.inputs if isinstance(one, InputArtifact)]
    named += [_named(one) for one in template.outputs]
    return any(path and not path.startswith("/") for path in named)


def _named(output: Output) -> str:
    if isinstance(output, OutputArtifact):
        return output.path
    return output.source.path if isinstance(output.source, FromFile) else ""


def _place(path: str, own: str, working_dir: str) -> Place:
    if not path:
        return Place(own, own)
    seen = absolute(path, working_dir)
    return Place(seen, seen if seen.startswith(f"{HOME}/") else own)
