"""Objects with versions, and the history of their changes for whoever watches."""

from __future__ import annotations

import uuid
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from threading import Condition
from typing import Any

Object = dict[str, Any]


class Refusal(Exception):
    """What a server says no to, as Kubernetes has it."""

    def __init__(self, code: int, reason: str, message: str) -> None:
        self.code = code
        self.reason = reason
        super().__init__(message)

    @property
    def status(self) -> Object:
        """The object that is answered."""
        return {
            "kind": "Status",
            "apiVersion": "v1",
            "status": "Failure",
            "message": str(self),
            "reason": self.reason,
            "code": self.code,
        }


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one object."""

    version: int
    kind: str
    key: tuple[str, str]
    found: Object


class Objects:
    """All objects of a cluster, by collection (`workflows`, `pods`) and name."""

    def __init__(self) -> None:
        self._changed = Condition()
        self._objects: dict[tuple[str, str], Object] = {}
        self._history: list[Change] = []
        self._version = 100
        self._oldest = 0

    def create(self, collection: str, found: Object) -> Object:
        """Add an object; raises `Refusal` if there is one of that name."""
        metadata = found.setdefault("metadata", {})
        if not metadata.get("name"):
            made = f"{metadata.get('generateName', 'x-')}{uuid.uuid4().hex[:5]}"
            metadata["name"] = made
        key = (collection, metadata["name"])
        with self._changed:
            if key in self._objects:
                what = f'{collection} "{metadata["name"]}" already exists'
                raise Refusal(409, "AlreadyExists", what)
            metadata["uid"] = str(uuid.uuid4())
            metadata.setdefault("creationTimestamp", "2026-01-01T00:00:00Z")
            return self._put(key, found, "ADDED")

    def get(self, collection: str, name: str) -> Object:
        """Return a copy; raises `Refusal` if there is none."""
        with self._changed:
            return _copied(self._there((collection, name)))

    def replace(self, collection: str, found: Object) -> Object:
        """Write a whole object; raises `Refusal` if it was changed meanwhile."""
        key = (collection, found["metadata"]["name"])
        with self._changed:
            there = self._there(key)
            given = found["metadata"].get("resourceVersion")
            if given and given != there["metadata"]["resourceVersion"]:
                what = (
                    f'Operation cannot be fulfilled on {key[0]} "{key[1]}": the object '
                    "has been modified"
                )
                raise Refusal(409, "Conflict", what)
            found["metadata"]["uid"] = there["metadata"]["uid"]
            return self._put(key, found, "MODIFIED")

    def patch(self, collection: str, name: str, change: Object) -> Object:
        """Merge a change into an object (RFC 7386)."""
        with self._changed:
            there = self._there((collection, name))
            return self._put((collection, name), merged(there, change), "MODIFIED")

    def delete(self, collection: str, name: str) -> Object:
        """Remove an object."""
        with self._changed:
            found = self._there((collection, name))
            del self._objects[collection, name]
            self._note("DELETED", (collection, name), found)
            self._collect(found["metadata"]["uid"])
            return found

    def _collect(self, uid: str) -> None:
        """Remove an owner from what it owned, and what no other owns with it."""
        for (collection, name), one in [*self._objects.items()]:
            owners = one["metadata"].get("ownerReferences") or []
            left = [owner for owner in owners if owner["uid"] != uid]
            if len(left) == len(owners):
                continue
            if not left:
                self.delete(collection, name)
            else:
                metadata = {**one["metadata"], "ownerReferences": left}
                self._put((collection, name), {**one, "metadata": metadata}, "MODIFIED")

    def list(self, collection: str) -> tuple[list[Object], str]:
        """Return all objects of a collection, and the version they are of."""
        with self._changed:
            found = [
                _copied(one)
                for (kind, _), one in self._objects.items()
                if kind == collection
            ]
            return found, str(self._version)

    def uids(self, collection: str) -> dict[str, str]:
        """Return the uids of all objects of a collection, by name."""
        with self._changed:
            return {
                name: one["metadata"]["uid"]
                for (kind, name), one in self._objects.items()
                if kind == collection
            }

    def forget_history(self) -> None:
        """Let watches from before now end with 410."""
        with self._changed:
            self._oldest = self._version
            self._history.clear()
            self._changed.notify_all()

    def changes(
        self, collection: str, after: int, stopped: Callable[[], bool]
    ) -> Iterator[Change | None]:
        """Yield changes behind a version as they come; None if that is forgotten."""
        while not stopped():
            with self._changed:
                if after < self._oldest:
                    yield None
                    return
                found = self._behind(after)
                if not found:
                    self._changed.wait(0.05)
            for one in found:
                after = one.version
                if one.key[0] == collection:
                    yield one

    def _behind(self, version: int) -> Sequence[Change]:
        start = bisect_right(self._history, version, key=lambda one: one.version)
        return self._history[start:]

    def _there(self, key: tuple[str, str]) -> Object:
        if key not in self._objects:
            raise Refusal(404, "NotFound", f'{key[0]} "{key[1]}" not found')
        return self._objects[key]

    def _put(self, key: tuple[str, str], found: Object, kind: str) -> Object:
        self._objects[key] = found
        return _copied(self._note(kind, key, found))

    def _note(self, kind: str, key: tuple[str, str], found: Object) -> Object:
        self._version += 1
        found["metadata"]["resourceVersion"] = str(self._version)
        self._history.append(Change(self._version, kind, key, _copied(found)))
        self._changed.notify_all()
        return found


def _copied(found: Object) -> Object:
    """Return a copy of what JSON can say; several times as fast as `copy.deepcopy`."""
    return {key: _part_copied(value) for key, value in found.items()}


def _part_copied(found: Any) -> Any:
    if isinstance(found, dict):
        return _copied(found)
    if isinstance(found, list):
        return [_part_copied(one) for one in found]
    return found


def merged(there: Any, change: Any) -> Any:
    """Return the result of a JSON merge patch."""
    if not isinstance(change, dict):
        return _part_copied(change)
    made = dict(there) if isinstance(there, dict) else {}
    for key, value in change.items():
        if value is None:
            made.pop(key, None)
        else:
            made[key] = merged(made.get(key), value)
    return made
