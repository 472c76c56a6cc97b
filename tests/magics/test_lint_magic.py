"""%couler lint: the workflows of a notebook and files beside it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.engines.argo.linting.broken import HEAD, MAIN
from tests.magics.conftest import RunCell


def test_files_beside_the_notebook(
    cell: RunCell,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.yaml").write_text(
        (HEAD + MAIN).replace("entrypoint: main", "entrypoint: mian")
    )
    cell("%couler lint a.yaml")
    out = capsys.readouterr().out.splitlines()
    assert out[0].startswith("a.yaml:5:15: ARGO402 there is no template 'mian'")
    assert out[1] == "1 manifest: 1 error"


def test_the_last_workflow(cell: RunCell, capsys: pytest.CaptureFixture[str]) -> None:
    source = "couler.run_container('busybox', command=['true'], step_name='a')"
    cell(f"%%couler look --quiet\nimport couler_jupyter as couler\n{source}")
    cell("%couler lint")
    assert capsys.readouterr().out == "1 manifest: nothing found\n"
