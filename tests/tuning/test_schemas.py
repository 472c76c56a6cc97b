"""The published schemas are those of the types, and hold what is written."""

from __future__ import annotations

import json

import jsonschema
import pytest

from couler_jupyter.ir.tuning.document import document_of
from couler_jupyter.tuning.schemas import FOLDER, schemas
from tests.ir.tuning.test_space import SPACE
from tests.tuning.cards.test_readme import DATA, MODEL
from tests.tuning.logs.test_log import GUESS, REAL

VALUES = {
    "data-card.schema.json": document_of(DATA),
    "model-card.schema.json": document_of(MODEL),
    "space.schema.json": document_of(SPACE),
    "predicted-log.schema.json": document_of(GUESS, tagged=True),
    "real-log.schema.json": document_of(REAL, tagged=True),
}


@pytest.mark.parametrize("name", sorted(VALUES))
def test_it_is_published_and_takes_what_is_written(name: str) -> None:
    text = schemas()[name]
    assert (FOLDER / name).read_text(encoding="utf-8") == text
    schema = json.loads(text)
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(VALUES[name], schema)


def test_nothing_predicted_passes_for_real() -> None:
    schema = json.loads(schemas()["real-log.schema.json"])
    guess = VALUES["predicted-log.schema.json"]
    for document in (guess, {**guess, "kind": "real-log"}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(document, schema)


def test_all_are_published() -> None:
    assert sorted(VALUES) == sorted(path.name for path in FOLDER.glob("*.schema.json"))
    assert sorted(VALUES) == sorted(schemas())
