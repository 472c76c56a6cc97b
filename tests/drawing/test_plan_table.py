"""A plan's rows for a table: the words of the text, and numbers to sort by."""

from __future__ import annotations

from base64 import b64decode

from couler_jupyter.drawing import plan_table_view, plan_text
from couler_jupyter.planning import plan_view
from couler_jupyter.protocol import workflow_view
from tests.drawing.graphs import HOSTILE
from tests.protocol.plans import plan, plan_unknown, workflow


def test_rows_say_what_the_text_says() -> None:
    view = plan_view(plan())
    table = plan_table_view(view)
    text = plan_text(view)
    assert table["heading"] == text.splitlines()[0]
    for row in table["rows"]:
        assert row["told"] in text
        assert row["time"] in text
    for name, told in table["whole"]:
        assert f"{name:<9} {told}" in text


def test_numbers_are_of_all_times() -> None:
    rows = {one["id"]: one for one in plan_table_view(plan_view(plan()))["rows"]}
    assert rows["each"]["seconds"] == 6.0
    assert (rows["clean"]["bytes"], rows["clean"]["amount"]) == (1200, 0.25)
    assert (rows["load"]["bytes"], rows["load"]["leaves"]) == (None, "")
    assert rows["tune/fit"]["seconds"] is None
    assert rows["tune/fit"]["time"] == "unknown"


def test_the_picture_is_an_image_of_the_dag() -> None:
    table = plan_table_view(plan_view(plan()), workflow_view(workflow()))
    kind, _, data = table["picture"].partition("base64,")
    assert kind == "data:image/svg+xml;"
    assert "part 2" in b64decode(data).decode()
    assert plan_table_view(plan_view(plan_unknown()))["picture"] == ""


def test_what_is_too_much_is_counted() -> None:
    view = plan_view(plan())
    view["rows"] = view["rows"] * 500
    view["notes"] = [HOSTILE[0]] * 300
    table = plan_table_view(view)
    assert (len(table["rows"]), table["hidden"]) == (2000, 1500)
    assert table["notes"][-1] == "and 100 more"
