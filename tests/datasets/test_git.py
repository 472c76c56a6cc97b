"""Checkouts as datasets: the commit is the version."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest

from couler_jupyter.engines.local.secrets import Secrets
from couler_jupyter.engines.local.storing import git
from couler_jupyter.ir import Dataset, Git
from tests.datasets.flows import reads
from tests.engines.local.runs.bench import Bench


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with one commit."""
    made = tmp_path / "repository"
    run(tmp_path, "init", "-q", "-b", "main", str(made))
    commit(made, "one")
    return made


def run(folder: Path, *words: str) -> str:
    who = ("-c", "user.name=me", "-c", "user.email=me@example.org")
    command = ("git", *who, *words)
    done = subprocess.run(command, cwd=folder, capture_output=True, check=True)
    return done.stdout.decode().strip()


def commit(repository: Path, text: str) -> str:
    (repository / "t.csv").write_text(text)
    run(repository, "add", "-A")
    run(repository, "commit", "-q", "-m", text)
    return run(repository, "rev-parse", "HEAD")


def test_versions(repository: Path, tmp_path: Path) -> None:
    first = run(repository, "rev-parse", "HEAD")
    run(repository, "tag", "-a", "v1", "-m", "first")
    second = commit(repository, "two")
    secrets = Secrets(tmp_path, {})

    def version(**more: Any) -> str:
        return git.version(Git(repository=str(repository), **more), secrets)

    assert version() == version(branch="main") == f"commit:{second}"
    assert version(revision="v1") == f"commit:{first}"
    assert version(revision="0" * 40) == f"commit:{'0' * 40}"
    assert version(revision=first[:8]) == ""
    source = Git(repository=str(repository), revision="v1")
    assert git.check_out(source, tmp_path / "t", secrets) == f"commit:{first}"


def test_a_commit_is_cloned_once(bench: Bench, repository: Path) -> None:
    one = Dataset(source=Git(repository=str(repository)))
    flow_ = reads(one, "return (table / 't.csv').read_text()", cache=None)
    assert bench.run(flow_)["read"] == "one"
    assert bench.run(flow_).phases == {"read": "cached"}
    commit(repository, "two")
    assert bench.run(flow_)["read"] == "two"
    revision = run(repository, "rev-parse", "HEAD~1")
    repository.rename(repository.with_name("gone"))
    pinned = Dataset(source=Git(repository=str(repository), revision=revision))
    assert bench.run(reads(pinned)).phases == {"read": "errored"}


def test_a_whole_commit_needs_nobody(bench: Bench, repository: Path) -> None:
    revision = run(repository, "rev-parse", "HEAD")
    one = Dataset(source=Git(repository=str(repository), revision=revision))
    flow_ = reads(one, "return (table / 't.csv').read_text()")
    assert bench.run(flow_)["read"] == "one"
    repository.rename(repository.with_name("gone"))
    assert bench.run(flow_)["read"] == "one"


def test_links_that_lead_out(bench: Bench, repository: Path) -> None:
    (repository / "inside").symlink_to("t.csv")
    commit(repository, "linked")
    one = Dataset(source=Git(repository=str(repository)))
    flow_ = reads(one, "return (table / 'inside').read_text()")
    assert [bench.run(flow_)["read"] for _ in range(2)] == ["linked", "linked"]
    (repository / "outside").symlink_to("/etc/passwd")
    commit(repository, "evil")
    ended = bench.run(flow_)
    assert ended.phases == {"read": "errored"}
    assert "outside is a symbolic link out of its folder" in ended.said("read")
