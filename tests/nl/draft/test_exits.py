"""What a wish wants at the end of a run is an exit handler, and no step before it."""

from __future__ import annotations

import pytest

from couler_jupyter.nl.draft import draft
from couler_jupyter.nl.lake import Lake
from couler_jupyter.nl.proposal import Proposal, Wish
from tests.nl.trying_here import try_here

LAKE = Lake.builtin()


def drafted(text: str) -> Proposal:
    made = draft(Wish(text=text), LAKE, try_program=try_here)
    assert isinstance(made, Proposal), made
    return made


def ends(made: Proposal) -> list[str]:
    return [
        line.removeprefix("couler.set_exit_handler(couler.")
        for line in made.code.splitlines()
        if line.startswith("couler.set_exit_handler(")
    ]


@pytest.mark.parametrize(
    ("text", "end"),
    [
        (
            "Load a.csv and clean it. If anything fails, tell slack.",
            "Failed, lambda: tell())",
        ),
        (
            "Alert us if the run fails. Load a.csv and clean it.",
            "Failed, lambda: alert())",
        ),
        ("Load a.csv, clean it; on failure notify us", "Failed, lambda: notify())"),
        (
            "If one of the steps goes wrong, mail me. Load a.csv and then clean it.",
            "Failed, lambda: mail())",
        ),
        (
            "Load a.csv and clean it; whatever happens, remove the scratch folder.",
            "Always, lambda: remove())",
        ),
        (
            "Load a.csv and clean it, and delete the copies at the end, whether it worked or not.",
            "Always, lambda: delete())",
        ),
        (
            "Load a.csv and clean it. When the run succeeds, announce it.",
            "Succeeded, lambda: announce())",
        ),
        (
            "Load a.csv and clean it; always run `rm -rf /tmp/x.csv` in busybox:1.36 at the end.",
            (
                'Always, lambda: couler.run_container("busybox:1.36", "sh", '
                '["-c", "rm -rf /tmp/x.csv"], step_name="run"))'
            ),
        ),
    ],
)
def test_the_end_of_a_run_has_its_own_handler(text: str, end: str) -> None:
    made = drafted(text)
    assert ends(made) == [end]
    assert not made.note
    assert made.code.count(" >> ") == 0
    assert 'table = load("a.csv")' in made.code
    assert "cleaned = clean(table)" in made.code


def test_both_ends_have_theirs() -> None:
    made = drafted(
        "Build the site; when the run succeeds publish it, when the run fails open a ticket"
    )
    assert sorted(one.partition(",")[0] for one in ends(made)) == [
        "Failed",
        "Succeeded",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Load a.csv; if that fails, load b.csv",
        "Load a.csv and clean it. If anything fails, load b.csv and mail me.",
        "Load a.csv, train a forest; in any case report it",
        "Load a.csv and clean it. If the run fails, retry it twice.",
    ],
)
def test_what_is_no_single_thing_at_the_end_of_a_run_is_said_to_be_left_out(
    text: str,
) -> None:
    made = drafted(text)
    assert not ends(made)
    assert "couler.set_exit_handler" in made.note


def test_the_handler_is_among_the_parts_that_are_told_and_has_a_name_of_its_own() -> (
    None
):
    made = drafted("Load a.csv and mail it. If anything fails, mail me.")
    assert [one.name for one in made.modules] == ["load", "mail", "mail-2"]
    assert len(ends(made)) == 1
