from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import docker
import pytest
from docker.errors import APIError

from couler_jupyter.engines.local import container_runner
from couler_jupyter.engines.local.attempt import (
    ContainerCall,
    ContainerImage,
    Ending,
    Limits,
    Mount,
    ProcessCall,
    Pull,
)
from couler_jupyter.engines.local.container_leftovers import remove_leftovers
from couler_jupyter.engines.local.container_runner import ContainerRunner
from couler_jupyter.engines.local.container_service import ContainersMissing
from tests.engines.local.driving import Driver

pytestmark = pytest.mark.containers

MIB = 2**20


@pytest.fixture
def client(container_socket: str) -> Iterator[Any]:
    found = docker.DockerClient(base_url=container_socket)
    yield found
    found.close()


@pytest.fixture
def driver(tmp_path: Path, container_socket: str) -> Iterator[Driver]:
    """Drives a container runner."""
    made = Driver(
        tmp_path,
        lambda loop, take: ContainerRunner(
            loop, take, url=container_socket, run=tmp_path.name
        ),
    )
    yield made
    made.close()


@pytest.fixture
def shell(driver: Driver, busybox_image: str) -> Callable[..., ContainerCall]:
    """Makes a call that runs a script in a container."""

    def make(script: str, **more: Any) -> ContainerCall:
        beside = {
            name: more.pop(name)
            for name in ("before", "sidecars", "collect")
            if name in more
        }
        return ContainerCall(main=sh(busybox_image, script, **more), **beside)

    return make


Shell = Callable[..., ContainerCall]


def sh(image: str, script: str, **more: Any) -> ContainerImage:
    """Return a container that runs a script."""
    return ContainerImage(
        image=image, command=("sh",), args=("-c", script), pull=Pull.NEVER, **more
    )


def test_command_runs_and_its_output_is_logged(driver: Driver, shell: Shell) -> None:
    outcome = driver.run(shell("echo out; echo err >&2; exit 3"))
    assert (outcome.ending, outcome.exit_code) == (Ending.FAILED, 3)
    assert outcome.reason == "exit code 3"
    assert sorted(driver.log(outcome).splitlines()) == ["err", "out"]
    assert driver.run(shell("true")).ending is Ending.SUCCEEDED


def test_image_runs_its_own_command(driver: Driver, busybox_image: str) -> None:
    own = ContainerImage(image=busybox_image, args=("echo", "hello"))
    outcome = driver.run(ContainerCall(main=own))
    assert driver.log(outcome) == "hello\n"
    lone = ContainerImage(image=busybox_image, command=("id",))
    assert "uid=0" in driver.log(driver.run(ContainerCall(main=lone)))


def test_process_is_refused(driver: Driver) -> None:
    with pytest.raises(TypeError, match="not a container"):
        driver.start(ProcessCall(argv=("true",)))


def test_environment_folder_and_user(driver: Driver, shell: Shell) -> None:
    call = shell(
        "echo $ONE $TWO $OMP_NUM_THREADS; pwd; id -u",
        env=(("TWO", "2"),),
        working_dir="/tmp",
        user="1234",
    )
    outcome = driver.run(call, env=(("ONE", "1"),), limits=Limits(cpu=1))
    assert driver.log(outcome) == "1 2 1\n/tmp\n1234\n"


def test_mounts(driver: Driver, shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "given").mkdir()
    (tmp_path / "given" / "file").write_text("content\n")
    (tmp_path / "made").mkdir()
    call = shell(
        "cat /in/file; echo x > /in/file; echo new > /out/file",
        mounts=(
            Mount(source=tmp_path / "given", target="/in", read_only=True),
            Mount(source=tmp_path / "made", target="/out"),
        ),
    )
    outcome = driver.run(call)
    assert "content\n" in driver.log(outcome)
    assert "Read-only file system" in driver.log(outcome)
    assert (tmp_path / "made" / "file").read_text() == "new\n"


def test_missing_mount_is_named(driver: Driver, shell: Shell) -> None:
    gone = Mount(source=Path("/no/such/folder"), target="/in")
    outcome = driver.run(shell("true", mounts=(gone,)))
    assert outcome.ending is Ending.ERRORED
    assert outcome.reason == "/no/such/folder, to be mounted at /in, is not here"


def test_limits_are_those_of_the_container(driver: Driver, shell: Shell) -> None:
    read = """
        cd /sys/fs/cgroup
        cat memory.max 2>/dev/null || cat memory/memory.limit_in_bytes
        cat cpu.max 2>/dev/null || cat cpu/cpu.cfs_quota_us
    """
    outcome = driver.run(shell(read), limits=Limits(memory=64 * MIB, cpu=0.5))
    memory, quota = driver.log(outcome).splitlines()
    assert (int(memory), int(quota.split()[0])) == (64 * MIB, 50_000)


