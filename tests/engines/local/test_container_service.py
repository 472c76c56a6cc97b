from __future__ import annotations

import socket
from pathlib import Path

import pytest

from couler_jupyter.engines.local.container_service import (
    ContainersMissing,
    connect,
    find_service,
)


def test_docker_host_is_believed() -> None:
    env = {"DOCKER_HOST": "tcp://far.example:2376"}
    assert find_service(env) == "tcp://far.example:2376"


@pytest.mark.parametrize(
    "place", ["run/docker.sock", "var/run/docker.sock", "run/podman/podman.sock"]
)
def test_socket_that_answers_is_found(tmp_path: Path, place: str) -> None:
    with _listening(tmp_path / place):
        assert find_service({}, tmp_path) == f"unix://{tmp_path}/{place}"


def test_socket_of_the_user_is_found(tmp_path: Path) -> None:
    path = tmp_path / "mine" / "podman" / "podman.sock"
    with _listening(path):
        env = {"XDG_RUNTIME_DIR": str(tmp_path / "mine")}
        assert find_service(env, tmp_path) == f"unix://{path}"


def test_without_any_the_places_and_the_choices_are_told(tmp_path: Path) -> None:
    """A file on which nothing listens is no service either."""
    path = tmp_path / "run" / "docker.sock"
    path.parent.mkdir()
    path.touch()
    with pytest.raises(ContainersMissing) as caught:
        find_service({}, tmp_path)
    for part in (
        str(path),
        "start podman's socket",
        "install docker",
        "runtime='process'",
    ):
        assert part in str(caught.value)


def test_silent_place_is_named_with_the_choices(tmp_path: Path) -> None:
    url = f"unix://{tmp_path}/none.sock"
    with pytest.raises(ContainersMissing) as caught:
        connect(url)
    assert str(caught.value).startswith(f"no docker or podman answers at {url} (")
    assert "runtime='process'" in str(caught.value)


@pytest.mark.containers
def test_service_that_answers_gives_a_client(container_socket: str) -> None:
    client = connect(container_socket)
    assert client.ping()
    client.close()


def _listening(path: Path) -> socket.socket:
    path.parent.mkdir(parents=True)
    server = socket.socket(socket.AF_UNIX)
    server.bind(str(path))
    server.listen()
    return server
