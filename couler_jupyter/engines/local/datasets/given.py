"""Which inputs are datasets; light, for it is asked of every input."""

from __future__ import annotations

from couler_jupyter.engines.local.scheduling.data import Data, Located
from couler_jupyter.ir import Dataset, DatasetCache


def dataset_in(value: Data) -> Dataset | None:
    """Return the dataset that an input is, if it is one that may be kept."""
    if isinstance(value, Located) and isinstance(value.storage, Dataset):
        kept = value.storage.cache is not DatasetCache.NONE
        return value.storage if kept else None
    return None


def datasets_in(value: Data) -> list[Dataset]:
    """Return the datasets that an input is, or that are in it."""
    if isinstance(value, list):
        return [one for part in value for one in datasets_in(part)]
    found = dataset_in(value)
    return [] if found is None else [found]
