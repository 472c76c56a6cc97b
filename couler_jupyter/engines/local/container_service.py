"""Finds the docker or podman that runs containers here, and talks to it."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from couler_jupyter.errors import CoulerError

if TYPE_CHECKING:
    from docker import DockerClient

RUN_LABEL = "couler.run"
DRIVE_LABEL = "couler.drive"
"""Label of every container we start: the run it belongs to."""

ATTEMPT_LABEL = "couler.attempt"
"""Label of every container we start: the attempt it belongs to."""

_CHOICES = (
    "start podman's socket (systemctl --user start podman.socket), install docker, "
    "or run the step with runtime='process'"
)
_PATIENCE = 10
_UNIX = "unix://"


class ContainersMissing(CoulerError):
    """Nothing that runs containers answers here."""


def find_service(env: Mapping[str, str] | None = None, root: Path = Path("/")) -> str:
    """Return the URL of the first service that there is, as DOCKER_HOST writes it.

    DOCKER_HOST is believed; without it the usual sockets are tried.

    Args:
        env: environment variables; None for those of this process.
        root: where the machine's sockets are.

    Raises:
        ContainersMissing: there is none; says what to do.
    """
    env = os.environ if env is None else env
    if env.get("DOCKER_HOST"):
        return env["DOCKER_HOST"]
    tried = tuple(_sockets(env, root))
    for path in tried:
        if _answers(path):
            return f"{_UNIX}{path}"
    places = ", ".join(map(str, tried))
    raise ContainersMissing(f"no docker or podman at {places}; {_CHOICES}")


def connect(url: str) -> DockerClient:
    """Return a client of the service at `url`, which waits as long as a step runs.

    Raises:
        ContainersMissing: the client is not installed, or nothing answers there.
    """
    try:
        import docker
    except ImportError:
        what = "pip install 'couler-jupyter[containers]'"
        raise ContainersMissing(f"the docker client is not installed; {what}") from None
    from docker.errors import DockerException

    try:
        if url.startswith(_UNIX):  # the client would leave a socket open
            _probe(Path(url.removeprefix(_UNIX)))
        with closing(docker.DockerClient(base_url=url, timeout=_PATIENCE)) as patient:
            patient.ping()
            version = patient.api.api_version
        return docker.DockerClient(base_url=url, version=version, timeout=None)
    except (DockerException, OSError) as error:
        why = str(error).splitlines()[0]
        raise ContainersMissing(
            f"no docker or podman answers at {url} ({why}); {_CHOICES}"
        ) from error


def explain(error: Exception) -> str:
    """Return in one line what a service's error says, without the URL it said it at."""
    said = getattr(error, "explanation", None) or str(error)
    return " ".join(str(said).split())


def _sockets(env: Mapping[str, str], root: Path) -> Iterator[Path]:
    yield root / "run/docker.sock"
    yield root / "var/run/docker.sock"
    if env.get("XDG_RUNTIME_DIR"):
        yield Path(env["XDG_RUNTIME_DIR"]) / "podman/podman.sock"
    yield root / "run/podman/podman.sock"


def _answers(path: Path) -> bool:
    try:
        _probe(path)
    except OSError:
        return False
    return True


def _probe(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(_PATIENCE)
        probe.connect(str(path))
