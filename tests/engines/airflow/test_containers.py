"""Containers by DockerOperator, really run."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from couler_jupyter.engines.airflow import Airflow, Setting
from couler_jupyter.ir import (
    FromFile,
    InputRef,
    OutputParameter,
    OutputRef,
    PathRef,
    Script,
    Workflow,
)
from couler_jupyter.testing.parts import IMAGE, container, flow, printed, step

pytestmark = [pytest.mark.airflow, pytest.mark.containers]


def _workflow() -> Workflow:
    size = OutputParameter(name="size", source=FromFile("size.txt"))
    script = Script(
        image=IMAGE,
        source="echo out; echo err >&2; exit 3",
        outputs=printed("result"),
    )
    write = container(
        "sh",
        "-c",
        'echo 42 > "$1"; echo err >&2; echo "$2"',
        "sh",
        PathRef("size", output=True),
        InputRef("x"),
        takes=("x",),
        outputs=(*printed("result"), size),
    )
    return flow(
        "in-boxes",
        step("say", container("printf", "{{ 1 }} a\nb")),
        step("write", write, takes={"x": OutputRef("say")}),
        step("bad", script),
    )


@pytest.fixture(scope="module")
def told(
    run_dags: Any,
    container_socket: str,
    busybox_image: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Mapping[str, Any]:
    kept: Path = tmp_path_factory.mktemp("kept")
    setting = Setting(kept=kept.as_uri(), docker_url=container_socket)
    (document,) = Airflow(setting=setting).compile(_workflow()).documents
    ran = run_dags({document.filename: document.text}, {})
    assert "error" not in ran["in-boxes"], ran["in-boxes"]["error"]
    return {one["task"]: one for one in ran["in-boxes"]["tasks"]}


def test_what_is_printed_is_the_output(told: Mapping[str, Any]) -> None:
    assert told["say"]["left"] == {"result": "{{ 1 }} a\nb"}


def test_files_come_out_and_errors_are_no_output(told: Mapping[str, Any]) -> None:
    assert told["write"]["left"] == {"result": "{{ 1 }} a\nb", "size": 42}


def test_the_exit_code_is_told(told: Mapping[str, Any]) -> None:
    assert told["bad"]["ended"]["phase"] == "failed"
    assert told["bad"]["ended"]["exit_code"] == 3
