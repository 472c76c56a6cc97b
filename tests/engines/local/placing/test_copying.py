from __future__ import annotations

import os
from pathlib import Path

import pytest

from couler_jupyter.engines.local.placing import copying
from couler_jupyter.engines.local.placing.copying import Misplaced, check, copy, measure
from couler_jupyter.engines.local.placing.run_folder import RunFolder, remove


def test_a_copy_shares_nothing(tmp_path: Path) -> None:
    one = tmp_path / "a"
    one.write_text("1")
    one.chmod(0o640)
    copy(one, tmp_path / "deep/b", link=True)
    (tmp_path / "deep/b").write_text("2")
    assert one.read_text() == "1"
    assert (tmp_path / "deep/b").stat().st_mode & 0o777 == 0o640


def no_blocks_shared(source: int, target: int) -> bool:
    return False


def test_a_large_file_may_be_linked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copying, "LARGE", 2)
    monkeypatch.setattr(copying, "_cloned", no_blocks_shared)
    (tmp_path / "a").write_text("123")
    copy(tmp_path / "a", tmp_path / "b", link=True)
    copy(tmp_path / "a", tmp_path / "c")
    assert (tmp_path / "b").samefile(tmp_path / "a")
    assert not (tmp_path / "c").samefile(tmp_path / "a")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b", "c"]


def test_nothing_is_linked_where_blocks_can_be_shared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def clone(source: int, target: int) -> bool:
        os.write(target, os.read(source, 10))
        return True

    monkeypatch.setattr(copying, "LARGE", 2)
    monkeypatch.setattr(copying, "_cloned", clone)
    (tmp_path / "a").write_text("123")
    copy(tmp_path / "a", tmp_path / "b", link=True)
    assert (tmp_path / "b").read_text() == "123"
    assert not (tmp_path / "b").samefile(tmp_path / "a")


def test_what_is_there_is_replaced_whole(tmp_path: Path) -> None:
    (tmp_path / "d").mkdir()
    (tmp_path / "d/new").write_text("1")
    (tmp_path / "t").mkdir()
    (tmp_path / "t/old").write_text("0")
    copy(tmp_path / "d", tmp_path / "t")
    assert [path.name for path in (tmp_path / "t").iterdir()] == ["new"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["d", "t"]


def test_nothing_is_left_of_a_copy_that_fails(tmp_path: Path) -> None:
    (tmp_path / "d").mkdir()
    os.mkfifo(tmp_path / "d/pipe")
    with pytest.raises(Misplaced, match="pipe is neither"):
        copy(tmp_path / "d", tmp_path / "t")
    assert [path.name for path in tmp_path.iterdir()] == ["d"]


def test_links_that_lead_outside_are_found(tmp_path: Path) -> None:
    (tmp_path / "d/sub").mkdir(parents=True)
    (tmp_path / "d/a").write_text("1")
    (tmp_path / "d/sub/fine").symlink_to("../a")
    check(tmp_path / "d")
    (tmp_path / "d/sub/up").symlink_to("../../x")
    with pytest.raises(Misplaced, match="up is a symbolic link out of its folder"):
        check(tmp_path / "d")


def test_a_measure_tells_contents_and_names_apart(tmp_path: Path) -> None:
    def folder(name: str, **files: str) -> Path:
        made = tmp_path / name
        made.mkdir()
        for file, text in files.items():
            (made / file).write_text(text)
        return made

    one = folder("one", a="1", b="22")
    assert measure(one) == measure(folder("same", b="22", a="1"))
    assert measure(one)[0] == 3
    digests = {measure(one)[1]}
    digests.add(measure(folder("two", a="22", b="1"))[1])
    digests.add(measure(folder("three", a="1", c="22"))[1])
    digests.add(measure(folder("four", a="1", b="22", c=""))[1])
    assert len(digests) == 4


def test_folders_that_are_in_the_way_go(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path, tmp_path)
    work = folder.make_work("a", 1)
    (work / "x").mkdir()
    (work / "x/y").write_text("1")
    assert folder.make_work("a", 1) == work
    assert not list(work.iterdir())
    (work / "file").write_text("1")
    folder.sweep(keep_work=True)
    assert (work / "file").exists()
    folder.sweep(keep_work=False)
    assert not work.exists()
    remove(work)


def test_what_a_link_leads_to_stays(tmp_path: Path) -> None:
    (tmp_path / "d").mkdir()
    (tmp_path / "d/x").write_text("1")
    (tmp_path / "link").symlink_to("d")
    remove(tmp_path / "link")
    assert (tmp_path / "d/x").exists()
    assert not (tmp_path / "link").exists()
