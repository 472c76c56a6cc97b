"""No alarm on what is right, and no crash on what is not."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from couler_jupyter.engines.argo.linting import ArgoLinter
from couler_jupyter.engines.finding import Source
from couler_jupyter.engines.kube.yaml_reading import read_text
from couler_jupyter.engines.kube.yaml_writing import dump
from tests.engines.argo.linting.broken import lint, said

VALID = sorted((Path(__file__).parent / "valid").glob("*.yaml"))
DOCUMENTS = [one.value for path in VALID for one in read_text(path.read_text())]


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.name)
def test_valid_manifests_are_clean(path: Path) -> None:
    assert said(path.read_text()) == []


def test_json_is_read_alike() -> None:
    texts = [json.dumps(one, indent=at) for at, one in enumerate(DOCUMENTS)]
    assert said(*texts) == []


def _paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path]
    if isinstance(value, dict):
        found += [p for key, one in value.items() for p in _paths(one, (*path, key))]
    elif isinstance(value, list):
        found += [p for at, one in enumerate(value) for p in _paths(one, (*path, at))]
    return found


PLACES = [(at, path) for at, one in enumerate(DOCUMENTS) for path in _paths(one)]
ODD = st.recursive(
    st.sampled_from(
        [
            None,
            True,
            0,
            -1,
            2.5,
            "",
            "a",
            "{{",
            "{{=a}}",
            "{{item.x}}",
            "a &&",
            "\x1b[2J",
        ]
    ),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(
            st.sampled_from(["name", "template", "dag", "tasks", "steps", "x\x07"]),
            inner,
            max_size=2,
        )
    ),
    max_leaves=4,
)


@settings(max_examples=300, deadline=None)
@given(place=st.sampled_from(PLACES), odd=ODD)
def test_whatever_stands_anywhere_is_told_not_raised(
    place: tuple[int, tuple[Any, ...]], odd: Any
) -> None:
    at, path = place
    document = copy.deepcopy(DOCUMENTS[at])
    if path:
        holder: Any = document
        for key in path[:-1]:
            holder = holder[key]
        holder[path[-1]] = odd
    else:
        document = odd
    text = json.dumps(document, indent=1)
    lines = text.count("\n") + 1
    for one in ArgoLinter().lint([Source("odd", text)]):
        assert 1 <= one.line <= lines
        assert one.column >= 1
        assert one.what


@pytest.mark.parametrize(
    "word", ["templateRef", "inline", "hooks", "withItems", "arguments", "depends"]
)
@pytest.mark.parametrize("odd", [[], {}, "x", 3, None, [[]], {"a": []}])
def test_tasks_of_odd_shape(word: str, odd: Any) -> None:
    document = {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Workflow",
        "metadata": {"name": "a"},
        "spec": {
            "entrypoint": "main",
            "templates": [
                {"name": "main", "dag": {"tasks": [{"name": "a", word: odd}]}}
            ],
        },
    }
    assert lint(dump(document))
