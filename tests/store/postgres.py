"""A PostgreSQL server of the tests' own: a temporary folder, a Unix socket, no network."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_PATIENCE = 60.0


class NoPostgres(Exception):
    """It is not installed, or cannot be started; says why."""


@contextmanager
def server() -> Generator[str]:
    """Run a server; yields the folder of its socket."""
    programs = _programs()
    # the path of a socket may have no more than about 100 bytes
    home = Path(tempfile.mkdtemp(prefix="couler-pg-", dir="/tmp"))
    try:
        user = _user()
        if user:
            shutil.chown(home, user["user"])
        _run(programs, user, "initdb", f"-D{home}/data", "-Ucouler", "-Atrust", "-N")
        with _served(programs, user, home):
            yield str(home)
    finally:
        shutil.rmtree(home)


@contextmanager
def _served(programs: Path, user: dict[str, Any], home: Path) -> Generator[None]:
    settings = ("listen_addresses=", "fsync=off", "max_connections=50")
    options = [part for setting in settings for part in ("-c", setting)]
    process: subprocess.Popen[str] = subprocess.Popen(
        [programs / "postgres", f"-D{home}/data", f"-k{home}", *options],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        text=True,
        **user,
    )
    try:
        _wait(process, home)
        yield
    finally:
        process.send_signal(signal.SIGINT)  # disconnects who is still there
        process.wait(_PATIENCE)


def _wait(process: subprocess.Popen[str], home: Path) -> None:
    import psycopg

    until = time.monotonic() + _PATIENCE
    while True:
        try:
            psycopg.connect(host=str(home), user="couler", dbname="postgres").close()
        except psycopg.OperationalError as error:
            if process.poll() is not None or time.monotonic() > until:
                raise NoPostgres(f"the server does not start: {error}") from error
            time.sleep(0.05)
        else:
            return


def _programs() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    if found:
        return found[-1].parent
    if there := shutil.which("postgres"):
        return Path(there).resolve().parent
    raise NoPostgres("no program `postgres`; Debian's package is `postgresql`")


def _user() -> dict[str, Any]:
    """Return whom to run it as: the server refuses to be root."""
    if os.geteuid() != 0:
        return {}
    known = {entry.pw_name for entry in pwd.getpwall()}
    name = "postgres" if "postgres" in known else "nobody"
    return {"user": name, "group": pwd.getpwnam(name).pw_gid, "extra_groups": ()}


def _run(programs: Path, user: dict[str, Any], name: str, *arguments: str) -> None:
    done = subprocess.run(
        [programs / name, *arguments],
        capture_output=True,
        text=True,
        check=False,
        **user,
    )
    if done.returncode:
        raise NoPostgres(f"{name}: {done.stderr.strip()}")
