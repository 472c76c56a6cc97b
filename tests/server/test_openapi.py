"""The OpenAPI document is made from the table; the one that is kept is the same."""

from __future__ import annotations

import json
import os
from pathlib import Path

import jsonschema

import couler_jupyter.server
from couler_jupyter.server.openapi import BASE, document
from couler_jupyter.server.routes import ROUTES
from tests.server.serving import Client

KEPT = Path(couler_jupyter.server.__file__).with_name("openapi.json")


def test_the_kept_one_is_what_the_table_says() -> None:
    text = json.dumps(document(ROUTES), indent=1, ensure_ascii=False) + "\n"
    if os.environ.get("COULER_WRITE_GOLDEN") == "1":
        assert not os.environ.get("CI"), "goldens are never written in CI"
        KEPT.write_text(text, encoding="utf-8")
    assert KEPT.read_text(encoding="utf-8") == text


def test_it_is_served(client: Client) -> None:
    assert client.get("/openapi.json") == json.loads(KEPT.read_text())


def test_every_schema_in_it_is_one() -> None:
    made = document(ROUTES)
    for schema in made["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)
    for methods in made["paths"].values():
        for told in methods.values():
            for one in told.get("parameters", ()):
                jsonschema.Draft202012Validator.check_schema(one["schema"])


def test_names_are_unique_and_every_reference_leads_somewhere() -> None:
    made = document(ROUTES)
    names = [
        told["operationId"] for one in made["paths"].values() for told in one.values()
    ]
    assert len(names) == len(set(names)) == len(ROUTES)
    assert all(path.startswith(BASE) for path in made["paths"])
    text = json.dumps(made)
    for kind in ("schemas", "responses"):
        asked = {
            part.partition('"')[0] for part in text.split(f"#/components/{kind}/")[1:]
        }
        assert asked <= made["components"][kind].keys()


def test_what_changes_something_of_a_run_needs_a_key() -> None:
    for route in ROUTES:
        needs = any(one.name == "Idempotency-Key" for one in route.parameters)
        assert needs == (route.changes and route.path.startswith("/runs"))


def test_the_page_names_every_path() -> None:
    page = (Path(__file__).parents[2] / "docs" / "server.md").read_text(
        encoding="utf-8"
    )
    for route in ROUTES:
        whole = f"`{BASE}{route.path}`"
        assert whole in page or f"`{route.path.rpartition('/')[2]}`" in page, route.path
