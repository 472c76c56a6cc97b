"""A podman service of the tests' own, with an image made without a registry.

Nothing of the user's podman is touched: images, containers, locks and settings live
in one folder, which goes away with the service.
"""

from __future__ import annotations

import io
import os
import shutil
import signal
import socket
import subprocess
import tarfile
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

IMAGE = "localhost/couler-busybox:test"
APPLETS = "[ cat date echo env false head id seq sh sleep sort test tr true wc"

# Default limits of crun are refused on machines that are containers themselves.
_SETTINGS = """\
[containers]
default_ulimits = ["nofile=1000:1000", "nproc=1000:1000"]
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
lock_type = "file"
tmp_dir = "{folder}/tmp"
static_dir = "{folder}/static"
volume_path = "{folder}/volumes"
"""


class NoContainers(Exception):
    """Containers cannot run on this machine; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Podman:
    """One podman with a store and settings of its own."""

    folder: Path

    @property
    def socket(self) -> Path:
        """Where the Docker API answers once the service is up."""
        return self.folder / "podman.sock"

    def command(self, *words: str) -> list[str]:
        """Return the argv of a podman command on this store."""
        root, run = self.folder / "root", self.folder / "run"
        store = ["--root", str(root), "--runroot", str(run), "--storage-driver", "vfs"]
        return ["podman", *store, *words]

    def environment(self) -> dict[str, str]:
        """Return the environment in which podman reads our settings and no others."""
        conf = self.folder / "containers.conf"
        conf.write_text(_SETTINGS.format(folder=self.folder), encoding="utf-8")
        return os.environ | {"CONTAINERS_CONF": str(conf)}

    def call(self, *words: str, stdin: bytes = b"") -> bytes:
        """Return what a podman command prints.

        Raises:
            NoContainers: podman refused.
        """
        done = subprocess.run(
            self.command(*words),
            input=stdin,
            env=self.environment(),
            capture_output=True,
            timeout=60,
            check=False,
        )
        if done.returncode != 0:
            said = done.stderr.decode(errors="replace").strip()
            raise NoContainers(f"podman {words[0]} failed: {said}")
        return done.stdout


@contextmanager
def service() -> Generator[str]:
    """Yield the URL of a Docker API that has `IMAGE` and runs containers.

    Raises:
        NoContainers: podman, runc or busybox is missing, or may not run here.
    """
    for program in ("podman", "runc", "busybox"):
        if shutil.which(program) is None:
            raise NoContainers(f"{program} is not installed")
    # Podman takes a run root of 50 characters at most; pytest's folders are longer.
    podman = Podman(folder=Path(tempfile.mkdtemp(prefix="couler-podman-", dir="/tmp")))
    try:
        podman.call("import", *_IMAGE_SETTINGS, "-", IMAGE, stdin=_busybox_tar())
        _try(podman)
        with _serving(podman):
            yield f"unix://{podman.socket}"
    finally:
        _remove(podman.folder)


_IMAGE_SETTINGS = ("--change", "ENV PATH=/bin", "--change", 'CMD ["sh"]')


def _busybox_tar() -> bytes:
    """Return a root file system: busybox, a link for each of its applets, /tmp."""
    listed = subprocess.run(["busybox", "--list"], capture_output=True, check=True)
    applets = {*listed.stdout.decode().split()} - {"busybox"}
    if lost := {*APPLETS.split()} - applets:
        raise NoContainers(f"this busybox lacks {', '.join(sorted(lost))}")
    image = io.BytesIO()
    with tarfile.open(fileobj=image, mode="w") as tar:
        tar.add(Path(shutil.which("busybox") or "busybox").resolve(), "bin/busybox")
        for applet in sorted(applets):
            tar.addfile(_entry(f"bin/{applet}", tarfile.SYMTYPE, link="busybox"))
        tar.addfile(_entry("tmp", tarfile.DIRTYPE, mode=0o1777))
    return image.getvalue()


def _try(podman: Podman) -> None:
    """Run one container, with the limit that a user without root often may not set."""
    read = "cat /sys/fs/cgroup/memory.max /sys/fs/cgroup/memory/memory.limit_in_bytes"
    argv = (
        "--rm",
        "--network=none",
        "--memory=64m",
        IMAGE,
        "sh",
        "-c",
        f"{read}; true",
    )
    if (limit := podman.call("run", *argv).strip()) != b"%d" % 2**26:
        raise NoContainers(f"a memory limit has no effect: {limit.decode()!r}")


def _entry(
    name: str, kind: bytes, *, mode: int = 0o777, link: str = ""
) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.type, entry.mode, entry.linkname = kind, mode, link
    return entry


@contextmanager
def _serving(podman: Podman) -> Generator[None]:
    """Keep the API up for the length of the block."""
    argv = podman.command("system", "service", "--time=0", f"unix://{podman.socket}")
    with (podman.folder / "service.log").open("wb") as log:
        process = subprocess.Popen(
            argv,
            # conmon leaves a file called oom where it was started.
            cwd=podman.folder,
            env=podman.environment(),
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        _wait_for(podman, process)
        yield
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        podman.call("rm", "--force", "--all", "--time=0")


def _wait_for(podman: Podman, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while not _answers(podman.socket):
        if process.poll() is not None or time.monotonic() > deadline:
            log = (podman.folder / "service.log").read_text(errors="replace")
            raise NoContainers(f"podman's service did not start: {log.strip()}")
        time.sleep(0.02)


def _answers(path: Path) -> bool:
    """Whether somebody listens; the socket is there a moment before."""
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(str(path))
        except OSError:
            return False
    return True


def _remove(folder: Path) -> None:
    if os.geteuid() != 0:
        # Layers belong to mapped users, for whom only podman can speak.
        argv = ["podman", "unshare", "rm", "-rf", str(folder / "root")]
        subprocess.run(argv, check=False, capture_output=True)
    # Who clears up after the last container may still write here for a moment.
    deadline = time.monotonic() + 60
    while folder.exists():
        shutil.rmtree(folder, ignore_errors=time.monotonic() < deadline)
