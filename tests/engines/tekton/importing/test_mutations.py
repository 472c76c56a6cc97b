"""Whatever stands in place of whatever: one clean line, or a workflow that comes back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from couler_jupyter.engines.finding import Source
from couler_jupyter.engines.kube.yaml_reading import read_text
from couler_jupyter.engines.kube.yaml_writing import dump_all
from couler_jupyter.engines.tekton.engine import Tekton
from couler_jupyter.engines.tekton.importing import import_manifest
from couler_jupyter.engines.tekton.linting import TektonLinter
from couler_jupyter.errors import InvalidDocument
from couler_jupyter.ir import Json, Workflow

FILES = sorted((Path(__file__).parent / "manifests").iterdir())
WRONG: tuple[Json, ...] = (
    5,
    [],
    {},
    "x",
    None,
    [5],
    {"a": [1]},
    True,
    "$(tasks.x.results[",
)
EACH = 7
"""One in so many places is tried, with one wrong value each."""

At = tuple[str | int, ...]


def places(value: Json, path: At = ()) -> Iterator[At]:
    yield path
    if isinstance(value, dict):
        for key, one in value.items():
            yield from places(one, (*path, key))
    elif isinstance(value, list):
        for at, one in enumerate(value):
            yield from places(one, (*path, at))


def put(value: Json, path: At, wrong: Json) -> Json:
    if not path:
        return wrong
    made = dict(value) if isinstance(value, dict) else list(value)
    made[path[0]] = put(value[path[0]], path[1:], wrong)  # type: ignore[index]
    return made


def texts(path: Path) -> Iterator[str]:
    """Yield a file with something wrong in it, again and again."""
    documents = [one.value for one in read_text(path.read_text("utf-8"))]
    for at, whole in enumerate(documents):
        for number, place in enumerate(places(whole)):
            if number % EACH or not place:
                continue
            wrong = WRONG[(number // EACH + len(place)) % len(WRONG)]
            changed = put(whole, place, wrong)
            yield dump_all([*documents[:at], changed, *documents[at + 1 :]])


def imported(text: str) -> tuple[tuple[Workflow, ...], str]:
    """Return what a text is read as, or why it is not."""
    try:
        return import_manifest(text, "m.yaml"), ""
    except InvalidDocument as error:
        return (), str(error)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_is_told_or_comes_back(path: Path) -> None:
    tried = 0
    for text in texts(path):
        tried += 1
        findings = TektonLinter().lint([Source("m.yaml", text)])
        assert all("\n" not in one.message for one in findings)
        workflows, told = imported(text)
        assert "\n" not in told
        wanted = [one.value for one in read_text(text)]
        for workflow in workflows:
            for document in Tekton().compile(workflow).documents:
                for one in read_text(document.text):
                    assert one.value in wanted
    assert tried
