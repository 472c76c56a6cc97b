"""The datasets of a run, where its workflow has any."""

from __future__ import annotations

from dataclasses import replace

from couler_jupyter.engines.cache import Cache
from couler_jupyter.engines.local.placing.site import Site
from couler_jupyter.engines.shelf import Shelved

_WORD = '"dataset"'


def with_datasets(site: Site, document: str) -> Site:
    """Return the site of a run, with datasets if its workflow may read some.

    Args:
        site: without.
        document: the workflow as JSON; most have no such word, which is quickly seen.
    """
    if _WORD not in document:
        return site
    from couler_jupyter.engines.local.datasets.datasets import Datasets

    return replace(site, datasets=Datasets(site.folder, site.secrets))


def keep_datasets(site: Site, cache: Cache) -> None:
    """Have the datasets of a run stay in its cache, if that keeps any."""
    if site.datasets is not None and isinstance(cache, Shelved):
        site.datasets.keep_on(cache.shelf)
