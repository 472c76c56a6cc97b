"""What docs/workflow-format.md says of the file format is so."""

from __future__ import annotations

import re
from pathlib import Path

from couler_jupyter.ir import Feature, features_of, from_document, from_yaml, to_json
from couler_jupyter.ir.given import given_by_output
from couler_jupyter.ir.safe_yaml import load
from couler_jupyter.ir.shape import OneOf, kind_of, slots_of
from couler_jupyter.ir.step import Argument
from tests.ir.test_schema import validator

DOCUMENT = (Path(__file__).parents[2] / "docs/workflow-format.md").read_text("utf-8")
[EXAMPLE] = re.findall(r"```yaml\n(.*?)```", DOCUMENT, re.DOTALL)


def test_the_example_fits_the_schema() -> None:
    errors = validator().iter_errors(load(EXAMPLE))
    assert not [error.message for error in errors]


def test_the_example_is_a_workflow() -> None:
    workflow = from_yaml(EXAMPLE)
    assert workflow == from_document(load(EXAMPLE))
    assert from_yaml(to_json(workflow)) == workflow
    assert workflow.dependencies == {
        "train": (),
        "best": ("train",),
        "publish": ("best",),
        "complain": ("train",),
    }
    assert given_by_output(workflow["train"], "result") == "list"
    assert {Feature.MAP_FAN_IN, Feature.AFTER_PHASES} <= features_of(workflow)


def test_every_kind_of_value_is_in_the_table() -> None:
    [argument] = [slot.shape for slot in slots_of(Argument) if slot.name == "value"]
    assert isinstance(argument, OneOf)
    storages = {"managed", "local-path", "s3", "gcs", "oss", "azure", "hdfs", "git"}
    kinds = (
        {kind_of(one) for one in argument.records}
        - storages
        - {"http", "inline", "dataset"}
    )
    inner = {"input-ref", "path-ref", "attempt-ref"}
    table = DOCUMENT.partition("## Values")[2].partition("Inside")[0]
    assert (
        set(re.findall(r"`([a-z-]+-(?:ref|of)|constant|format|raw)`", table))
        == kinds - inner
    )
