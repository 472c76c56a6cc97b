"""The engines there are, by name."""

from __future__ import annotations

from couler_jupyter.engines.base import Engine
from couler_jupyter.registry import Registry

ENGINES: Registry[type[Engine]] = Registry(
    "couler_jupyter.engines",
    {"local": "couler_jupyter.engines.local:Local"},
)
