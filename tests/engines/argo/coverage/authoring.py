"""Which fields of the Argo API workflows written in Python show in their manifests."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple

from couler_jupyter.engines.argo import Argo
from couler_jupyter.engines.kube.yaml_reading import read_text
from couler_jupyter.errors import Unsupported
from couler_jupyter.ir import Json, Workflow, own_words
from couler_jupyter.testing.corpus import ARGO_CORPUS, CORPUS
from tests.engines.argo.coverage.shape import Pair, Types
from tests.engines.argo.coverage.showing import shown


class Way(StrEnum):
    """How a field comes into a manifest."""

    WORD = "the workflow's own words"
    ARGO_WORD = "a typed Argo word"
    IMPORT = "import only"


class Shown(NamedTuple):
    """How a field is written, and the workflow of the corpus that shows it."""

    way: Way
    case: str


def authored(types: Types) -> dict[Pair, Shown]:
    """Return every field that some workflow of the corpus shows, with the first."""
    found: dict[Pair, Shown] = {}
    for way, corpus in ((Way.WORD, CORPUS), (Way.ARGO_WORD, ARGO_CORPUS)):
        for name, case in corpus.items():
            workflow = case.make()
            if way is Way.WORD and next(iter(own_words(workflow)), None):
                continue
            for document in documents(workflow):
                for pair in shown(document, types):
                    found.setdefault(pair, Shown(way, name))
    return found


def documents(workflow: Workflow) -> Iterator[dict[str, Json]]:
    """Yield Argo's objects of a compiled workflow; none where it has no word for it."""
    try:
        manifest = Argo().compile(workflow)
    except Unsupported:
        return
    for document in manifest.documents:
        for one in read_text(document.text):
            if one.value["apiVersion"].startswith("argoproj.io/"):
                yield one.value
