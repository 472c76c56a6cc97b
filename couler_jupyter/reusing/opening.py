"""Opens the store as it is configured, and a run's cache on it."""

from __future__ import annotations

from functools import partial

from couler_jupyter.caching import policy_of
from couler_jupyter.engines.cache import Wish
from couler_jupyter.reusing.config import Config, load_config
from couler_jupyter.reusing.keeping import Keeping
from couler_jupyter.reusing.store_cache import StoreCache
from couler_jupyter.store import Store


def open_store(config: Config) -> Store:
    """Return the store.

    Raises:
        StoreFailed: it cannot be used.
    """
    return Store.open(config.place, index=config.index, budget=config.budget or None)


def open_keeping(config: Config) -> tuple[Store, Keeping]:
    """Return the store, and what decides with the policy that was chosen.

    Raises:
        StoreFailed: the store cannot be used.
        UnknownName, BadPolicy: there is no such policy.
    """
    policy_of(config.policy)  # tells at once what is wrong with it
    store = open_store(config)
    return store, Keeping(store, partial(policy_of, config.policy))


def open_cache(wish: Wish) -> StoreCache | None:
    """Return the cache of a run; None where the user has switched it off.

    Raises:
        StoreFailed: the store cannot be used.
        UsageFailed: the configuration cannot.
        UnknownName, BadPolicy: there is no such policy.
    """
    config = load_config()
    if not config.enabled:
        return None
    store, keeping = open_keeping(config)
    return StoreCache(store, wish, keeping)
