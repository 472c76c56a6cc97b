"""What a dataset is called, and which of its versions is meant."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict

from couler_jupyter.engines.local.storing import git, web
from couler_jupyter.engines.local.storing.remote import path_of, protocol_of
from couler_jupyter.engines.local.storing.versions import has_versions
from couler_jupyter.engines.shelf import Copy
from couler_jupyter.ir import Dataset, Git, Http, Remote

CONTENT = "sha256:"
"""What a version begins with that is told by its content."""
_KINDS = ("id:", "etag:", "modified:", "commit:", "listing:", CONTENT)


def identity_of(source: Remote) -> str:
    """Return a text that is the same for the same place, asked in the same way.

    It is a hash, for an address may hold what nobody else is to know.
    """
    told = json.dumps([type(source).__name__, asdict(source)], sort_keys=True)
    return hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()


def shown(source: Remote) -> str:
    """Return the place for people, with nothing secret in it.

    >>> shown(Http(url="https://me:word@example.org/digits.csv?token=1"))
    'https://example.org/digits.csv'
    """
    match source:
        case Http():
            return web.shown(source)
        case Git():
            at = str(source.revision) or source.branch
            return f"{git.shown(source)}@{at}" if at else git.shown(source)
        case _:
            return f"{protocol_of(source)}://{path_of(source).lstrip('/')}"


def names_of(wanted: str) -> tuple[str, ...]:
    """Return how a version may be called that a user writes without its kind.

    >>> names_of("5f3a")
    ('5f3a', 'id:5f3a', 'etag:"5f3a"', 'etag:5f3a')
    """
    if not wanted or wanted.startswith(_KINDS):
        return (wanted,) if wanted else ()
    return (wanted, f"id:{wanted}", f'etag:"{wanted}"', f"etag:{wanted}")


def id_in(one: Dataset) -> str:
    """Return the id of the version that is to be read; empty for the latest."""
    wanted = str(one.version)
    if not has_versions(one.source):
        return ""
    plain = wanted.removeprefix("id:")
    return "" if plain.startswith(_KINDS) else plain


def is_meant(one: Dataset, version: str) -> bool:
    """Whether a version may be the one that is asked for, by what it is called."""
    wanted = str(one.version)
    if not wanted or wanted.startswith(CONTENT) or not version:
        return True
    return version in names_of(wanted)


def has_content(one: Dataset, copy: Copy) -> bool:
    """Whether a version has the content that is asked for, if any is."""
    wanted = str(one.version)
    return not wanted.startswith(CONTENT) or wanted == f"{CONTENT}{copy.content}"
