"""YAML from strangers: plain values only, bounded, and strict about keys.

Words are read as YAML 1.2 reads them, so `on`, `12:30` and dates are text; one leading
0 makes a number octal, as people write file modes. What is written is quoted wherever
a reader of YAML 1.1 or 1.2 would take text for something else.

A few lines with aliases can stand for terabytes, and deep nesting overflows the stack of
the C composer, which asks nobody. So the parser's events are looked at first.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator
from typing import TYPE_CHECKING, Any

import yaml  # noqa: TID253 (this module is imported only where YAML is read)

if TYPE_CHECKING:
    _Base = yaml.SafeLoader
    _BaseDumper = yaml.SafeDumper
else:
    _Base = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    _BaseDumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)

MOST_REPEATED = 100_000
"""Nodes that aliases may add to those that are written out."""
DEEPEST = 500
_TAG = "tag:yaml.org,2002:"
_MERGE = f"{_TAG}merge"
_NUMBER = "-+.0123456789"
_PLAIN = (
    ("null", r"~|null|Null|NULL|", ("~", "n", "N", "")),
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("int", r"[-+]?(?:0|[1-9][0-9]*|0[0-7]+|0x[0-9a-fA-F]+|0o[0-7]+)", _NUMBER),
    ("float", r"[-+]?(?:\.[0-9]+|[0-9]+\.[0-9]*)(?:[eE][-+]?[0-9]+)?", _NUMBER),
    ("float", r"[-+]?[0-9]+[eE][-+]?[0-9]+", _NUMBER),
    ("float", r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)", _NUMBER),
    ("merge", r"<<", "<"),
)


class Refused(yaml.MarkedYAMLError):
    """The text is YAML, but not of a kind that a file of values needs."""


def load(text: str) -> Any:
    """Return the value that a YAML text holds.

    Raises:
        yaml.YAMLError: it is no YAML, has a key twice in one mapping, or is nested or
            repeated beyond bounds.
    """
    _check(yaml.parse(text, Loader=_Base))
    return yaml.load(text, Loader=_StrictLoader)  # noqa: S506 (a safe loader)


def dump(value: Any) -> str:
    """Return `value` as YAML text, in the order it has."""
    text = yaml.dump(value, Dumper=_Dumper, sort_keys=False, allow_unicode=True)
    return str(text)


def _check(events: Iterator[Any]) -> None:
    """Refuse nesting and aliases beyond bounds, counting what aliases stand for."""
    sizes: dict[str | None, int | None] = {}
    opened: list[tuple[str | None, int]] = []
    total = written = 0
    for event in events:
        if isinstance(event, yaml.AliasEvent):
            repeated = sizes.get(event.anchor, 0)
            if repeated is None:
                raise _refused(f"alias {event.anchor!r} is inside itself", event)
            total += repeated
            if total > written + MOST_REPEATED:
                raise _refused("aliases repeat far more than is written", event)
        elif isinstance(event, yaml.CollectionEndEvent):
            anchor, before = opened.pop()
            if anchor is not None:
                sizes[anchor] = total - before
        elif isinstance(event, yaml.NodeEvent):
            if isinstance(event, yaml.CollectionStartEvent):
                opened.append((event.anchor, total))
                if len(opened) > DEEPEST:
                    raise _refused(f"more than {DEEPEST} levels deep", event)
            if event.anchor is not None:
                sizes[event.anchor] = 1 if isinstance(event, yaml.ScalarEvent) else None
            total += 1
            written += 1


def _refused(what: str, event: Any) -> Refused:
    return Refused(None, None, what, event.start_mark)


class _StrictLoader(_Base):
    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Hashable, Any]:
        """Build a mapping, refusing a key that stands twice."""
        seen: set[Hashable] = set()
        for key_node, _ in node.value:
            if key_node.tag == _MERGE:
                continue
            if not isinstance(key_node, yaml.ScalarNode):
                raise Refused(None, None, "a key must be text", key_node.start_mark)
            key = self.construct_object(key_node, deep=True)
            if key in seen:
                what = f"key {key!r} stands twice"
                raise Refused(None, None, what, key_node.start_mark)
            seen.add(key)
        return super().construct_mapping(node, deep)


def _text(_: Any, node: Any) -> str:
    return str(node.value)


class _Dumper(_BaseDumper):
    pass


def _lines(dumper: Any, text: str) -> Any:
    """Source code stands as it is read, line by line."""
    return dumper.represent_scalar(
        f"{_TAG}str", text, style="|" if "\n" in text else None
    )


_Dumper.add_representer(str, _lines)
_StrictLoader.yaml_implicit_resolvers = {}
_StrictLoader.add_constructor(_MERGE, _text)
_Dumper.add_implicit_resolver(f"{_TAG}int", re.compile(r"[-+]?[0-9]+$"), list(_NUMBER))
for _name, _words, _first in _PLAIN:
    for _kind in (_StrictLoader, _Dumper):
        _kind.add_implicit_resolver(
            _TAG + _name, re.compile(f"(?:{_words})$"), list(_first)
        )
