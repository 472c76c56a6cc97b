"""Fields and words of a manifest that came with a later version of Argo than it is for.

Which version had what stands in the tables that the lint goes by, made of the API of each.
"""

from __future__ import annotations

from collections.abc import Iterator

from couler_jupyter.engines.argo.templates import Fields
from couler_jupyter.engines.argo.whole.versions import NEWEST, parse_version
from couler_jupyter.errors import Problem
from couler_jupyter.ir import Json, Workflow


def later_problems(
    workflow: Workflow, manifest: Fields, version: str
) -> Iterator[Problem]:
    """Yield what of a manifest a version such as `3.6` does not have.

    Args:
        workflow: what was compiled.
        manifest: what came of it.
        version: that it is for.
    """
    if parse_version(version) >= parse_version(NEWEST):
        return
    where = f"workflow {workflow.name!r}"
    found = _later(manifest, str(manifest["kind"]), "", parse_version(version))
    for path, what, since in found:
        yield Problem(where, f"{path}: {what} came with Argo {since}, not {version}")


def _later(
    value: Json, word: str, path: str, version: tuple[int, int]
) -> Iterator[tuple[str, str, str]]:
    """Yield paths, what stands there, and the version it came with."""
    from couler_jupyter.engines.argo.linting.schema import types

    if isinstance(value, list):
        for one in value:
            name = one.get("name") if isinstance(one, dict) else None
            at = f"{path}[{name}]" if name else path
            yield from _later(one, word[1:-1] if word[0] == "[" else word, at, version)
        return
    kind = types(version).get(word)
    if not isinstance(value, dict) or kind is None:
        return
    for key, one in value.items():
        at = f"{path}.{key}" if path else key
        if key in kind.later:
            yield at, f"field {key!r}", kind.later[key]
        elif key in kind.fields:
            yield from _later(one, kind.fields[key], at, version)
            if key in kind.enums and isinstance(one, str):
                yield from _later_word(one, at, kind.enums[key], word, key)


def _later_word(
    value: str, path: str, known: tuple[str, ...], word: str, key: str
) -> Iterator[tuple[str, str, str]]:
    from couler_jupyter.engines.argo.linting.schema import types

    newest = types(parse_version(NEWEST))[word].enums[key]
    if value in newest and value not in known:
        yield path, f"{value!r}", f"{NEWEST} or before"
