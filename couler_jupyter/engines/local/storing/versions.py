"""Which version of remote input there is, and what it is when it is read."""

from __future__ import annotations

from pathlib import Path

from couler_jupyter.engines.local.secrets import Secrets
from couler_jupyter.engines.local.storing import git, remote, web
from couler_jupyter.ir import S3, Git, Http, Remote


def version_of(
    source: Remote, secrets: Secrets, *, known: str = "", wanted: str = ""
) -> str:
    """Return which version there is, without reading it; empty if nothing tells.

    Args:
        source: where it lies; all its texts are known.
        secrets: where credentials are found.
        known: the version that was seen last, which some servers want to be told.
        wanted: the id of a version, for storages that have several.

    Raises:
        StorageTrouble: it cannot be asked.
        NoSecret: a credential is not there.
    """
    match source:
        case Http():
            return web.version(source, secrets, known)
        case Git():
            return git.version(source, secrets)
        case _:
            return remote.version(source, secrets, wanted=wanted)


def read_version(
    source: Remote, target: Path, secrets: Secrets, *, wanted: str = ""
) -> str:
    """Copy what lies there to `target` and return which version that is.

    Raises:
        StorageTrouble: it cannot be read.
        NoSecret: a credential is not there.
    """
    match source:
        case Http():
            return web.download(source, target, secrets)
        case Git():
            return git.check_out(source, target, secrets)
        case _:
            return remote.read(source, target, secrets, wanted=wanted)


def has_versions(source: Remote) -> bool:
    """Whether older versions can be read by their ids."""
    return isinstance(source, S3)
