"""Secrets and config maps: found by reference, given to the step alone."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from couler_jupyter.ir import ConfigRef, EnvFrom, EnvSource, EnvVar, SecretRef
from couler_jupyter.testing.parts import flow, sh, step
from tests.engines.local.runs.bench import Bench, Ended

WORD = "hunter2-and-more"


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    folder = tmp_path / "config/couler"
    folder.mkdir(parents=True)
    return folder


def write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


def nowhere(ended: Ended, word: str) -> None:
    """No file of the store has the word in it."""
    for file in ended.bench.store.root.rglob("*"):
        if file.is_file():
            assert word.encode() not in file.read_bytes(), file


def test_a_secret_goes_to_the_step_and_nowhere_else(
    bench: Bench, config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COULER_SECRET_MY_DB_PASS_WORD", WORD)
    secret = EnvVar("PW", SecretRef("my-db", "pass.word"))
    count = sh("printf %s $PW | wc -c; echo $PW >&2", env=(secret,))
    other = sh("env | grep -c hunter2")
    ended = bench.run(flow("w", step("a", count), step("b", other)))
    assert ended["a"] == len(WORD)
    assert "***" in ended.log("a")
    assert ended.phases["b"] == "failed"
    ended.bench.store.close()
    nowhere(ended, WORD)


def test_where_secrets_are_looked_for(
    bench: Bench, config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = EnvVar("PW", SecretRef("db", "pw"))
    one = flow("w", step("a", sh("printf %s $PW | wc -c", env=(secret,))))
    ended = bench.run(one)
    assert ended.phases == {"a": "errored"}
    assert ended.said("a") == (
        "secret 'db' has no key 'pw' here; set COULER_SECRET_DB_PW or write it to "
        f"{config}/secrets/db/pw"
    )
    write(config / "secrets/db/pw", "abc\n")
    assert bench.run(one)["a"] == 3
    monkeypatch.setenv("COULER_SECRETS", str(tmp_path / "other"))
    write(tmp_path / "other/db/pw", "abcde")
    assert bench.run(one)["a"] == 5
    monkeypatch.setenv("COULER_SECRET_DB_PW", "abcdefg")
    assert bench.run(one)["a"] == 7


def test_what_is_optional_is_left_out(bench: Bench, config: Path) -> None:
    variables = (
        EnvVar("A", SecretRef("s", "k", optional=True)),
        EnvVar("B", ConfigRef("c", "k", optional=True)),
    )
    sets = (EnvFrom(source=EnvSource.CONFIG_MAP, name="c", optional=True),)
    script = sh("echo ${A-none} ${B-none}", env=variables, env_from=sets)
    assert bench.run(flow("w", step("a", script)))["a"] == "none none"


def test_whole_sets(bench: Bench, config: Path) -> None:
    write(config / "configs/app/COLOUR", "blue\n")
    write(config / "configs/app/.hidden", "x")
    write(config / "secrets/keys/ONE", "secret-one")
    sets = (
        EnvFrom(source=EnvSource.CONFIG_MAP, name="app"),
        EnvFrom(source=EnvSource.SECRET, name="keys", prefix="K_"),
    )
    own = (EnvVar("HUE", ConfigRef("app", "COLOUR")),)
    script = sh(
        "echo $COLOUR $HUE $K_ONE >&2; echo $COLOUR ${#K_ONE}", env=own, env_from=sets
    )
    ended = bench.run(flow("w", step("a", script)))
    assert ended["a"] == "blue 10"
    assert ended.log("a").splitlines()[0] == "blue blue ***"
    missing = sh("true", env_from=(EnvFrom(source=EnvSource.CONFIG_MAP, name="no"),))
    ended = bench.run(flow("w", step("a", missing)))
    assert ended.said("a") == (
        f"no config map 'no' here; write its keys to {config}/configs/no/"
    )


def test_a_name_does_not_leave_the_folder(bench: Bench, config: Path) -> None:
    write(config / "loot", "x")
    secret = EnvVar("PW", SecretRef("..", "loot"))
    ended = bench.run(flow("w", step("a", sh("echo $PW", env=(secret,)))))
    assert ended.phases == {"a": "errored"}


def test_the_store_can_be_read(bench: Bench) -> None:
    """The check above would see a word if it were there."""
    ended = bench.run(flow("w", step("a", sh(f"echo {WORD}"))))
    ended.bench.store.close()
    sqlite3.connect(bench.store.root / "runs.sqlite").close()
    with pytest.raises(AssertionError):
        nowhere(ended, WORD)
