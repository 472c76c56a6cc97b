"""Datasets in the store, beside what steps leave behind: the same budget, the same policy.

A version of a dataset is a result of its own: its fingerprint is that of the place and
the version. Under two more names the index has which version that is: the one that was
seen last, and the one of a content.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, cast

from couler_jupyter.caching import Artifact
from couler_jupyter.engines.cache import Kind, Wish
from couler_jupyter.engines.shelf import Copy
from couler_jupyter.errors import StoreFailed
from couler_jupyter.reusing.keeping import Keeping
from couler_jupyter.store import Made, Object, Result, Store, Visit
from couler_jupyter.store.places import Folder

_BYTES, _VERSION = "data", "version"
_CONTENT = "sha256:"
_LATEST = ""


class DatasetShelf:
    """The datasets of one run; see `Shelf`.

    Attributes:
        visits: what the run has met, by fingerprint.
    """

    def __init__(self, store: Store, wish: Wish, keeping: Keeping) -> None:
        self.visits: dict[str, Visit] = {}
        self._store = store
        self._wish = wish
        self._keeping = keeping

    def copy(self, dataset: str, *versions: str) -> Copy | None:
        """Return what is known of the first of these versions that is known."""
        found = self._recall(dataset, versions)
        for version in versions:
            result = found.get(fingerprint_of(dataset, version))
            if result is not None and _VERSION in result.outputs:
                result = self._follow(dataset, result)
            if result is not None:
                return self._copy(result)
        return None

    def latest(self, dataset: str) -> tuple[Copy, float] | None:
        """Return the version that was seen last, and how many seconds ago it was."""
        key = fingerprint_of(dataset, _LATEST)
        alias = self._store.results.recall(key)
        result = None if alias is None else self._follow(dataset, alias)
        copy = None if result is None else self._copy(result)
        if alias is None or copy is None:
            return None
        return copy, time.time() - alias.made

    def saw(self, copy: Copy) -> None:
        """Take notice that this version is what lies there now."""
        self._store.results.remember(self._alias(copy, _LATEST))

    def met(self, copy: Copy) -> None:
        """Take notice that the run has to do with this version."""
        key = key_of(copy)
        if key not in self.visits:
            self._visit(copy, f"{copy.version}: known")

    def bring(self, copy: Copy, target: Path) -> None:
        """Write the bytes of a version; see `Shelf.bring`."""
        result = self._store.results.recall(key_of(copy))
        made = None if result is None else result.outputs[_BYTES].object
        if made is None:
            raise StoreFailed(f"nothing is known of {copy.name} any more")
        try:
            self._store.fetch(made, target, folder=copy.folder)
        except StoreFailed:
            self._keeping.forget(key_of(copy))
            raise
        self._keeping.read(self._artifact(copy))
        self._store.use([made.digest])
        self._visit(copy, f"{copy.version}: read from the store")

    def keep(self, copy: Copy, path: Path) -> None:
        """Take what was read: what it is, and its bytes if they are worth their room."""
        wanted = Object(copy.content, copy.size)
        verdict, kept = self._keeping.offer(
            self._artifact(copy), {wanted: lambda: path}
        )
        result = self._result(copy, kept.get(wanted.digest, wanted))
        content = self._alias(copy, f"{_CONTENT}{copy.content}")
        latest = self._alias(copy, _LATEST)
        named = [content] if content.fingerprint != result.fingerprint else []
        self._store.results.remember_many((one, ()) for one in (result, *named, latest))
        how = "kept" if verdict.keep else "not kept"
        self._visit(copy, f"{copy.version}: new here; {how}: {verdict.reason}")

    @contextmanager
    def alone(self, dataset: str) -> Generator[None]:
        """Have others on this machine that are about to read it wait."""
        folder = self._turns()
        folder.mkdir(parents=True, exist_ok=True)
        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
        descriptor = os.open(folder / dataset[:2], flags, 0o666)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def _turns(self) -> Path:
        place = self._store.place
        if isinstance(place, Folder):
            return place.path / "reading"
        from platformdirs import user_cache_path

        return user_cache_path("couler") / "reading"

    def _recall(self, dataset: str, versions: tuple[str, ...]) -> dict[str, Result]:
        keys = [fingerprint_of(dataset, version) for version in versions]
        return self._store.results.recall_many(keys)

    def _follow(self, dataset: str, alias: Result) -> Result | None:
        version = str(alias.outputs[_VERSION].value)
        return self._store.results.recall(fingerprint_of(dataset, version))

    def _copy(self, result: Result) -> Copy | None:
        made = result.outputs.get(_BYTES)
        if made is None:
            return None
        fields = cast("dict[str, Any]", made.value)
        return replace(Copy(**fields), held=self._store.holds(result.objects))

    def _result(self, copy: Copy, made: Object) -> Result:
        fields = asdict(replace(copy, held=False))
        kind = Kind.FOLDER if copy.folder else Kind.FILE
        output = Made(kind=kind, content=copy.content, value=fields, object=made)
        return self._named(copy, copy.version, {_BYTES: output})

    def _alias(self, copy: Copy, name: str) -> Result:
        output = Made(kind=Kind.JSON, content=copy.version, value=copy.version)
        return self._named(copy, name, {_VERSION: output})

    def _named(self, copy: Copy, version: str, outputs: dict[str, Made]) -> Result:
        return Result(
            fingerprint=fingerprint_of(copy.dataset, version),
            workflow=self._wish.workflow.name,
            step=copy.name,
            run=self._wish.run,
            outputs=outputs,
            seconds=copy.seconds,
            made=time.time(),
        )

    def _artifact(self, copy: Copy) -> Artifact:
        return artifact_of(copy, self._wish.workflow.name)

    def _visit(self, copy: Copy, reason: str) -> None:
        key = key_of(copy)
        self.visits[key] = Visit(
            copy.name,
            key,
            fingerprint=key,
            seconds=copy.seconds,
            size=copy.size,
            reason=reason,
        )


def key_of(copy: Copy) -> str:
    """Return the fingerprint of a version."""
    return fingerprint_of(copy.dataset, copy.version)


def fingerprint_of(dataset: str, version: str) -> str:
    """Return the fingerprint of what a dataset has under a name."""
    told = f"dataset\0{dataset}\0{version}"
    return hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()


def artifact_of(copy: Copy, workflow: str) -> Artifact:
    """Return a version as a policy knows it: what it costs is to read it again."""
    key = key_of(copy)
    return Artifact(
        key=key,
        workflow=workflow,
        step=copy.name,
        own=key,
        seconds=copy.seconds,
        size=copy.size,
    )
