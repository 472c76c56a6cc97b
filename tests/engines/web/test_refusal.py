"""What any server says when it refuses, and what its kind of server adds to that."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import ClassVar

import pytest

from couler_jupyter.engines.web.refusal import Refused, told
from couler_jupyter.engines.web.wire import Answer


class _Advised(Refused):
    advice_by_status: ClassVar[Mapping[int, str]] = {401: "log in"}


def _answer(status: int, body: object) -> Answer:
    text = body if isinstance(body, str) else json.dumps(body)
    return Answer(status, {}, text.encode())


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"detail": "no run"}, "no run"),
        ({"detail": [{"loc": ["body", "x"], "msg": "missing"}]}, "body.x: missing"),
        ({"message": "a\n b"}, "a b"),
        ({"error": "gone"}, "gone"),
        ({"error": {"message": "deep"}}, "deep"),
        ({"detail": None}, "status 400"),
        ([1], "[1]"),
        ("<html>Bad</html>", "status 400"),
        ("", "status 400"),
    ],
)
def test_what_is_said_is_one_line(body: object, said: str) -> None:
    assert told(_answer(400, body))[1] == said


def test_long_pages_are_cut() -> None:
    assert len(told(_answer(500, "x" * 10_000))[1]) == 400


def test_a_kind_of_server_says_what_to_do() -> None:
    error = _Advised("http://a", _answer(401, {"detail": "no"}))
    assert str(error) == "http://a: no (401); log in"
    assert str(Refused("http://a", _answer(401, {}))) == "http://a: status 401 (401)"


@pytest.mark.parametrize(("status", "passes"), [(503, True), (429, True), (404, False)])
def test_some_refusals_pass(status: int, passes: bool) -> None:
    assert Refused("a", _answer(status, {})).may_pass() is passes
