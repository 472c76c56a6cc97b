"""Entries are found by wishes that were written after them, the same ones every time."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path

import pytest

from couler_jupyter.nl.lake import Entry, Lake
from couler_jupyter.nl.lake.words import folded, words_of
from couler_jupyter.nl.modules import Kind

LAKE = Lake.builtin()
WISHES = tomllib.loads(Path(__file__).with_name("wishes.toml").read_text())


def recall(part: str, most: int) -> float:
    """Return for which share of the wishes an entry that answers it is found."""
    wishes: dict[str, list[str]] = WISHES[part]
    found = [
        {hit.entry.name for hit in LAKE.find(text, most=most)} & {*names}
        for text, names in wishes.items()
    ]
    return sum(map(bool, found)) / len(wishes)


def test_wishes_name_entries_there_are_and_are_enough() -> None:
    names = {one.name for one in LAKE.entries}
    for part in ("tune", "held"):
        assert {one for many in WISHES[part].values() for one in many} <= names
    assert len(WISHES["held"]) >= 60
    assert not {*WISHES["held"]} & {*WISHES["tune"]}


def test_no_wish_stands_in_the_lake() -> None:
    known = {
        text.lower() for one in LAKE.entries for text in (one.intent, *one.synonyms)
    }
    assert not known & {text.lower() for text in WISHES["held"]}


@pytest.mark.parametrize("part", ["tune", "held"])
def test_what_answers_a_wish_is_among_the_first_five(part: str) -> None:
    assert recall(part, 5) >= 0.9


def test_what_answers_a_wish_is_mostly_the_first() -> None:
    assert recall("held", 1) >= 0.75


def test_only_entries_of_the_kinds_asked_for_are_found() -> None:
    hits = LAKE.find("train a model and report it", (Kind.REPORT,))
    assert hits
    assert all(Kind.REPORT in hit.entry.kinds for hit in hits)


def test_the_best_come_first_and_no_more_than_asked() -> None:
    hits = LAKE.find("train a model", most=3)
    assert len(hits) == 3
    assert [hit.score for hit in hits] == sorted(
        (hit.score for hit in hits), reverse=True
    )


@pytest.mark.parametrize("text", ["", "zzz qqq", "the of and", "🙂", "\0"])
def test_what_says_nothing_finds_nothing(text: str) -> None:
    assert LAKE.find(text) == ()


def test_an_empty_lake_finds_nothing() -> None:
    assert Lake().find("train") == ()


def test_a_lake_without_words_finds_nothing() -> None:
    entry = Entry(name="x", intent="the", code="1", kinds=(Kind.CUSTOM,))
    assert Lake().with_entry(entry).find("train") == ()


def test_vectors_and_words_decide_together() -> None:
    def embed(texts: Sequence[str]) -> list[tuple[float, float]]:
        return [
            (1.0, 0.0) if text == "zzz" or "Slack" in text else (0.0, 1.0)
            for text in texts
        ]

    assert LAKE.find("zzz", embed=embed)[0].entry.name == "notify-webhook"


def test_vectors_of_nothing_are_far_from_all() -> None:
    hits = LAKE.find("train", embed=lambda texts: [(0.0,) for _ in texts])
    plain = LAKE.find("train")
    assert [hit.entry for hit in hits] == [hit.entry for hit in plain]


def test_finding_prints_nothing_and_is_the_same_in_another_process() -> None:
    program = (
        "from couler_jupyter.nl.lake import Lake\n"
        "hits = Lake.builtin().find('compare three models every night')\n"
        "print([(one.entry.name, round(one.score, 6)) for one in hits])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONHASHSEED": "5", "PATH": ""},
        cwd=Path(__file__).parents[3],
    )
    hits = LAKE.find("compare three models every night")
    own = [(one.entry.name, round(one.score, 6)) for one in hits]
    assert done.stdout == f"{own}\n"
    assert not done.stderr


def test_one_entry_is_found_for_its_own_words() -> None:
    for entry in LAKE.entries:
        hits = LAKE.find(entry.intent, most=3)
        assert entry in [hit.entry for hit in hits], entry.name


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("train", "training"),
        ("models", "model"),
        ("splitting", "split"),
        ("evaluation", "evaluate"),
        ("notified", "notify"),
        ("categories", "category"),
        ("classes", "class"),
        ("tuned", "tuning"),
    ],
)
def test_forms_of_a_word_are_one(one: str, other: str) -> None:
    assert folded(one) == folded(other)


def test_names_in_code_are_words() -> None:
    assert words_of("couler.set_exit_handler(GridSearch)") == words_of(
        "couler set exit handler grid search"
    )
