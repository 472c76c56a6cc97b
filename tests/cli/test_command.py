from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import nbformat
import pytest

Couler: TypeAlias = Callable[..., "subprocess.CompletedProcess[str]"]

SCRIPT = """
import couler_jupyter as couler

@couler.step
def double(x: int) -> int:
    print("doubling", x)
    return 2 * x

with couler.workflow("twice"):
    n = couler.parameter("n", default=3, type=int)
    double(double(n))
"""
TAKES_A_FILE = """
import couler_jupyter as couler

@couler.step
def count(file: couler.Artifact) -> int:
    return len(file.read_text().split())

with couler.workflow("takes"):
    count(couler.input_artifact("data"))
"""
BROKEN = """
import couler_jupyter as couler

@couler.step
def fail():
    raise ValueError("no luck")

with couler.workflow("broken"):
    fail()
"""


@pytest.fixture
def couler(tmp_path: Path) -> Couler:
    """Run the command in a folder and with a run store of its own."""
    env = os.environ | {"COULER_HOME": str(tmp_path / "home")}

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "couler_jupyter", *words],
            cwd=tmp_path,
            env=env,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    (tmp_path / "flow.py").write_text(SCRIPT)
    (tmp_path / "broken.py").write_text(BROKEN)
    return run


def test_run_a_file_and_ask_about_the_run(couler: Couler) -> None:
    done = couler("run", "flow.py", "-p", "n=5")
    assert (done.returncode, done.stderr) == (0, "")
    assert "succeeded" in done.stdout
    assert couler("outputs", "double-2").stdout == "double-2.result = 20\n"
    assert couler("logs", "double").stdout == "doubling 5\n"
    assert "succeeded" in couler("status").stdout
    [record] = map(json.loads, couler("runs", "--json").stdout.splitlines())
    assert record["workflow"] == "twice"


def test_a_failed_run_says_why_and_exits_1(couler: Couler) -> None:
    done = couler("run", "broken.py")
    assert done.returncode == 1
    assert "ValueError: no luck" in done.stdout
    assert couler("status").returncode == 1


def test_a_file_is_given_by_its_path(couler: Couler, tmp_path: Path) -> None:
    (tmp_path / "takes.py").write_text(TAKES_A_FILE)
    (tmp_path / "data.txt").write_text("a b c")
    done = couler("run", "takes.py", "-p", "data=data.txt")
    assert (done.returncode, done.stderr) == (0, "")
    assert couler("outputs", "count").stdout == "count.result = 3\n"
    done = couler("run", "takes.py")
    assert done.returncode == 2
    assert "artifact 'data' has no default; give it" in done.stderr


def test_documents_go_out_and_come_back(couler: Couler, tmp_path: Path) -> None:
    for form in ("yaml", "json"):
        out = couler("export", "flow.py", "--to", form, "-d", "out")
        assert out.returncode == 0, out.stderr
        file = tmp_path / "out" / f"twice.{form}"
        assert out.stdout.strip() == f"out/twice.{form}"
        assert couler("validate", str(file)).returncode == 0
        done = couler("run", str(file))
        assert done.returncode == 0, done.stderr
    assert couler("outputs", "double-2").stdout == "double-2.result = 12\n"


def test_a_notebook(couler: Couler, tmp_path: Path) -> None:
    cells = [
        "%load_ext couler_jupyter\nimport couler_jupyter as couler",
        "@couler.step\ndef hello() -> str:\n    return 'hello'",
        "%%couler greet --run\nhello()",
        "raise SystemError('cells behind the last workflow are not run')",
    ]
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(c) for c in cells]
    )
    nbformat.write(notebook, tmp_path / "greet.ipynb")
    done = couler("run", "greet.ipynb")
    assert (done.returncode, done.stderr) == (0, "")
    assert couler("outputs").stdout == "hello.result = 'hello'\n"
    assert len(couler("runs", "--json").stdout.splitlines()) == 1


@pytest.mark.parametrize(
    ("words", "status", "message"),
    [
        (["run", "nothing.py"], 2, "there is no such file"),
        (["run", "flow.txt"], 2, "flow.txt"),
        (["rnu"], 2, "rnu"),
        ([], 2, "VERB"),
        (["run", "flow.py", "-p", "m=1"], 2, "no parameter 'm'"),
        (["run", "flow.py", "--engine", "lokal"], 1, "did you mean 'local'"),
        (["status", "x"], 1, "x"),
        (["status"], 2, "there are no runs yet"),
    ],
)
def test_wrong_calls_are_one_line(
    couler: Couler, words: list[str], status: int, message: str
) -> None:
    done = couler(*words)
    assert done.returncode == status
    assert message in done.stderr
    assert done.stderr.count("\n") == 1, done.stderr
    assert done.stdout == ""


def test_a_file_that_fails_has_its_line(couler: Couler, tmp_path: Path) -> None:
    (tmp_path / "bad.py").write_text("import couler_jupyter\nx = {}['y']\n")
    done = couler("show", "bad.py")
    assert done.returncode == 1
    assert done.stderr == "couler: bad.py, line 2: KeyError: 'y'\n"


def test_plan_as_json(couler: Couler) -> None:
    plan = json.loads(couler("plan", "flow.py", "--json").stdout)
    assert [row["id"] for row in plan["rows"]] == ["double", "double-2"]
    assert plan["waves"] == 2
    assert plan["refused"] == []


def test_a_reader_that_goes_away_is_no_traceback(
    couler: Couler, tmp_path: Path
) -> None:
    many = "\n".join(
        f"couler.run_script(source='true', command='sh', step_name='s{i}')"
        for i in range(3000)
    )
    (tmp_path / "many.py").write_text(f"import couler_jupyter as couler\n{many}\n")
    command = f"{sys.executable} -m couler_jupyter show many.py --as json | head -c 10"
    done = subprocess.run(
        ["sh", "-c", command],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.stdout.startswith("{")
    assert "Traceback" not in done.stderr
