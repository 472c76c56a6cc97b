"""Reuse of what earlier runs left behind: a store, a policy and fingerprints together.

`opening` is what an engine asks for; `cache`, `why` and `what_if` are for people.
"""

from __future__ import annotations

from couler_jupyter.reusing.config import Config, load_config, read_size, save_config
from couler_jupyter.reusing.opening import open_cache, open_store
from couler_jupyter.reusing.store_cache import StoreCache

__all__ = [
    "Config",
    "StoreCache",
    "load_config",
    "open_cache",
    "open_store",
    "read_size",
    "save_config",
]
