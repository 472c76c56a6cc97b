"""Logs by ranges of bytes: whole letters, escapes as text, followed from where one was."""

from __future__ import annotations

from typing import Any

import pytest

from couler_jupyter.ir import Phase, RunEvent
from couler_jupyter.runs import RunRecord, RunStore
from couler_jupyter.server.logs import _whole_letters
from tests.server import past
from tests.server.serving import Client


def _printed(store: RunStore, text: bytes, **more: Any) -> RunRecord:
    run = past.failed(store, **more)
    store.log_path(run.id, "train", 1).write_bytes(text)
    return run


def _log(client: Client, run: RunRecord, **query: str | int) -> Any:
    return client.get(f"/runs/{run.id}/log", step="train", **query)


def test_all_of_a_short_one(client: Client, store: RunStore) -> None:
    run = _printed(store, b"one\n\x1b[31mred\x1b[0m\n")
    found = _log(client, run)
    assert found["text"] == "one\n\x1b[31mred\x1b[0m\n"
    assert (found["offset"], found["next"], found["size"]) == (0, 17, 17)
    assert (found["attempt"], found["attempts"], found["ended"]) == (1, 1, True)


@pytest.mark.parametrize("limit", [16, 17, 18, 19])
def test_pieces_cut_no_letter_in_two(
    client: Client, store: RunStore, limit: int
) -> None:
    text = "aé€😀 " * 20
    run = _printed(store, text.encode())
    seen, offset, size = "", 0, len(text.encode())
    while offset < size:
        found = _log(client, run, limit=limit, offset=offset)
        assert found["offset"] == offset < found["next"]
        seen, offset = seen + found["text"], found["next"]
    assert seen == text


def test_what_is_no_text_is_shown_as_such(client: Client, store: RunStore) -> None:
    run = _printed(store, b"\xff\xfeab\xc3")
    assert _log(client, run)["text"] == "\ufffd\ufffdab\ufffd"


def test_a_letter_that_is_still_being_written(client: Client, store: RunStore) -> None:
    run = past.told(store, ("", Phase.RUNNING), ("train", Phase.RUNNING), remote=True)
    path = store.log_path(run.id, "train", 1)
    assert _log(client, run) == _log(client, run, offset=0)  # there is none yet
    path.write_bytes("a€".encode()[:-1])
    first = _log(client, run)
    assert (first["text"], first["next"], first["ended"]) == ("a", 1, False)
    path.write_bytes("a€".encode())
    assert _log(client, run, offset=first["next"])["text"] == "€"


def test_followed_from_where_one_was(client: Client, store: RunStore) -> None:
    run = past.told(store, ("", Phase.RUNNING), ("train", Phase.RUNNING), remote=True)
    path = store.log_path(run.id, "train", 1)
    path.write_bytes(b"one\n")
    first = _log(client, run)
    assert not first["ended"]
    with path.open("ab") as file:
        file.write(b"two\n")
    done = RunEvent(step="train", phase=Phase.SUCCEEDED, time=past.BEGUN, attempt=1)
    store.record(run.id, [done])
    second = _log(client, run, offset=first["next"])
    assert (second["text"], second["ended"]) == ("two\n", True)
    third = _log(client, run, offset=second["next"])
    assert (third["text"], third["next"]) == ("", second["next"])


def test_one_that_was_begun_anew(client: Client, store: RunStore) -> None:
    run = _printed(store, b"new\n")
    found = _log(client, run, offset=1000)
    assert (found["text"], found["offset"]) == ("new\n", 0)


def test_its_end_begins_with_a_line(client: Client, store: RunStore) -> None:
    run = _printed(store, b"".join(b"line %d\n" % n for n in range(100)))
    found = _log(client, run, tail=20)
    assert found["text"] == "line 98\nline 99\n"
    assert found["next"] == found["size"]
    assert _log(client, run, tail=10_000)["text"].startswith("line 0\n")


def test_a_line_of_a_megabyte(client: Client, store: RunStore) -> None:
    run = _printed(store, b"x" * (1 << 20))
    assert len(_log(client, run, limit=1 << 20)["text"]) == 1 << 20
    assert len(_log(client, run)["text"]) == 1 << 18
    assert (
        client.ask(
            "GET",
            f"/runs/{run.id}/log",
            query={"step": "train", "limit": (1 << 20) + 1},
        ).status
        == 400
    )


def test_an_earlier_attempt(client: Client, store: RunStore) -> None:
    run = past.told(store, ("", Phase.RUNNING), ("train", Phase.FAILED), remote=True)
    again = RunEvent(step="train", phase=Phase.RUNNING, time=past.BEGUN, attempt=2)
    store.record(run.id, [again])
    store.log_path(run.id, "train", 1).write_bytes(b"first")
    store.log_path(run.id, "train", 2).write_bytes(b"second")
    assert _log(client, run)["text"] == "second"
    earlier = _log(client, run, attempt=1)
    assert (earlier["text"], earlier["ended"]) == ("first", True)
    answer = client.ask(
        "GET", f"/runs/{run.id}/log", query={"step": "train", "attempt": 3}
    )
    assert answer.status == 404


@pytest.mark.parametrize(
    "step", ["../../../../etc/passwd", "train/../../lock", "/etc/passwd", "train\0"]
)
def test_a_step_is_no_path(client: Client, store: RunStore, step: str) -> None:
    run = _printed(store, b"x")
    answer = client.ask("GET", f"/runs/{run.id}/log", query={"step": step})
    assert answer.status == 404


def test_a_step_with_a_hostile_name(client: Client, store: RunStore) -> None:
    name = "../<script>alert(1)</script>\u202e😀"
    run = past.told(store, ("", Phase.RUNNING), (name, Phase.FAILED))
    store.log_path(run.id, name, 1).write_bytes(b"it said so")
    answer = client.ask("GET", f"/runs/{run.id}/log", query={"step": name})
    assert (answer.json["text"], answer.json["step"]) == ("it said so", name)
    assert answer.headers["content-type"].startswith("application/json")


@pytest.mark.parametrize("letter", ["a", "é", "€", "😀"])
def test_only_the_beginning_of_a_letter_is_left_out(letter: str) -> None:
    whole = letter.encode()
    for end in range(len(whole) + 1):
        kept = b"x" + (whole if end == len(whole) else b"")
        assert _whole_letters(b"x" + whole[:end]) == kept
