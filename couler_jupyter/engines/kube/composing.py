"""From the events of the YAML parser to plain objects and their marks, without recursion."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeAlias

import yaml  # noqa: TID253 (this module is imported only where YAML is read)

from couler_jupyter.engines.kube.places import Mark, Marks, Path, Place, mark, place_of
from couler_jupyter.engines.kube.scalars import LETTERS, Scalar, plain
from couler_jupyter.engines.kube.unreadable import Unreadable
from couler_jupyter.ir.yaml_bounds import Bounds, refused

if TYPE_CHECKING:
    _Loader = yaml.SafeLoader
else:
    _Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

Composed: TypeAlias = tuple[Any, Marks, list[tuple[Path, Mark]]]

_TAG = "tag:yaml.org,2002:"
_KINDS: Mapping[str, tuple[type, ...]] = MappingProxyType(
    {"int": (int,), "float": (int, float), "bool": (bool,), "null": (type(None),)}
)
_MERGE = "<<"


def compose(text: str, deepest: int, *, letters: bool = False) -> Iterator[Composed]:
    """Yield each document of a YAML text: its value, marks and keys that stand twice.

    Args:
        text: the text.
        deepest: levels at the most.
        letters: whether `y` and `n` are text, as Python's readers have it.

    Raises:
        Unreadable: from there on it is no YAML, or none of a kind that is allowed.
    """
    try:
        yield from _compose(text, deepest, letters)
    except yaml.MarkedYAMLError as error:
        raise _unreadable(error) from None
    except yaml.reader.ReaderError as error:
        raise Unreadable(_what_not(error), _place_in(text, error)) from None
    except UnicodeEncodeError as error:
        line = text.count("\n", 0, error.start) + 1
        column = error.start - text.rfind("\n", 0, error.start)
        raise Unreadable("half of a surrogate pair", Place(line, column)) from None


def _compose(text: str, deepest: int, letters: bool) -> Iterator[Composed]:
    document = _Document(deepest, letters)
    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, yaml.DocumentStartEvent):
            document = _Document(deepest, letters)
        elif isinstance(event, yaml.DocumentEndEvent):
            yield document.value, document.marks, document.doubles
        else:
            document.see(event)


class _Open:
    """A list or mapping whose end has not been seen."""

    __slots__ = ("anchor", "at", "items", "key", "key_at", "marks", "merges", "values")

    def __init__(self, at: Mark, anchor: str | None) -> None:
        self.at = at
        self.anchor = anchor
        self.values: dict[str, Any] | None = None
        self.items: list[Any] | None = None
        self.marks: Any = None
        self.key: str | None = None
        self.key_at: Mark = 0
        self.merges: list[tuple[Any, Any]] = []


class _Document:
    """One document as far as its events have been seen."""

    def __init__(self, deepest: int, letters: bool) -> None:
        self._letters = letters
        self.value: Any = None
        self.marks: Marks = 0
        self.doubles: list[tuple[Path, Mark]] = []
        self._bounds = Bounds(deepest)
        self._open: list[_Open] = []
        self._anchors: dict[str, tuple[Any, Marks]] = {}

    def see(self, event: Any) -> None:  # noqa: ANN401 (events have no common type in yaml)
        """Take one event in."""
        self._bounds.see(event)
        if isinstance(event, yaml.ScalarEvent):
            self._scalar(event)
        elif isinstance(event, yaml.CollectionStartEvent):
            self._start(event)
        elif isinstance(event, yaml.CollectionEndEvent):
            self._end()
        elif isinstance(event, yaml.AliasEvent):
            self._alias(event)

    def _scalar(self, event: Any) -> None:  # noqa: ANN401
        at = mark(event.start_mark.line, event.start_mark.column)
        top = self._open[-1] if self._open else None
        wants_key = top is not None and top.values is not None and top.key is None
        if wants_key and event.implicit[0] and event.value == _MERGE:
            assert top is not None
            top.key, top.key_at = _MERGE, -1
            return
        value = _scalar(event, self._letters)
        if event.anchor is not None:
            self._anchors[event.anchor] = value, at
        if wants_key:
            self._key(value, at, event)
        else:
            self._put(value, at)

    def _start(self, event: Any) -> None:  # noqa: ANN401
        is_map = isinstance(event, yaml.MappingStartEvent)
        if event.tag not in (None, "!", f"{_TAG}map" if is_map else f"{_TAG}seq"):
            raise refused(f"tag {_tag(event.tag)} is not known here", event)
        top = self._open[-1] if self._open else None
        if top is not None and top.values is not None and top.key is None:
            raise refused("a key must be text", event)
        at = mark(event.start_mark.line, event.start_mark.column)
        opened = _Open(at, event.anchor)
        if is_map:
            opened.values, opened.marks = {}, {}
        else:
            opened.items, opened.marks = [], []
        self._open.append(opened)

    def _end(self) -> None:
        done = self._open.pop()
        for value, marks in done.merges:
            _merge(done, value, marks)
        value = done.items if done.values is None else done.values
        marks = (done.at, done.marks)
        if done.anchor is not None:
            self._anchors[done.anchor] = value, marks
        self._put(value, marks)

    def _alias(self, event: Any) -> None:  # noqa: ANN401
        if event.anchor not in self._anchors:
            raise refused(f"alias {event.anchor!r} has no anchor before it", event)
        value, marks = self._anchors[event.anchor]
        at = mark(event.start_mark.line, event.start_mark.column)
        top = self._open[-1] if self._open else None
        if top is not None and top.values is not None and top.key is None:
            self._key(value, at, event)
        else:
            marked = at if isinstance(marks, int) else (at, marks[1])
            self._put(value, marked)

    def _key(self, value: Any, at: Mark, event: Any) -> None:  # noqa: ANN401
        top = self._open[-1]
        if isinstance(value, bool):
            value = "true" if value else "false"
        elif isinstance(value, (int, float)):
            value = f"{value:g}" if isinstance(value, float) else str(value)
        elif not isinstance(value, str):
            raise refused("a key must be text", event)
        assert top.values is not None
        if value in top.values:
            path = tuple(one.key or len(one.items or ()) for one in self._open[:-1])
            self.doubles.append(((*path, value), at))
        top.key, top.key_at = value, at

    def _put(self, value: Any, marks: Marks) -> None:  # noqa: ANN401
        if not self._open:
            self.value, self.marks = value, marks
            return
        top = self._open[-1]
        if top.items is not None:
            top.items.append(value)
            top.marks.append(marks)
            return
        assert top.values is not None
        assert top.key is not None
        if top.key == _MERGE and top.key_at == -1:
            if isinstance(value, list) and not isinstance(marks, int):
                top.merges += zip(value, marks[1], strict=True)
            else:
                top.merges.append((value, marks))
        else:
            top.values[top.key] = value
            top.marks[top.key] = (top.key_at, marks)
        top.key = None


def _merge(into: _Open, value: Any, marks: Any) -> None:  # noqa: ANN401
    """Add what a merge key brings and the mapping does not have itself."""
    assert into.values is not None
    if not isinstance(value, dict):
        raise Unreadable("only a mapping can be merged by '<<'", place_of(into.at))
    for key, inner in value.items():
        if key not in into.values:
            into.values[key] = inner
            into.marks[key] = marks[1][key]


def _scalar(event: Any, letters: bool) -> Scalar:  # noqa: ANN401
    tag, text = event.tag, str(event.value)
    if tag is None and letters and text in LETTERS:
        return text
    if tag == "!" or (tag is None and not event.implicit[0]):
        return text
    if tag is None:
        value = plain(text)
        if isinstance(value, float) and not math.isfinite(value):
            raise refused("a number must be finite", event)
        return value
    kind = tag.removeprefix(_TAG)
    if kind == "str":
        return text
    if tag == kind or kind not in _KINDS:
        raise refused(f"tag {_tag(tag)} is not known here", event)
    value = plain(text)
    if not isinstance(value, _KINDS[kind]):
        raise refused(f"{_shown(text)} is not of the kind of its tag, {kind}", event)
    return value


def _unreadable(error: yaml.MarkedYAMLError) -> Unreadable:
    at = error.problem_mark or error.context_mark
    place = Place(at.line + 1, at.column + 1) if at else Place(1, 1)
    what = str(error.problem or "no YAML")
    begun = error.context_mark
    if error.context and begun is not None and begun.line + 1 != place.line:
        what += f" ({error.context} that starts in line {begun.line + 1})"
    return Unreadable(what, place)


def _what_not(error: Any) -> str:  # noqa: ANN401
    return f"character {error.character!r}: {error.reason}"


def _place_in(text: str, error: Any) -> Place:  # noqa: ANN401
    before = text.encode("utf-8", "replace")[: error.position].decode("utf-8", "ignore")
    return Place(before.count("\n") + 1, len(before) - before.rfind("\n"))


def _tag(tag: str) -> str:
    return _shown(f"!!{tag[len(_TAG) :]}" if tag.startswith(_TAG) else tag)


def _shown(text: str) -> str:
    return repr(text if len(text) <= 60 else f"{text[:57]}...")
