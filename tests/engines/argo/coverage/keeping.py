"""Whether import and export keep a field: the same object comes out that went in."""

from __future__ import annotations

import json

from couler_jupyter.engines.argo import Argo
from couler_jupyter.engines.argo.importing import import_manifest
from couler_jupyter.engines.kube.yaml_reading import read_text
from couler_jupyter.errors import InvalidDocument
from couler_jupyter.ir import Json
from tests.engines.argo.coverage.manifests import manifest
from tests.engines.argo.coverage.shape import Pair, Types


def passed_through(pair: Pair, types: Types) -> tuple[Json, list[Json]]:
    """Return the manifest that sets a field, and what import and export make of it.

    Raises:
        InvalidDocument: import refuses it.
    """
    given = manifest(pair, types)
    workflows = import_manifest(json.dumps(given), "made.json")
    made: list[Json] = []
    for workflow in workflows:
        for document in Argo().compile(workflow).documents:
            made += [one.value for one in read_text(document.text)]
    return given, made


def keeps(pair: Pair, types: Types) -> bool:
    """Return whether import takes the field and export gives it back as it was."""
    try:
        given, made = passed_through(pair, types)
    except InvalidDocument:
        return False
    return made == [given]
