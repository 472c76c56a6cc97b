"""The files with targets: read with all that is wrong, written whole or not at all."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from couler_jupyter.errors import UnknownName, UsageFailed
from couler_jupyter.targets import (
    LOCAL,
    PROJECT_FILE,
    Target,
    load_targets,
    remove_target,
    save_target,
    target_named,
    targets_path,
)

STAGING = Target(
    name="staging",
    engine="argo",
    options={"server": "https://argo.example.org", "restarts": 2, "logs": False},
    secrets={"token": "env:STAGING_TOKEN"},
)


@pytest.fixture(autouse=True)
def own_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "config" / "targets.toml"
    monkeypatch.setenv("COULER_TARGETS", str(path))
    return path


def test_this_machine_is_always_there() -> None:
    assert load_targets() == (LOCAL,)


def test_what_is_saved_is_there(own_file: Path) -> None:
    assert save_target(STAGING) == own_file
    assert load_targets() == (LOCAL, STAGING)
    assert target_named("staging").origin == str(own_file)
    assert stat.S_IMODE(own_file.stat().st_mode) == 0o600


def test_saved_again_it_is_replaced_and_the_others_stay() -> None:
    other = Target(name="other", engine="argo")
    save_target(STAGING)
    save_target(other)
    changed = Target(name="staging", engine="argo", options={"namespace": "ml"})
    save_target(changed)
    assert load_targets() == (LOCAL, other, changed)


def test_removed_it_is_gone() -> None:
    save_target(STAGING)
    remove_target("staging")
    assert load_targets() == (LOCAL,)
    with pytest.raises(UnknownName, match="no target named 'staging'"):
        remove_target("staging")


def test_an_unknown_one_is_told_with_the_nearest() -> None:
    save_target(STAGING)
    with pytest.raises(UnknownName, match="did you mean 'staging'"):
        target_named("stagin")


def test_a_projects_file_goes_before_the_users(tmp_path: Path) -> None:
    save_target(STAGING)
    file = tmp_path / PROJECT_FILE
    file.write_text('[staging]\nengine = "local"\noptions = { slots = 2 }\n')
    found = target_named("staging", tmp_path)
    assert (found.engine, found.options) == ("local", {"slots": 2})
    assert found.origin == str(file)


@pytest.mark.parametrize(
    "line", ['secrets.token = "env:HOME"', 'options.token_from = "env:HOME"']
)
def test_a_projects_file_says_nothing_of_secrets(tmp_path: Path, line: str) -> None:
    (tmp_path / PROJECT_FILE).write_text(f'[a]\nengine = "argo"\n{line}\n')
    with pytest.raises(UsageFailed, match="not for a project's file"):
        load_targets(tmp_path)


@pytest.mark.parametrize(
    "text",
    ["[a\n", "a = 1\n", '[a]\nengine = ""\n', '[a]\nengine="b"\nx=1\n', "\x00"],
)
def test_a_wrong_file_is_named(own_file: Path, text: str) -> None:
    own_file.parent.mkdir()
    own_file.write_text(text)
    with pytest.raises(UsageFailed) as caught:
        load_targets()
    assert str(caught.value).startswith(str(own_file))
    assert "\n" not in str(caught.value)


def test_a_file_that_is_no_text(own_file: Path) -> None:
    own_file.parent.mkdir()
    own_file.write_bytes(b"\xff\xfe")
    with pytest.raises(UsageFailed, match="utf-8"):
        load_targets()


def test_a_wrong_file_is_not_overwritten(own_file: Path) -> None:
    own_file.parent.mkdir()
    own_file.write_text("[a\n")
    with pytest.raises(UsageFailed):
        save_target(STAGING)
    assert own_file.read_text() == "[a\n"


def test_a_folder_in_its_place(own_file: Path) -> None:
    own_file.mkdir(parents=True)
    with pytest.raises(UsageFailed, match=r"targets\.toml"):
        save_target(STAGING)


def test_a_folder_that_cannot_be_made(own_file: Path) -> None:
    own_file.parent.write_text("in the way")
    with pytest.raises(UsageFailed, match="cannot be written"):
        save_target(STAGING)


def test_a_link_to_where_it_is_kept_stays_one(own_file: Path, tmp_path: Path) -> None:
    kept = tmp_path / "dotfiles.toml"
    kept.touch()
    own_file.parent.mkdir()
    own_file.symlink_to(kept)
    save_target(STAGING)
    assert own_file.is_symlink()
    assert "staging" in kept.read_text()


def test_many_at_once_lose_nothing(own_file: Path) -> None:
    made = [Target(name=f"t{n}", engine="argo") for n in range(20)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(save_target, made))
    assert {one.name for one in load_targets()} == {"local"} | {t.name for t in made}
    left = {one.name for one in own_file.parent.iterdir()}
    assert left == {own_file.name, f".{own_file.name}.lock"}


OPTIONS = st.dictionaries(
    st.from_regex(r"[a-z][a-z0-9_]{0,10}", fullmatch=True).filter(
        lambda name: not name.endswith("_from") and "token" not in name
    ),
    st.booleans()
    | st.integers(-(2**62), 2**62)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20).filter(str.isprintable),
    max_size=4,
)


@given(options=OPTIONS)
def test_any_target_comes_back_as_it_was(options: dict[str, object]) -> None:
    try:
        target = Target(name="a", engine="argo", options=options)  # type: ignore[arg-type]
    except UsageFailed:
        return  # a word for secrets, or a URL with a password
    save_target(target)
    assert target_named("a") == target


def test_the_path_is_the_users_configuration(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COULER_TARGETS")
    assert targets_path().parts[-2:] == ("couler", "targets.toml")
