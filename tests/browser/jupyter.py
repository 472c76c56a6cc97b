"""A real JupyterLab or Notebook 7, served to a real Chromium."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

TOKEN = "for-tests-only"
CHROMIUM = next(
    (
        found
        for name in ("chromium", "chromium-browser")
        if (found := shutil.which(name))
    ),
    "",
)
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_SETTINGS = {
    "@jupyterlab/apputils-extension:notification": {
        "fetchNews": "false",
        "checkForUpdates": False,
    }
}


@contextmanager
def served(folder: Path, home: Path, port: int, **more: str) -> Generator[str]:
    """Serve `folder` with all of Jupyter's applications, and give the address.

    Args:
        folder: what is served.
        home: for all that Jupyter and couler keep.
        port: that is free.
        more: of the environment of the server and its kernels.
    """
    overrides = home / "config" / "labconfig"
    overrides.mkdir(parents=True)
    (overrides / "default_setting_overrides.json").write_text(json.dumps(_SETTINGS))
    env = os.environ | {
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_DATA_DIR": str(home / "data"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        "IPYTHONDIR": str(home / "ipython"),
        "COULER_HOME": str(home / "couler"),
        **more,
    }
    options = [
        f"--ServerApp.port={port}",
        f"--IdentityProvider.token={TOKEN}",
        f"--ServerApp.root_dir={folder}",
        "--ServerApp.open_browser=False",
        "--ServerApp.allow_root=True",
        "--ServerApp.ip=127.0.0.1",
        "--LabApp.news_url=",
        "--ServerApp.jpserver_extensions=couler_jupyter=True",
    ]
    log = (home / "server.log").open("w")
    server = subprocess.Popen(
        [sys.executable, "-m", "jupyterlab", *options],
        env=env,
        stdout=log,
        stderr=log,
        start_new_session=True,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_until_it_answers(f"{address}/api/status?token={TOKEN}", server, home)
        yield address
    finally:
        server.terminate()
        server.wait(timeout=60)
        log.close()


def _wait_until_it_answers(
    url: str, server: subprocess.Popen[bytes], home: Path
) -> None:
    deadline = time.monotonic() + 90
    while True:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except (urllib.error.URLError, OSError):
            gone = server.poll() is not None
            if gone or time.monotonic() > deadline:
                raise AssertionError((home / "server.log").read_text()) from None
            time.sleep(0.2)
