"""Tuning as JSON: what browsers are told stays what it is."""

from __future__ import annotations

import json

from couler_jupyter.protocol import SettingState, tuning_view
from tests.protocol.golden import check
from tests.protocol.tunings import full


def test_what_is_told_of_tuning() -> None:
    check(
        "protocol/tuning.json", json.dumps(full(), indent=1, ensure_ascii=False) + "\n"
    )


def test_many_settings_are_counted() -> None:
    many = [SettingState(id=f"{i:03}", text=str(i)) for i in range(250)]
    view = tuning_view(
        step="a",
        metric="m",
        maximize=True,
        split="test",
        trivial=None,
        unit="epoch",
        units=0,
        settings=many,
    )
    assert (len(view["settings"]), view["hidden"]) == (200, 50)
