"""Which inputs are datasets; light, for it is asked of every attempt."""

from __future__ import annotations

from collections.abc import Mapping

from couler_jupyter.engines.local.scheduling.data import Data, Located
from couler_jupyter.ir import Dataset, DatasetCache, InputArtifact, Step, inputs_of


def dataset_in(value: Data) -> Dataset | None:
    """Return the dataset that an input is, if it is one that may be kept."""
    if isinstance(value, Located) and isinstance(value.storage, Dataset):
        kept = value.storage.cache is not DatasetCache.NONE
        return value.storage if kept else None
    return None


def datasets_in(value: Data) -> list[Dataset]:
    """Return the datasets that an artifact is, or that are among several."""
    if isinstance(value, list):
        return [one for part in value for one in datasets_in(part)]
    found = dataset_in(value)
    return [] if found is None else [found]


def datasets_of(step: Step, inputs: Mapping[str, Data]) -> list[Dataset]:
    """Return the datasets among what a step is given."""
    return [
        one
        for port in inputs_of(step.template)
        if isinstance(port, InputArtifact)
        for one in datasets_in(inputs.get(port.name))
    ]
