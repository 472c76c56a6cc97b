"""Artifacts that are a checkout of a Git repository."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

from couler_jupyter.engines.local.placing.run_folder import remove, write_whole
from couler_jupyter.engines.local.secrets import Secrets
from couler_jupyter.engines.local.storing.trouble import StorageTrouble
from couler_jupyter.ir import Git

_PATIENCE = 3600.0
_LINES = 3
_COMMIT = "commit:"
_WHOLE_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")


def check_out(storage: Git, target: Path, secrets: Secrets) -> str:
    """Clone the repository to `target`, at the branch or revision asked for.

    Returns:
        Which version it is, as `version` tells it.

    Raises:
        StorageTrouble: Git is not installed, or says no.
    """
    _check(storage)
    with _identity(storage, secrets) as env:
        try:
            _run(_clone(storage, target), env, storage)
            for what in storage.fetch:
                _run(("-C", str(target), "fetch", "origin", "--", what), env, storage)
            if storage.revision:
                _check_out_revision(storage, target, env)
            if not storage.disable_submodules:
                command = ("submodule", "update", "--init", "--recursive")
                _run(("-C", str(target), *command), env, storage)
            commit = _run(("-C", str(target), "rev-parse", "HEAD"), env, storage)
        except BaseException:
            remove(target)
            raise
    return f"{_COMMIT}{commit.strip()}"


def version(storage: Git, secrets: Secrets) -> str:
    """Return `commit:` and the commit that the repository has where it is asked for.

    Empty if it does not say so without being read, as for the beginning of a commit.

    Raises:
        StorageTrouble: Git is not installed, or says no.
    """
    _check(storage)
    name = str(storage.revision) or storage.branch or "HEAD"
    if _WHOLE_COMMIT.fullmatch(name):
        return f"{_COMMIT}{name}"
    with _identity(storage, secrets) as env:
        asked = ("ls-remote", "--", str(storage.repository), name, f"{name}^{{}}")
        lines = _run(asked, env, storage).splitlines()
    commits = {ref: commit for commit, _, ref in (one.partition("\t") for one in lines)}
    for ref in (
        f"refs/tags/{name}^{{}}",
        f"refs/tags/{name}",
        f"refs/heads/{name}",
        name,
    ):
        if ref in commits:
            return f"{_COMMIT}{commits[ref]}"
    return ""


def _check(storage: Git) -> None:
    if shutil.which("git") is None:
        raise StorageTrouble(
            "git is not installed; install it to check out a repository"
        )
    for name, word in (("revision", storage.revision), ("branch", storage.branch)):
        if str(word).startswith("-"):
            raise StorageTrouble(f"{name} {word!r} is none")


def _check_out_revision(storage: Git, target: Path, env: Mapping[str, str]) -> None:
    revision = str(storage.revision)
    if storage.depth is not None:
        fetch = ("fetch", "--depth", str(storage.depth), "origin", "--", revision)
        _run(("-C", str(target), *fetch), env, storage)
        revision = "FETCH_HEAD"
    _run(("-C", str(target), "checkout", "--quiet", revision, "--"), env, storage)


def _clone(storage: Git, target: Path) -> tuple[str, ...]:
    words = ["clone", "--quiet"]
    if storage.depth is not None:
        words += ["--depth", str(storage.depth)]
    if storage.branch:
        words += ["--branch", storage.branch]
    if storage.single_branch:
        words += ["--single-branch"]
    return (*words, "--", str(storage.repository), str(target))


@contextmanager
def _identity(storage: Git, secrets: Secrets) -> Generator[dict[str, str]]:
    """Yield the environment in which Git may use the credentials."""
    env = {**os.environ, "GIT_TERMINAL_PROMPT": "0", "GIT_LFS_SKIP_SMUDGE": "0"}
    with tempfile.TemporaryDirectory(prefix="couler-git-") as folder:
        if storage.ssh_key is not None:
            key = Path(folder) / "key"
            write_whole(key, f"{secrets.value(storage.ssh_key) or ''}\n".encode())
            env["GIT_SSH_COMMAND"] = (
                f"ssh -i {shlex.quote(str(key))} -o IdentitiesOnly=yes -o BatchMode=yes"
            )
        if storage.username is not None or storage.password is not None:
            file = Path(folder) / "credentials"
            write_whole(file, _credentials(storage, secrets).encode())
            helper = f"store --file={shlex.quote(str(file))}"
            env |= {
                "GIT_CONFIG_COUNT": "1",
                "GIT_CONFIG_KEY_0": "credential.helper",
                "GIT_CONFIG_VALUE_0": helper,
            }
        yield env


def _credentials(storage: Git, secrets: Secrets) -> str:
    """Return a line as git-credential-store(1) reads it."""
    parts = urlsplit(str(storage.repository))
    known = [storage.username, storage.password]
    user, password = [
        quote((secrets.value(ref) if ref else "") or "", "") for ref in known
    ]
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit((parts.scheme, f"{user}:{password}@{host}", "", "", "")) + "\n"


def _run(words: tuple[str, ...], env: Mapping[str, str], storage: Git) -> str:
    """Run Git and return what it prints."""
    try:
        done = subprocess.run(
            ("git", *words),
            env=env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        what = f"{shown(storage)} took longer than an hour"
        raise StorageTrouble(what, transient=True) from None
    if done.returncode:
        why = " ".join(done.stderr.strip().splitlines()[-_LINES:])
        raise StorageTrouble(f"{shown(storage)}: git says: {why}", transient=True)
    return done.stdout


def shown(storage: Git) -> str:
    """Return the repository without a user and password in it."""
    text = str(storage.repository)
    parts = urlsplit(text)
    if not parts.scheme or "@" not in parts.netloc:
        return text
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit((parts.scheme, host, parts.path, "", ""))
