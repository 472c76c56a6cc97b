"""Reuse of what earlier runs left behind: a store, a policy and fingerprints together."""

from __future__ import annotations

from couler_jupyter.reuse.config import Config, load_config, read_size, save_config
from couler_jupyter.reuse.opening import open_cache, open_store
from couler_jupyter.reuse.overview import Overview, Row
from couler_jupyter.reuse.store_cache import StoreCache
from couler_jupyter.reuse.what_if import Comparison, compare
from couler_jupyter.reuse.why import why_lines

__all__ = [
    "Comparison",
    "Config",
    "Overview",
    "Row",
    "StoreCache",
    "compare",
    "load_config",
    "open_cache",
    "open_store",
    "read_size",
    "save_config",
    "why_lines",
]
