"""Entries of a person beside ours: from a folder, from a cell, saved."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from couler_jupyter.errors import InvalidDocument, UnknownName
from couler_jupyter.nl.lake import (
    Entry,
    Lake,
    lake_folder,
    save_entry,
    write_entry,
)
from couler_jupyter.nl.modules import Kind

OWN = Entry(
    name="quarterly",
    intent="Write the quarterly figures of the shop",
    code="x = 1",
    kinds=(Kind.REPORT,),
)


def test_a_lake_is_ordered_by_name_and_knows_them() -> None:
    lake = Lake.builtin()
    names = [one.name for one in lake.entries]
    assert names == sorted({*names})
    assert lake.named("load-csv").kinds == (Kind.LOADING,)
    with pytest.raises(UnknownName, match="did you mean 'load-csv'"):
        lake.named("load-cvs")


def test_an_entry_goes_before_one_of_its_name() -> None:
    lake = Lake.builtin()
    other = replace(OWN, name="load-csv")
    assert lake.with_entry(other).named("load-csv") == other
    assert len(lake.with_entry(other).entries) == len(lake.entries)
    assert lake.named("load-csv") != other


def test_a_folder_that_is_not_there_has_no_entries(tmp_path: Path) -> None:
    assert Lake().with_folder(tmp_path / "none") == Lake()


def test_a_persons_folder_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COULER_LAKE", str(tmp_path / "lake"))
    assert Lake.at_hand() == Lake.builtin()
    path = save_entry(OWN)
    assert path == lake_folder() / "quarterly.md"
    lake = Lake.at_hand()
    assert lake.named("quarterly") == OWN
    assert lake.find("figures of each quarter")[0].entry == OWN


def test_the_folder_is_among_the_users_settings(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("COULER_LAKE", raising=False)
    assert lake_folder().parts[-2:] == ("couler", "lake")


@pytest.mark.parametrize("content", [b"nothing", b"\xff\xfe", b"x" * 100_000])
def test_a_file_that_is_no_entry_is_named(tmp_path: Path, content: bytes) -> None:
    tmp_path.joinpath("bad.md").write_bytes(content)
    with pytest.raises(InvalidDocument, match=r"bad\.md: ") as caught:
        Lake().with_folder(tmp_path)
    assert "\n" not in str(caught.value)


def test_two_files_with_one_name_are_refused(tmp_path: Path) -> None:
    for name in ("a.md", "b.md"):
        tmp_path.joinpath(name).write_text(write_entry(OWN))
    with pytest.raises(InvalidDocument, match=r"b\.md: .*is in a\.md already"):
        Lake().with_folder(tmp_path)


def test_saving_replaces_as_a_whole_and_leaves_nothing_else(tmp_path: Path) -> None:
    save_entry(OWN, tmp_path)
    path = save_entry(replace(OWN, code="x = 2"), tmp_path)
    assert "x = 2" in path.read_text()
    assert [one.name for one in tmp_path.iterdir()] == ["quarterly.md"]


@pytest.mark.parametrize(
    "entry",
    [
        replace(OWN, name="../quarterly"),
        replace(OWN, name="a/b"),
        replace(OWN, name=""),
        replace(OWN, intent="two\nlines"),
        replace(OWN, synonyms=("one; two",)),
        replace(OWN, code="x = 1\n```\n\nmore"),
        replace(OWN, code="no python"),
        replace(OWN, step="nowhere"),
    ],
)
def test_what_would_not_be_read_again_is_not_written(
    entry: Entry, tmp_path: Path
) -> None:
    folder = tmp_path / "lake"
    with pytest.raises(InvalidDocument):
        save_entry(entry, folder)
    assert not folder.exists()
    assert not any(tmp_path.iterdir())


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    tmp_path.joinpath("lake").write_text("a file")
    with pytest.raises(InvalidDocument, match="cannot be written"):
        save_entry(OWN, tmp_path / "lake")
