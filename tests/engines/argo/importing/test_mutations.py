"""Manifests changed at random places still come back as they are, or are refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from couler_jupyter.engines.argo.importing import import_manifest
from couler_jupyter.engines.argo.importing.difference import same
from couler_jupyter.engines.argo.importing.emitting import emitted_for
from couler_jupyter.engines.kube.yaml_reading import read_text
from couler_jupyter.errors import InvalidDocument

FOLDER = Path(__file__).parent / "manifests"
MANIFESTS = [
    read.value
    for path in sorted(FOLDER.iterdir())
    for read in read_text(path.read_text("utf-8"))
]
ODD: st.SearchStrategy[Any] = st.sampled_from(
    [
        None,
        True,
        0,
        7,
        -1,
        1.5,
        "",
        "x",
        "{{",
        "{{item}}",
        "{{=1}}",
        [],
        {},
        [1],
        {"a": 1},
    ]
)


def odd(draw: st.DrawFn) -> Any:
    """Return an odd value of its own, which nothing else holds."""
    return json.loads(json.dumps(draw(ODD)))


def places(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    found = [path] if path and path[0] == "spec" and len(path) > 1 else []
    if isinstance(value, dict):
        return found + [p for k, v in value.items() for p in places(v, (*path, k))]
    if isinstance(value, list):
        return found + [p for i, v in enumerate(value) for p in places(v, (*path, i))]
    return found


@st.composite
def mutants(draw: st.DrawFn) -> dict[str, Any]:
    manifest: dict[str, Any] = json.loads(json.dumps(draw(st.sampled_from(MANIFESTS))))
    for _ in range(draw(st.integers(1, 3))):
        every = places(manifest)
        if not every:
            break
        *head, last = draw(st.sampled_from(every))
        there: Any = manifest
        for key in head:
            there = there[key]
        match draw(st.sampled_from(["put", "take", "more"])):
            case "put":
                there[last] = odd(draw)
            case "take":
                del there[last]
            case _:
                new = draw(
                    st.sampled_from(["unknown", "labels", "when", "timeout", "hooks"])
                )
                if isinstance(there, dict):
                    there[new] = odd(draw)
                else:
                    there.insert(0, odd(draw))
    return manifest


@given(mutants())
@settings(max_examples=150, deadline=None)
def test_comes_back_or_is_refused(manifest: dict[str, Any]) -> None:
    try:
        (workflow,) = import_manifest(json.dumps(manifest), "here")
    except InvalidDocument as error:
        said = str(error)
    else:
        said = "here, line "
        assert same(emitted_for(workflow, whatever=True), manifest)
    assert said.startswith("here, line ")
