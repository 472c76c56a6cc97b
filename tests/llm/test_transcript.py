from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import pytest

from couler_jupyter.errors import ModelFailed
from couler_jupyter.llm import Message, Replayed, Transcript
from couler_jupyter.llm.transcript import question_key
from couler_jupyter.testing.models import QueueModel

ASK = [Message("user", "say hello")]
KEY = "sk-proj-0123456789abcdefghij"


def test_what_was_answered_once_is_answered_again(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "t.jsonl"
    live = Replayed("m", Transcript(path), QueueModel(["one", "two", "other"]))
    first = [
        live.complete(ASK),
        live.complete(ASK),
        live.complete(ASK, temperature=0.5),
    ]
    later = Replayed("m", Transcript(path))
    pieces: list[str] = []
    again = [
        later.complete(ASK, on_text=pieces.append),
        later.complete(ASK),
        later.complete(ASK, temperature=0.5),
    ]
    assert [asdict(one) for one in again] == [asdict(one) for one in first]
    assert pieces == ["one"]


def test_nobody_is_asked_for_what_is_there(tmp_path: Path) -> None:
    Replayed("m", Transcript(tmp_path / "t"), QueueModel(["one"])).complete(ASK)
    before = (tmp_path / "t").read_bytes()
    idle = QueueModel()
    assert Replayed("m", Transcript(tmp_path / "t"), idle).complete(ASK).text == "one"
    assert not idle.asked
    assert (tmp_path / "t").read_bytes() == before


def test_what_was_never_asked_is_told(tmp_path: Path) -> None:
    Replayed("m", Transcript(tmp_path / "t"), QueueModel(["one"])).complete(ASK)
    later = Replayed("m", Transcript(tmp_path / "t"))
    other = [Message("user", f"something else with {KEY}")]
    with pytest.raises(ModelFailed, match=r"m was never asked this.*with \[secret\]"):
        later.complete(other)
    later.complete(ASK)
    with pytest.raises(ModelFailed, match="only 1 times"):
        later.complete(ASK)


def test_questions_differ_by_all_that_is_asked() -> None:
    plain = question_key("m", ASK, None, None)
    others = [
        question_key("n", ASK, None, None),
        question_key("m", [Message("system", "say hello")], None, None),
        question_key("m", [*ASK, *ASK], None, None),
        question_key("m", ASK, {"type": "string"}, None),
        question_key("m", ASK, None, 0.0),
    ]
    assert len({plain, *others}) == 6
    assert question_key("m", ASK, {"a": 1, "b": 2}, None) == question_key(
        "m", ASK, {"b": 2, "a": 1}, None
    )


def test_no_secret_is_kept(tmp_path: Path) -> None:
    model = Replayed("m", Transcript(tmp_path / "t"), QueueModel([f"it is {KEY}"]))
    model.complete([Message("user", KEY)])
    assert KEY not in (tmp_path / "t").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "line", ["{", "[]", '{"key": "a"}', '{"key": "a", "answer": {}}']
)
def test_a_file_that_is_no_transcript_is_told(tmp_path: Path, line: str) -> None:
    (tmp_path / "t").write_text(f"{line}\n", encoding="utf-8")
    with pytest.raises(ModelFailed, match="line 1 is none of a transcript"):
        Transcript(tmp_path / "t")