def test_memory_limit_is_the_reason(driver: Driver, shell: Shell) -> None:
    eat = "head -c 200000000 /dev/zero | tail"
    outcome = driver.run(shell(eat), limits=Limits(memory=32 * MIB))
    assert (outcome.ending, outcome.exit_code) == (Ending.FAILED, 137)
    assert outcome.reason == (
        "killed, most likely for the memory it used; its limit is 32 MiB"
    )


def test_signal_is_named(driver: Driver, shell: Shell) -> None:
    outcome = driver.run(shell("sh -c 'kill -SEGV $$'; exit $?"))
    assert outcome.reason == "exit code 139 (SIGSEGV)"


def test_log_is_live_and_masked(driver: Driver, shell: Shell) -> None:
    call = shell("echo token $TOKEN; sleep 60")
    live = driver.start(call, env=(("TOKEN", "hunter2"),), secrets=("hunter2",))
    driver.until(lambda: live.log.exists() and live.log.read_text() == "token ***\n")
    driver.runner.kill(live.id, grace=0)
    driver.outcome(live.id)


def test_standard_output_is_kept_apart_on_request(
    driver: Driver, shell: Shell, tmp_path: Path
) -> None:
    driver.run(shell("echo result; echo chatter >&2"), stdout=tmp_path / "stdout")
    assert (tmp_path / "stdout").read_text() == "result\n"


def test_kill_ends_a_step_that_ignores_being_asked(
    driver: Driver, shell: Shell
) -> None:
    attempt = driver.start(shell("trap '' TERM; echo up; while true; do sleep 1; done"))
    driver.until(attempt.log.exists)
    driver.runner.kill(attempt.id, grace=0)
    outcome = driver.outcome(attempt.id)
    assert (outcome.ending, outcome.reason) == (Ending.KILLED, "killed")


def test_timeout_asks_first(driver: Driver, shell: Shell, client: Any) -> None:
    call = shell("trap 'echo bye; exit 5' TERM; while true; do sleep 0.1; done")
    outcome = driver.run(call, timeout=4.0, grace=60)
    assert (outcome.ending, outcome.exit_code) == (Ending.TIMED_OUT, 5)
    assert outcome.reason == "timed out after 4 s"
    assert driver.log(outcome) == "bye\n"


def test_nothing_is_left_of_containers(
    driver: Driver, shell: Shell, client: Any
) -> None:
    driver.run(shell("exit 1"))
    driver.run(shell("true", sidecars=(shell("sleep 100").main,)))
    assert not _containers(client, driver)


@pytest.mark.parametrize("pull", [Pull.NEVER, Pull.IF_NOT_PRESENT, Pull.ALWAYS])
def test_missing_image_is_named_with_the_choices(driver: Driver, pull: Pull) -> None:
    """Nothing listens where the image is said to be."""
    missing = ContainerImage(image="localhost:1/none:2", pull=pull)
    outcome = driver.run(ContainerCall(main=missing))
    assert outcome.ending is Ending.ERRORED
    assert outcome.reason.startswith("image 'localhost:1/none:2' ")
    assert "\n" not in outcome.reason
    if pull is Pull.NEVER:
        assert outcome.reason.endswith("fetch or build it, or allow pulling")
    else:
        assert "refused" in outcome.reason
        assert outcome.reason.endswith("fetch or build it and use pull policy Never")


def test_unknown_command_is_an_error(driver: Driver, busybox_image: str) -> None:
    lost = ContainerImage(image=busybox_image, command=("no-such-thing",))
    outcome = driver.run(ContainerCall(main=lost))
    assert outcome.ending is Ending.ERRORED
    assert outcome.reason.startswith("container cannot start: ")
    assert '"no-such-thing": executable file not found' in outcome.reason


def test_init_containers_run_in_order_and_first(
    driver: Driver, shell: Shell, tmp_path: Path, busybox_image: str
) -> None:
    shared = (Mount(source=tmp_path, target="/work"),)
    call = shell(
        "cat /work/list",
        mounts=shared,
        before=(
            sh(busybox_image, "echo one >> /work/list; echo said", mounts=shared),
            sh(busybox_image, "echo two >> /work/list", mounts=shared),
        ),
    )
    assert driver.log(driver.run(call)) == "said\none\ntwo\n"


