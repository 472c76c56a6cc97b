"""What this machine has for steps to use: cores, memory, GPUs.

What counts is what this process may have: its affinity and its control group, both
versions of https://docs.kernel.org/admin-guide/cgroup-v2.html, rather than the metal.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

_NO_DEVICE = {"", "-1", "none", "void", "nodevfiles"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """What there is to give away.

    Attributes:
        cores: as many as can be busy at once; a fraction under a quota.
        memory: bytes.
        gpus: how many.
    """

    cores: float
    memory: int
    gpus: int


def this_machine(
    root: Path = Path("/"), env: Mapping[str, str] | None = None
) -> Machine:
    """Return what this process may use of the machine.

    Args:
        root: where /proc and /sys are.
        env: environment variables; None for those of this process.
    """
    env = os.environ if env is None else env
    return Machine(cores=_cores(root), memory=_memory(root), gpus=_gpus(env))


def _cores(root: Path) -> float:
    """Return the cores of the affinity, or of the quota where that is less."""
    if hasattr(os, "sched_getaffinity"):
        count = len(os.sched_getaffinity(0))
    else:
        count = os.cpu_count() or 1
    return min((float(count), *_quotas(root)))


def _quotas(root: Path) -> Iterator[float]:
    """Yield the cores that each control group around this process may use."""
    for folder in _groups(root, "cpu"):
        new = _words(folder / "cpu.max")
        old = [
            *_words(folder / "cpu.cfs_quota_us"),
            *_words(folder / "cpu.cfs_period_us"),
        ]
        for words in (new, old):
            if len(words) == 2 and words[0].isdigit():
                yield int(words[0]) / int(words[1])


def _memory(root: Path) -> int:
    """Return the bytes of the machine, or of its control group where that is less."""
    total = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    limits = (
        int(word)
        for folder in _groups(root, "memory")
        for name in ("memory.max", "memory.limit_in_bytes")
        for word in _words(folder / name)
        if word.isdigit()
    )
    return min((total, *limits))


def _groups(root: Path, controller: str) -> Iterator[Path]:
    """Yield the folders of the control groups that bound `controller`, inner first.

    In a container the path may be that of the host, which is not to be seen; the
    mount's root is then the container's own group.
    """
    for line in _lines(root / "proc/self/cgroup"):
        _, names, path = line.split(":", 2)
        mount = root / "sys/fs/cgroup"
        if controller in names.split(","):
            mount /= controller
        elif names:
            continue
        group = mount / path.strip("/")
        yield group
        yield from (one for one in group.parents if one.is_relative_to(mount))


def _gpus(env: Mapping[str, str]) -> int:
    visible = env.get("CUDA_VISIBLE_DEVICES")
    if visible is not None:
        return _visible(visible)
    program = shutil.which("nvidia-smi", path=env.get("PATH"))
    if program is None:
        return 0
    try:
        found = subprocess.run(
            [program, "-L"], capture_output=True, text=True, timeout=10, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return 0  # a driver that does not answer has no GPU to offer
    return sum(line.startswith("GPU ") for line in found.stdout.splitlines())


def _visible(devices: str) -> int:
    """Return how many devices a list shows; CUDA reads up to the first wrong one."""
    count = 0
    for device in devices.split(","):
        if device.strip().lower() in _NO_DEVICE:
            break
        count += 1
    return count


def _words(path: Path) -> list[str]:
    return " ".join(_lines(path)).split()


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="ascii").splitlines()
    except OSError:
        return []
