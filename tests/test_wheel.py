"""The wheel brings the panel for JupyterLab, so that users need no Node.js."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from couler_jupyter.version import __version__

ROOT = Path(__file__).parent.parent
BUILT = ROOT / "couler_jupyter" / "labextension"
MOST_BYTES = 150_000

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that a wheel's data is unpacked to when it is installed."""
    if not (BUILT / "package.json").is_file() and not os.environ.get(
        "COULER_NEED_PANEL"
    ):
        pytest.skip("the panel is not built; scripts/setup builds it with Node.js")
    made = tmp_path_factory.mktemp("wheel")
    command = [
        sys.executable,
        "-m",
        "hatchling",
        "build",
        "-t",
        "wheel",
        "-d",
        str(made),
    ]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = made.glob("*.whl")
    zipfile.ZipFile(wheel).extractall(made)
    (data,) = made.glob("*.data/data")
    return data


def test_jupyterlab_finds_it_and_has_it_enabled(installed: Path) -> None:
    listed = subprocess.run(
        [sys.executable, "-m", "jupyter", "labextension", "list"],
        env=os.environ | {"JUPYTER_PATH": str(installed / "share" / "jupyter")},
        check=True,
        capture_output=True,
        text=True,
    )
    lines = (listed.stdout + listed.stderr).splitlines()
    (line,) = [one for one in lines if "couler-jupyter v" in one]
    assert f"couler-jupyter v{__version__}" in line
    assert "enabled" in line
    assert "OK" in line


def test_it_is_small_and_has_the_version_of_the_package(installed: Path) -> None:
    place = installed / "share" / "jupyter" / "labextensions" / "couler-jupyter"
    assert json.loads((place / "package.json").read_text())["version"] == __version__
    assert (
        json.loads((place / "install.json").read_text())["packageManager"] == "python"
    )
    scripts = [one.stat().st_size for one in (place / "static").glob("*.js")]
    assert 0 < sum(scripts) < MOST_BYTES


def test_the_lock_names_no_registry() -> None:
    lock = json.loads((ROOT / "labextension" / "package-lock.json").read_text())
    assert not [one for one, of in lock["packages"].items() if "resolved" in of]


def test_installing_it_enables_the_server_extension(installed: Path) -> None:
    kept = installed / "etc" / "jupyter" / "jupyter_server_config.d"
    (file,) = kept.iterdir()
    enabled = json.loads(file.read_text())["ServerApp"]["jpserver_extensions"]
    assert enabled == {"couler_jupyter": True}
