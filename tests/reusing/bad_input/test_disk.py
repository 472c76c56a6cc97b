"""Disks that are full or read-only: the run goes on, what is kept stays whole."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.reusing.bad_input import disk_run

IN_A_ROOM_OF_ITS_OWN = ("unshare", "--mount", "--map-root-user")


def in_mounts(tmp_path: Path, *mounts: str, commands: list[list[str]]) -> list[Any]:
    """Run lines of steps where other things are mounted; skip where nobody may mount.

    Returns:
        Of each run: its phase and message, what was run, and what the store holds.
    """
    program = " && ".join(
        (*mounts, f"exec {sys.executable} {disk_run.__file__} {tmp_path}")
    )
    done = subprocess.run(
        [*IN_A_ROOM_OF_ITS_OWN, "sh", "-c", program],
        input=json.dumps(commands),
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[3])},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    if "unshare:" in done.stderr or "mount:" in done.stderr:
        pytest.skip(f"no mounting here: {done.stderr.strip()}")
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_a_full_disk_fails_no_run_and_leaves_nothing_half(tmp_path: Path) -> None:
    (tmp_path / "cache").mkdir()
    first, second = in_mounts(
        tmp_path,
        f"mount -t tmpfs -o size=3m tmpfs {tmp_path}/cache",
        commands=[
            ["seq 10 > out", "head -c 8000000 /dev/zero > out", "wc -c < data > out"],
        ]
        * 2,
    )
    assert first["phase"] == "succeeded"
    assert "it is full; make room there" in first["message"]
    assert first["made"] == ["s0", "s1", "s2"]
    assert first["parts"] == []
    assert first["used"] == first["lying"] < 100
    assert second["phase"] == "succeeded"
    assert second["last"] == "8000000"
    assert "s0" not in second["made"]


def test_a_disk_that_is_read_only_is_read(tmp_path: Path) -> None:
    steps = ["seq 10 > out", "sort -r data > out"]
    (before,) = in_mounts(tmp_path, "true", commands=[steps])
    same, edited = in_mounts(
        tmp_path,
        f"mount --bind {tmp_path}/cache {tmp_path}/cache",
        f"mount -o remount,ro,bind {tmp_path}/cache",
        commands=[steps, [*steps, "head -n 1 data > out"]],
    )
    assert (before["phase"], before["made"]) == ("succeeded", ["s0", "s1"])
    assert (same["phase"], same["made"]) == ("succeeded", [])
    assert (edited["phase"], edited["made"]) == ("succeeded", ["s2"])
    assert edited["last"] == "9"
    assert "cannot be written" in edited["message"]
    assert edited["used"] == before["used"]
