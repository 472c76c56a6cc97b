from __future__ import annotations

import json
from collections.abc import Mapping

import pytest

from couler_jupyter.protocol import Held, heard, place_view, workflows_view
from tests.protocol import golden
from tests.protocol.panels import (
    PLACE,
    REQUEST,
    SESSION,
    refused,
    shown,
    small,
    started,
    two_workflows,
)

GOLDENS: Mapping[str, Mapping[str, object]] = {
    "workflows": two_workflows(),
    "heard": heard(SESSION, REQUEST),
    "shown": shown(),
    "refused": refused(),
    "started": started(),
}


@pytest.mark.parametrize("name", GOLDENS)
def test_message_is_what_it_was(name: str) -> None:
    text = json.dumps(GOLDENS[name], indent=1, ensure_ascii=False) + "\n"
    golden.check(f"protocol/panel_{name}.json", text)


def test_inputs_that_have_to_be_given_are_named() -> None:
    view = workflows_view(SESSION, [Held(workflow=small(), place=PLACE)])
    assert view["workflows"][0]["needs"] == ["day", "table"]


def test_a_place_from_a_hostile_file_is_one_line() -> None:
    assert place_view(text="a\x1b[31m\n\u202eb.py, line 1")["text"] == "a b.py, line 1"
