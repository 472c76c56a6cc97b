"""The tests' own container service does what the container steps need of one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docker
import psutil
import pytest

from tests.containers.podman import APPLETS, IMAGE, NoContainers, Podman, service

pytestmark = pytest.mark.containers


@pytest.fixture
def client(container_socket: str) -> Iterator[Any]:
    found = docker.DockerClient(base_url=container_socket)
    yield found
    found.close()


def _run(client: Any, image: str, script: str, **options: Any) -> tuple[int, str]:
    """Return the exit code and the output of a container, leaving none behind."""
    container = client.containers.run(
        image, ["sh", "-c", script], network_mode="none", detach=True, **options
    )
    try:
        code = container.wait(timeout=60)["StatusCode"]
        return code, container.logs().decode()
    finally:
        container.remove(force=True)


def test_exit_code_and_output_come_back(client: Any, busybox_image: str) -> None:
    assert _run(
        client, busybox_image, "echo $WHO; exit 3", environment={"WHO": "x"}
    ) == (
        3,
        "x\n",
    )


def test_memory_limit_is_set(client: Any, busybox_image: str) -> None:
    read = "cat /sys/fs/cgroup/memory.max || cat /sys/fs/cgroup/memory/memory.limit_in_bytes"
    code, said = _run(client, busybox_image, f"({read}) 2>/dev/null", mem_limit="64m")
    assert (code, said) == (0, f"{64 * 2**20}\n")


def test_memory_limit_kills(client: Any, busybox_image: str) -> None:
    eat = "head -c 200000000 /dev/zero | tail"  # tail keeps the line it has not ended
    code, _ = _run(client, busybox_image, eat, mem_limit="32m", memswap_limit="32m")
    assert code == 137


def test_image_has_the_applets(client: Any, busybox_image: str) -> None:
    look = " && ".join(f"command -v '{name}'" for name in APPLETS.split())
    assert _run(client, busybox_image, f"({look}) > /dev/null") == (0, "")


def test_bound_folder_is_shared(
    client: Any, busybox_image: str, tmp_path: Path
) -> None:
    (tmp_path / "in").write_text("3\n1\n2\n")
    volumes = {str(tmp_path): {"bind": "/work", "mode": "rw"}}
    assert _run(
        client, busybox_image, "sort /work/in > /work/out", volumes=volumes
    ) == (
        0,
        "",
    )
    assert (tmp_path / "out").read_text() == "1\n2\n3\n"


def test_service_leaves_nothing_behind(container_socket: str) -> None:
    with service() as url:
        socket = Path(url.removeprefix("unix://"))
        client = docker.DockerClient(base_url=url)
        client.containers.run(IMAGE, ["sleep", "600"], detach=True)
        client.close()
    assert not socket.parent.exists()
    left = [
        p for p in psutil.process_iter(["cmdline"]) if str(socket.parent) in _argv(p)
    ]
    assert not left


def _argv(process: psutil.Process) -> str:
    return " ".join(process.info["cmdline"] or ())


def test_a_refusal_says_what_podman_said(container_socket: str) -> None:
    podman = Podman(folder=Path(container_socket.removeprefix("unix://")).parent)
    with pytest.raises(NoContainers, match=r"podman run failed: .*no-such-image"):
        podman.call("run", "--pull=never", "localhost/no-such-image:test")
