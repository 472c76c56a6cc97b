from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

import pytest

from couler_jupyter.errors import ModelFailed, StoreFailed
from couler_jupyter.llm import Message, Redactor
from couler_jupyter.llm.recording import Record, Recorded, records_folder
from couler_jupyter.testing.models import Planned, QueueModel

KEY = "sk-proj-0123456789abcdefghij"
ASK = [Message("user", f"with {KEY}")]


def recorded(folder: Path, *answers: Planned) -> tuple[Recorded, QueueModel]:
    queue = QueueModel(answers)
    return Recorded(queue, Record(Redactor((), {}), folder)), queue


def lines(folder: Path) -> list[dict[str, Any]]:
    [file] = folder.iterdir()
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def test_questions_and_answers_are_written_down_without_secrets(tmp_path: Path) -> None:
    model, _ = recorded(tmp_path / "m", f"it is {KEY}")
    model.complete(ASK, schema={"title": KEY}, temperature=0.5)
    [line] = lines(tmp_path / "m")
    assert line["messages"] == [{"role": "user", "text": "with [secret]"}]
    assert line["answer"]["text"] == "it is [secret]"
    assert (line["temperature"], line["schema"]) == (0.5, {"title": "[secret]"})
    assert line["answer"]["spent"]["calls"] == 1
    assert line["at"].endswith("+00:00")


def test_only_the_owner_can_read_it(tmp_path: Path) -> None:
    model, _ = recorded(tmp_path / "m", "a", "b")
    model.complete(ASK)
    model.complete(ASK)
    assert len(lines(tmp_path / "m")) == 2
    [file] = (tmp_path / "m").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "m").stat().st_mode) == 0o700


@pytest.mark.parametrize("error", [ModelFailed(f"no, {KEY}"), KeyboardInterrupt()])
def test_what_failed_is_written_down_too(tmp_path: Path, error: BaseException) -> None:
    def fail(_: object) -> str:
        raise error

    model, _ = recorded(tmp_path / "m", fail)
    with pytest.raises(type(error)):
        model.complete(ASK)
    [line] = lines(tmp_path / "m")
    assert line["error"] in {"no, [secret]", "KeyboardInterrupt"}


def test_nothing_is_asked_that_cannot_be_written_down(tmp_path: Path) -> None:
    (tmp_path / "m").write_text("a file is in the way", encoding="utf-8")
    model, queue = recorded(tmp_path / "m", "a")
    with pytest.raises(StoreFailed, match="COULER_LLM_RECORD=off"):
        model.complete(ASK)
    assert not queue.asked


def test_a_record_is_not_written_through_a_link(tmp_path: Path) -> None:
    model, _ = recorded(tmp_path / "m", "a", "b")
    model.complete(ASK)
    [file] = (tmp_path / "m").iterdir()
    file.unlink()
    file.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(StoreFailed):
        model.complete(ASK)
    assert not (tmp_path / "elsewhere").exists()


def test_records_are_in_the_users_folder_for_state(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", "/somewhere")
    assert records_folder() == Path("/somewhere/couler/models")
