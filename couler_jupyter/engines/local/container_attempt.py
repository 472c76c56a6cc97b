"""One attempt in containers: init containers, sidecars, and the step's own.

It waits on the container service, so it runs on a thread of its own; everything it
starts it removes. The sidecars and the step share one network, as in a pod: the first
sidecar's.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from couler_jupyter.engines.local.attempt import (
    Attempt,
    ContainerCall,
    ContainerImage,
    Ending,
    Outcome,
)
from couler_jupyter.engines.local.container_files import copy_out
from couler_jupyter.engines.local.container_image import fetch_image
from couler_jupyter.engines.local.container_service import (
    ATTEMPT_LABEL,
    ContainersMissing,
    connect,
    explain,
)
from couler_jupyter.engines.local.masking import mask
from couler_jupyter.engines.local.nursery import signal_name
from couler_jupyter.engines.local.output import Output
from couler_jupyter.engines.local.threads import thread_variables

if TYPE_CHECKING:
    from docker import DockerClient
    from docker.errors import APIError
    from docker.models.containers import Container

_MIB = 1 << 20
_STDOUT = 1  # https://docs.docker.com/reference/api/engine/, attach: stream format
_SIDECAR_LINES = 200


class _Over(Exception):
    """The attempt is over before its own container has ended."""

    def __init__(
        self, ending: Ending, reason: str = "", code: int | None = None
    ) -> None:
        super().__init__(reason)
        self.ending = ending
        self.code = code


class ContainerAttempt:
    """Runs one attempt; `run` on its own thread, `stop` and `halt` from others."""

    def __init__(
        self,
        attempt: Attempt,
        call: ContainerCall,
        url: str,
        labels: Mapping[str, str],
        log_cap: int,
    ) -> None:
        self.attempt = attempt
        self.fetching = False
        self._call = call
        self._url = url
        self._labels = {**labels, ATTEMPT_LABEL: attempt.id}
        self._output = Output(attempt, log_cap)
        self._started = time.time()
        self._verdict: tuple[Ending, str] | None = None
        self._lock = threading.Lock()
        self._current = ""
        self._made: list[Container] = []
        self._over = threading.Event()

    def run(self) -> Outcome:
        """Run it to its end."""
        from docker.errors import DockerException

        code: int | None = None
        try:
            client = connect(self._url)
            try:
                code = self._run(client)
            finally:
                self._remove(client)
            ending, reason = self._judge(code)
        except _Over as over:
            ending, reason, code = over.ending, str(over), over.code
        except ContainersMissing as error:
            ending, reason = Ending.ERRORED, str(error)
        except (DockerException, OSError) as error:
            ending, reason = Ending.ERRORED, f"container service: {explain(error)}"
        except Exception as error:  # noqa: BLE001 (else nobody would hear of it)
            ending, reason = Ending.ERRORED, f"{type(error).__name__}: {error}"
        self._over.set()
        return self._outcome(ending, reason, code)

    def stop(self, ending: Ending, reason: str) -> bool:
        """Let nothing more begin; return whether something runs that is to be halted.

        The first reason given counts.
        """
        self._verdict = self._verdict or (ending, reason)
        return not self.fetching

    def halt(self, grace: float) -> None:
        """Ask what runs to end, wait `grace` seconds at most, and kill it."""
        if grace > 0:
            self._kill("SIGTERM")
            self._over.wait(grace)
        if not self._over.is_set():
            self._kill("SIGKILL")

    def stopped(self) -> Outcome:
        """Return the outcome of an attempt that was stopped before anything ran."""
        return self._outcome(Ending.KILLED, "killed", None)

    def _run(self, client: DockerClient) -> int:
        call = self._call
        for each in (*call.before, *call.sidecars, call.main):
            self._check_mounts(each)
            self._fetch(client, each)
        for number, each in enumerate(call.before):
            code = self._follow(client, self._make(client, each, call.network))
            if code:
                name = each.name or f"number {number + 1}"
                reason = f"init container {name}: {_exit(code)}"
                raise _Over(Ending.FAILED, reason, code)
        network = call.network
        sidecars: list[tuple[str, Container]] = []
        for each in call.sidecars:
            sidecar = self._make(client, each, network)
            self._begin(sidecar)
            sidecars.append((each.name or each.image, sidecar))
            network = f"container:{sidecars[0][1].id}"
        self._check_first(sidecars)
        main = self._make(client, call.main, network)
        code = self._follow(client, main, main=True)
        for path, target in call.collect:
            copy_out(client, str(main.id), path, target)
        self._log_sidecars(sidecars)
        return code

    def _fetch(self, client: DockerClient, wanted: ContainerImage) -> None:
        """Have the image here, as its pull policy says."""
        self.fetching = True
        try:
            problem = fetch_image(client, wanted.image, wanted.pull)
        finally:
            self.fetching = False
        if problem:
            raise _Over(Ending.ERRORED, problem)

    def _make(
        self, client: DockerClient, what: ContainerImage, network: str
    ) -> Container:
        from docker.types import Mount

        limits = self.attempt.limits
        main = what is self._call.main
        env = dict(what.env)
        if main:
            env = thread_variables(limits.cpu) | dict(self.attempt.env) | env
        container = client.containers.create(
            what.image,
            command=[*what.command[1:], *what.args] or None,
            entrypoint=list(what.command[:1]) or None,
            environment=env,
            labels=self._labels | dict(self._call.labels),
            mounts=[
                Mount(m.target, str(m.source), type="bind", read_only=m.read_only)
                for m in what.mounts
            ],
            working_dir=what.working_dir or None,
            user=what.user or None,
            network_mode=network,
            mem_limit=limits.memory if main else None,
            memswap_limit=limits.memory if main else None,
            nano_cpus=int(limits.cpu * 1e9) if main and limits.cpu else None,
        )
        self._made.append(container)
        return container

    def _follow(
        self, client: DockerClient, container: Container, *, main: bool = False
    ) -> int:
        """Start a container, log what it prints, return its exit code."""
        with self._begun(client, container) as stream:
            for number, data in stream:
                self._output.write(data, stdout=main and number == _STDOUT)
        return int(container.wait()["StatusCode"])

    @contextmanager
    def _begun(
        self, client: DockerClient, container: Container
    ) -> Generator[Iterator[tuple[int, bytes]]]:
        """Start a container and give what it prints, piece by piece.

        It is attached to before it starts, so that nothing it prints is missed.
        """
        from docker.errors import APIError
        from docker.utils.socket import frames_iter

        wanted = {"stdout": 1, "stderr": 1, "stream": 1}
        try:
            attached = client.api.attach_socket(str(container.id), params=wanted)
        except APIError as error:  # podman prepares the command here already
            raise _cannot_start(error) from error
        try:
            self._begin(container)
            yield frames_iter(attached, tty=False)
        finally:
            for end in (getattr(attached, "_sock", None), attached):
                if end is not None:  # the file first would leave the socket open
                    end.close()

    def _begin(self, container: Container) -> None:
        from docker.errors import APIError

        with self._lock:
            if self._verdict is not None:
                raise _Over(*self._verdict)
            try:
                container.start()
            except APIError as error:
                raise _cannot_start(error) from error
            self._current = str(container.id)

    def _check_first(self, sidecars: Sequence[tuple[str, Container]]) -> None:
        """The step joins the network of the first sidecar, so that has to be there."""
        for name, sidecar in sidecars[:1]:
            sidecar.reload()
            if sidecar.status != "running":
                code = sidecar.attrs["State"]["ExitCode"]
                reason = f"sidecar {name} ended before the step began: {_exit(code)}"
                raise _Over(Ending.ERRORED, reason)

    def _check_mounts(self, what: ContainerImage) -> None:
        for mount in what.mounts:
            if not Path(mount.source).exists():
                reason = f"{mount.source}, to be mounted at {mount.target}, is not here"
                raise _Over(Ending.ERRORED, reason)

    def _log_sidecars(self, sidecars: Sequence[tuple[str, Container]]) -> None:
        """Append the end of what each sidecar printed, each line with its name."""
        for name, sidecar in sidecars:
            for line in sidecar.logs(tail=_SIDECAR_LINES).splitlines():
                said = b"[%s] %s\n" % (name.encode(), line)
                self._output.write(said, stdout=False)

    def _judge(self, code: int) -> tuple[Ending, str]:
        memory = self.attempt.limits.memory
        if self._verdict is not None:
            return self._verdict
        if code == 137 and memory is not None:  # podman does not tell why
            limit = f"its limit is {memory // _MIB} MiB"
            return Ending.FAILED, f"killed, most likely for the memory it used; {limit}"
        return (Ending.FAILED, _exit(code)) if code else (Ending.SUCCEEDED, "")

    def _kill(self, signal: str) -> None:
        from docker.errors import APIError

        with self._lock:
            current = self._current
        if not current:
            return
        client = connect(self._url)
        try:
            client.api.kill(current, signal)
        except APIError:
            pass  # it has ended meanwhile, which is what was wanted
        finally:
            client.close()

    def _remove(self, client: DockerClient) -> None:
        """Remove what was made; what is left lying about is no failure of the step."""
        from docker.errors import DockerException, NotFound

        for container in reversed(self._made):
            try:
                container.remove(force=True, v=True)
            except NotFound:
                continue  # the run was cleared by somebody else
            except (DockerException, OSError) as error:
                sys.stderr.write(f"not removed: {container.name}: {explain(error)}\n")
        client.close()

    def _outcome(self, ending: Ending, reason: str, code: int | None) -> Outcome:
        note, problem = self._output.close()
        if self._verdict is not None:
            ending, reason = self._verdict
        elif problem and ending is Ending.SUCCEEDED:
            ending, reason = Ending.FAILED, problem
        return Outcome(
            id=self.attempt.id,
            ending=ending,
            reason=mask(reason, self.attempt.secrets),
            note=note,
            exit_code=code,
            started=self._started,
            ended=time.time(),
        )


def _cannot_start(error: APIError) -> _Over:
    return _Over(Ending.ERRORED, f"container cannot start: {explain(error)}")


def _exit(code: int) -> str:
    """Return an exit code in words; over 128 it stands for a signal."""
    name = f" ({signal_name(code - 128)})" if 128 < code < 160 else ""
    return f"exit code {code}{name}"