def test_failed_init_container_ends_the_attempt(
    driver: Driver, shell: Shell, busybox_image: str
) -> None:
    call = shell(
        "echo never",
        before=(sh(busybox_image, "echo oh no; exit 4", name="fetch"),),
    )
    outcome = driver.run(call)
    assert (outcome.ending, outcome.exit_code) == (Ending.FAILED, 4)
    assert outcome.reason == "init container fetch: exit code 4"
    assert driver.log(outcome) == "oh no\n"


def test_sidecars_share_the_network_and_are_logged(
    driver: Driver, shell: Shell, busybox_image: str
) -> None:
    """The step finds its sidecars on localhost; there is no other network."""
    serve = "echo serving; while true; do echo hello | nc -l -p 7000; done"
    ask = "until nc localhost 7000 < /dev/null; do sleep 0.1; done; sleep 0.2"
    call = shell(ask, sidecars=(sh(busybox_image, serve, name="server"),))
    outcome = driver.run(call, timeout=90)
    assert outcome.ending is Ending.SUCCEEDED, outcome.reason
    assert driver.log(outcome) == "hello\n[server] serving\n"


def test_sidecar_that_ends_at_once_is_named(
    driver: Driver, shell: Shell, busybox_image: str
) -> None:
    call = shell(
        "true",
        sidecars=(
            sh(busybox_image, "exit 6", name="proxy"),
            sh(busybox_image, "sleep 100"),
        ),
    )
    outcome = driver.run(call)
    assert outcome.ending is Ending.ERRORED
    assert "exit code 6" in outcome.reason or "cannot start" in outcome.reason


def test_files_are_copied_out(driver: Driver, shell: Shell, tmp_path: Path) -> None:
    script = """
        mkdir -p /tmp/out/deep; echo a > /tmp/out/deep/a; echo b > /tmp/one
        ln -s deep/a /tmp/out/inside; ln -s /etc/hostname /tmp/out/outside
        ln -s ../../one /tmp/out/escape; ln -s /tmp/one /tmp/link
        exit 1
    """
    places = {
        "/tmp/out": tmp_path / "folder",
        "/tmp/one": tmp_path / "file",
        "/tmp/link": tmp_path / "linked",
        "/tmp/none": tmp_path / "none",
    }
    driver.run(shell(script, collect=tuple(places.items())))
    assert (tmp_path / "folder" / "deep" / "a").read_text() == "a\n"
    assert (tmp_path / "folder" / "inside").read_text() == "a\n"
    assert (tmp_path / "file").read_text() == "b\n"
    assert (tmp_path / "linked").read_text() == "b\n"
    assert not (tmp_path / "none").exists()
    names = {path.name for path in (tmp_path / "folder").iterdir()}
    assert names == {"deep", "inside"}


def test_several_at_once(driver: Driver, shell: Shell) -> None:
    attempts = [driver.start(shell(f"sleep 0.2; echo {n}")) for n in range(4)]
    outcomes = [driver.outcome(attempt.id) for attempt in attempts]
    assert [driver.log(outcome) for outcome in outcomes] == ["0\n", "1\n", "2\n", "3\n"]


def test_close_removes_what_runs(driver: Driver, shell: Shell, client: Any) -> None:
    attempt = driver.start(shell("echo up; sleep 100"))
    driver.until(attempt.log.exists)
    driver.runner.close()
    assert not _containers(client, driver)
    assert attempt.id not in driver.outcomes


def test_leftovers_of_one_run_are_removed(
    client: Any, container_socket: str, busybox_image: str
) -> None:
    mine, other = (
        client.containers.create(
            busybox_image,
            ["sleep", "100"],
            labels={"couler.run": run},
            network_mode="none",
        )
        for run in ("mine", "other")
    )
    mine.start()
    assert remove_leftovers(container_socket, "mine") == 1
    assert remove_leftovers(container_socket, "mine") == 0
    other.remove()


def test_leftovers_of_a_dead_supervisor_are_not_those_of_the_next(
    client: Any, container_socket: str, busybox_image: str
) -> None:
    """Who clears up after the first may come when the run has been resumed."""
    first, second = (
        client.containers.create(
            busybox_image,
            ["true"],
            labels={"couler.run": "resumed", "couler.drive": drive},
            network_mode="none",
        )
        for drive in ("first", "second")
    )
    assert remove_leftovers(container_socket, "resumed", "first") == 1
    left = client.containers.list(all=True, filters={"label": "couler.run=resumed"})
    assert [one.id for one in left] == [second.id] != [first.id]
    assert remove_leftovers(container_socket, "resumed") == 1


