from __future__ import annotations

import os
from pathlib import Path

import pytest

from couler_jupyter.engines.local.machine import Machine, this_machine

NO_GPU = {"PATH": "/nonexistent"}


def _put(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


def test_bare_machine_has_what_the_system_says(tmp_path: Path) -> None:
    machine = this_machine(tmp_path, NO_GPU)
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    assert machine == Machine(cores=len(os.sched_getaffinity(0)), memory=pages, gpus=0)


def test_this_machine_can_be_asked() -> None:
    machine = this_machine()
    assert machine.cores > 0
    assert machine.memory > 2**26


def test_quota_and_limit_of_a_group(tmp_path: Path) -> None:
    root = _put(
        tmp_path,
        {
            "proc/self/cgroup": "0::/user/box\n",
            "sys/fs/cgroup/user/box/cpu.max": "50000 100000\n",
            "sys/fs/cgroup/user/box/memory.max": "67108864\n",
        },
    )
    assert this_machine(root, NO_GPU) == Machine(cores=0.5, memory=2**26, gpus=0)


def test_outer_group_bounds_too(tmp_path: Path) -> None:
    root = _put(
        tmp_path,
        {
            "proc/self/cgroup": "0::/user/box\n",
            "sys/fs/cgroup/user/cpu.max": "25000 100000\n",
            "sys/fs/cgroup/user/box/cpu.max": "max 100000\n",
            "sys/fs/cgroup/user/box/memory.max": "max\n",
            "sys/fs/cgroup/memory.max": "1048576\n",
        },
    )
    assert this_machine(root, NO_GPU) == Machine(cores=0.25, memory=2**20, gpus=0)


def test_groups_of_the_first_version(tmp_path: Path) -> None:
    root = _put(
        tmp_path,
        {
            "proc/self/cgroup": "5:cpu,cpuacct:/a\n4:memory:/b\n1:name=systemd:/c\n",
            "sys/fs/cgroup/cpu/a/cpu.cfs_quota_us": "10000\n",
            "sys/fs/cgroup/cpu/a/cpu.cfs_period_us": "100000\n",
            "sys/fs/cgroup/memory/b/memory.limit_in_bytes": "4194304\n",
        },
    )
    assert this_machine(root, NO_GPU) == Machine(cores=0.1, memory=2**22, gpus=0)


def test_no_quota_in_the_first_version(tmp_path: Path) -> None:
    root = _put(
        tmp_path,
        {
            "proc/self/cgroup": "5:cpu:/\n4:memory:/\n",
            "sys/fs/cgroup/cpu/cpu.cfs_quota_us": "-1\n",
            "sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000\n",
            "sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n",
        },
    )
    assert this_machine(root, NO_GPU) == this_machine(tmp_path / "bare", NO_GPU)


def test_container_sees_its_own_group_at_the_root(tmp_path: Path) -> None:
    root = _put(
        tmp_path,
        {
            "proc/self/cgroup": "0::/docker/4f2a\n",
            "sys/fs/cgroup/memory.max": "1048576\n",
        },
    )
    assert this_machine(root, NO_GPU).memory == 2**20


@pytest.mark.parametrize(
    ("devices", "count"),
    [("", 0), ("-1", 0), ("NoDevFiles", 0), ("0", 1), ("0,2", 2), ("1,-1,2", 1)],
)
def test_visible_devices(tmp_path: Path, devices: str, count: int) -> None:
    assert this_machine(tmp_path, {"CUDA_VISIBLE_DEVICES": devices}).gpus == count


@pytest.mark.parametrize(
    ("script", "count"),
    [
        ("echo 'GPU 0: A (UUID: x)'; echo 'GPU 1: B (UUID: y)'", 2),
        ("echo 'No devices were found'; exit 6", 0),
    ],
)
def test_driver_is_asked(tmp_path: Path, script: str, count: int) -> None:
    program = tmp_path / "nvidia-smi"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o700)
    assert this_machine(tmp_path, {"PATH": str(tmp_path)}).gpus == count
