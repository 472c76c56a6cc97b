from __future__ import annotations

from pathlib import Path

import pytest

from couler_jupyter.engines.local.secrets import Secrets
from couler_jupyter.engines.local.storing import git
from couler_jupyter.engines.local.storing.trouble import StorageTrouble
from couler_jupyter.ir import Git, SecretRef


def test_credentials_reach_git_by_a_file_of_their_own(tmp_path: Path) -> None:
    secrets = Secrets(
        tmp_path,
        {
            "COULER_SECRET_G_U": "me@x",
            "COULER_SECRET_G_P": "p/w",
            "COULER_SECRET_G_K": "k",
        },
    )
    storage = Git(
        repository="https://example.org/a/b.git",
        username=SecretRef("g", "u"),
        password=SecretRef("g", "p"),
        ssh_key=SecretRef("g", "k"),
    )
    with git._identity(storage, secrets) as env:
        file = Path(env["GIT_CONFIG_VALUE_0"].partition("--file=")[2])
        assert file.read_text() == "https://me%40x:p%2Fw@example.org\n"
        assert file.stat().st_mode & 0o777 == 0o600
        key = Path(env["GIT_SSH_COMMAND"].split()[2])
        assert key.read_text() == "k\n"
        assert key.stat().st_mode & 0o777 == 0o600
    assert not file.exists()
    assert not key.exists()


def test_a_repository_is_shown_without_its_password() -> None:
    assert git.shown(Git(repository="https://u:p@h/x.git")) == "https://h/x.git"
    assert git.shown(Git(repository="git@h:x.git")) == "git@h:x.git"


def test_without_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(StorageTrouble, match="git is not installed"):
        git.check_out(Git(repository="x"), tmp_path / "t", Secrets(tmp_path, {}))