def test_stop_does_not_wait_for_a_pull(tmp_path: Path) -> None:
    """The service answers all but the pull, as a slow registry makes it."""
    with _SlowService(tmp_path / "slow.sock") as service:
        driver = Driver(
            tmp_path,
            lambda loop, take: ContainerRunner(loop, take, url=service.url, run="r"),
        )
        attempt = driver.start(ContainerCall(main=ContainerImage(image="x:1")))
        driver.until(service.pulling.is_set)
        driver.until(lambda: driver.runner._running[attempt.id][0].fetching)  # type: ignore[attr-defined]
        driver.runner.kill(attempt.id)
        assert driver.outcomes[attempt.id].ending is Ending.KILLED
        service.release.set()
        driver.runner.close()


@pytest.fixture
def link(tmp_path: Path, container_socket: str) -> Path:
    """A way to the service that can be taken away."""
    link = tmp_path / "link.sock"
    link.symlink_to(container_socket.removeprefix("unix://"))
    return link


def driver_at(link: Path) -> Driver:
    url = f"unix://{link}"
    return Driver(
        link.parent,
        lambda loop, take: ContainerRunner(loop, take, url=url, run=link.parent.name),
    )


def test_lost_service_is_an_error(link: Path, busybox_image: str) -> None:
    driver = driver_at(link)
    call = ContainerCall(main=sh(busybox_image, "true"))
    assert driver.run(call).reason == ""
    link.unlink()
    outcome = driver.run(call)
    assert outcome.ending is Ending.ERRORED
    assert f"no docker or podman answers at unix://{link}" in outcome.reason
    assert "runtime='process'" in outcome.reason
    driver.close()


def test_a_lost_service_keeps_nobody_from_closing(
    driver: Driver,
    shell: Shell,
    container_socket: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def lost(url: str, run: str) -> int:
        raise ContainersMissing(f"nothing answers at {url} for {run}")

    attempt = driver.start(shell("echo up; sleep 100"))
    driver.until(attempt.log.exists)
    [thread] = driver.runner._threads  # type: ignore[attr-defined]
    monkeypatch.setattr(container_runner, "remove_leftovers", lost)
    monkeypatch.setattr(container_runner, "_PATIENCE", 0.01)
    driver.runner.close()
    assert "containers may be left: nothing answers" in capsys.readouterr().err
    assert remove_leftovers(container_socket, driver.folder.name) == 1
    thread.join()


def test_a_container_that_cannot_be_removed_is_no_failure(
    driver: Driver,
    shell: Shell,
    container_socket: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def busy(self: object, **how: object) -> None:
        raise APIError("it is busy")

    with monkeypatch.context() as patch:
        patch.setattr("docker.models.containers.Container.remove", busy)
        outcome = driver.run(shell("echo hello"))
    assert (outcome.ending, outcome.reason) == (Ending.SUCCEEDED, "")
    assert "it is busy" in capsys.readouterr().err
    assert remove_leftovers(container_socket, driver.folder.name) == 1


def _containers(client: Any, driver: Driver) -> list[Any]:
    label = f"couler.run={driver.folder.name}"
    return list(client.containers.list(all=True, filters={"label": label}))


class _SlowService:
    """A Docker API on a socket that never finishes a pull until it is released."""

    def __init__(self, path: Path) -> None:
        self.url = f"unix://{path}"
        self.pulling = threading.Event()
        self.release = threading.Event()
        self._server = _server(path, self)

    def __enter__(self) -> _SlowService:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


def _server(path: Path, service: _SlowService) -> Any:
    from http.server import BaseHTTPRequestHandler
    from socketserver import ThreadingUnixStreamServer

    class Answers(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            if "/images/" in self.path:
                self._answer(404, b'{"message": "no such image"}')
            elif self.path.endswith("/version"):
                self._answer(200, b'{"ApiVersion": "1.41"}')
            elif "/containers/json" in self.path:
                self._answer(200, b"[]")
            else:
                self._answer(200, b"OK")

        def do_POST(self) -> None:
            service.pulling.set()
            service.release.wait(60)
            self._answer(200, b'{"error": "too slow"}\n')

        def _answer(self, code: int, body: bytes) -> None:
            self.send_response(code)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any, **__: Any) -> None:
            """Keep the output of the tests readable."""

    class Server(ThreadingUnixStreamServer):
        daemon_threads = True
        block_on_close = False

        def get_request(self) -> Any:
            request, _ = super().get_request()
            return request, ("local", 0)

    return Server(str(path), Answers)
