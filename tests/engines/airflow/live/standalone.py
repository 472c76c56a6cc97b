"""A whole Airflow (scheduler, DAG processor, API server, SQLite) for a while."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

_PATIENCE = 240.0
_END = 10.0


@contextmanager
def airflow_standalone(binaries: Path, home: Path) -> Generator[str, None, None]:
    """Run `airflow standalone` inside the `with`; lends the URL of its API server.

    Args:
        binaries: folder with Airflow's own Python.
        home: an empty folder; DAGs go into `dags` there.
    """
    (home / "dags").mkdir(parents=True)
    (home / "work").mkdir()
    port, *logs = _free_ports(3)
    url = f"http://127.0.0.1:{port}"
    with (home / "standalone.log").open("wb") as log:
        process = subprocess.Popen(
            [binaries / "airflow", "standalone"],
            env=_environment(binaries, home, port, logs),
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            _wait_until_well(url, process, home)
            yield url
        finally:
            _end(process)


def _environment(
    binaries: Path, home: Path, port: int, logs: list[int]
) -> dict[str, str]:
    url = f"http://127.0.0.1:{port}"
    settings = {
        "API__BASE_URL": url,
        "API__HOST": "127.0.0.1",
        "API__PORT": port,
        "API__WORKERS": 1,
        "CORE__EXECUTION_API_SERVER_URL": f"{url}/execution/",
        "CORE__EXECUTOR": "LocalExecutor",
        "CORE__LOAD_EXAMPLES": False,
        "CORE__PARALLELISM": 4,
        "CORE__SIMPLE_AUTH_MANAGER_ALL_ADMINS": True,
        # new files are seen at once; old ones are read again when that is asked for
        "DAG_PROCESSOR__REFRESH_INTERVAL": 2,
        "DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": 600,
        # a busy machine is no reason for a lost task
        "DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{home}/airflow.db?timeout=20",
        "LOGGING__TRIGGER_LOG_SERVER_PORT": logs[0],
        "LOGGING__WORKER_LOG_SERVER_PORT": logs[1],
        "SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME": 0.2,
        "SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": 600,
        "WORKERS__EXECUTION_API_TIMEOUT": 60,
    }
    plain = {key: os.environ[key] for key in ("HOME", "TMPDIR") if key in os.environ}
    return {
        **plain,
        "PATH": f"{binaries}:{os.environ['PATH']}",
        "AIRFLOW_HOME": str(home),
        "COULER_WORK": str(home / "work"),
        **{f"AIRFLOW__{name}": str(value) for name, value in settings.items()},
    }


def _free_ports(count: int) -> list[int]:
    held = [socket.socket() for _ in range(count)]
    try:
        for one in held:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in held]
    finally:
        for one in held:
            one.close()


def _wait_until_well(url: str, process: subprocess.Popen[bytes], home: Path) -> None:
    until = time.monotonic() + _PATIENCE
    while not _is_well(url):
        ended = process.poll() is not None
        if ended or time.monotonic() > until:
            log = (home / "standalone.log").read_text("utf-8", "replace")
            raise AssertionError(f"airflow standalone is not well: {log[-3000:]}")
        time.sleep(0.2)


def _is_well(url: str) -> bool:
    try:
        with urlopen(f"{url}/api/v2/monitor/health", timeout=30) as answer:
            health = json.load(answer)
    except (URLError, OSError, ValueError):
        return False
    parts = ("scheduler", "dag_processor", "metadatabase")
    return all((health.get(one) or {}).get("status") == "healthy" for one in parts)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the whole group: standalone leaves its children behind."""
    for how in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, how)
        with suppress(subprocess.TimeoutExpired):
            process.wait(_END if how == signal.SIGTERM else None)
