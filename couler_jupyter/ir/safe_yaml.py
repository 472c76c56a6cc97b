"""YAML from strangers: plain values only, bounded, and strict about keys.

Words are read as YAML 1.2 reads them, so `on`, `12:30` and dates are text; one leading
0 makes a number octal, as people write file modes. What is written is quoted wherever
a reader of YAML 1.1 or 1.2 would take text for something else.

The parser's events are looked at first (`yaml_bounds`), then a value is made of them.
"""

from __future__ import annotations

import re
from collections.abc import Hashable
from typing import TYPE_CHECKING, Any

import yaml  # noqa: TID253 (this module is imported only where YAML is read)

from couler_jupyter.ir.yaml_bounds import Bounds, Refused

if TYPE_CHECKING:
    _Base = yaml.SafeLoader
    _BaseDumper = yaml.SafeDumper
else:
    _Base = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    _BaseDumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)

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


def load(text: str) -> Any:
    """Return the value that a YAML text holds.

    Raises:
        yaml.YAMLError: it is no YAML, has a key twice in one mapping, or is nested or
            repeated beyond bounds.
    """
    bounds = Bounds()
    for event in yaml.parse(text, Loader=_Base):
        bounds.see(event)
    return yaml.load(text, Loader=_StrictLoader)  # noqa: S506 (a safe loader)


def dump(value: Any) -> str:
    """Return `value` as YAML text, in the order it has."""
    text = yaml.dump(value, Dumper=_Dumper, sort_keys=False, allow_unicode=True)
    return str(text)


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
