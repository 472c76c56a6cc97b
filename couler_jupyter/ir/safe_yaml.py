"""A YAML loader for files from strangers: safe, bounded, and strict about keys."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING, Any

import yaml  # noqa: TID253 (this module is imported only where YAML is read)

if TYPE_CHECKING:
    _Base = yaml.SafeLoader
else:
    _Base = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_MOST_ALIASES = 1000
_MOST_NODES = 5_000_000


class StrictLoader(_Base):
    """Loads plain values only; refuses keys that stand twice, and alias bombs.

    Dates stay text, as JSON has none.
    """

    def __init__(self, stream: Any) -> None:
        super().__init__(stream)
        self._aliases = 0
        self._sizes: dict[int, int] = {}

    def compose_node(self, parent: Any, index: Any) -> Any:
        """Count what aliases would expand to before anything is built."""
        if self.check_event(yaml.AliasEvent):
            self._aliases += 1
            if self._aliases > _MOST_ALIASES:
                raise yaml.YAMLError(f"more than {_MOST_ALIASES} aliases")
        node = super().compose_node(parent, index)
        if node is not None and self._size(node) > _MOST_NODES:
            what = "aliases that expand beyond all bounds"
            raise yaml.composer.ComposerError(None, None, what, node.start_mark)
        return node

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Hashable, Any]:
        """Build a mapping, refusing a key that stands twice."""
        seen: set[Hashable] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if isinstance(key, Hashable) and key in seen:
                what = f"key {key!r} stands twice"
                raise yaml.constructor.ConstructorError(
                    None, None, what, key_node.start_mark
                )
            seen.add(key)
        return super().construct_mapping(node, deep)

    def _size(self, node: Any) -> int:
        known = self._sizes.get(id(node))
        if known is not None:
            return known
        if isinstance(node, yaml.MappingNode):
            size = 1 + sum(self._size(k) + self._size(v) for k, v in node.value)
        elif isinstance(node, yaml.SequenceNode):
            size = 1 + sum(self._size(one) for one in node.value)
        else:
            size = 1
        self._sizes[id(node)] = size
        return size


StrictLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in pairs if not tag.endswith(":timestamp")]
    for first, pairs in _Base.yaml_implicit_resolvers.items()
}
