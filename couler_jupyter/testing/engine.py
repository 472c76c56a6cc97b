"""The contract of an engine's compiler, as a test class to inherit."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar

import pytest

from couler_jupyter.engines import Engine, GapKind
from couler_jupyter.errors import Problem, Unsupported
from couler_jupyter.ir import (
    OWN_WORDS,
    Feature,
    Manifest,
    Workflow,
    feature_of,
    features_of,
    from_json,
    own_words,
    to_json,
    uses_of,
)
from couler_jupyter.testing.corpus import CORPUS
from couler_jupyter.testing.names import nearly_named, oddly_named
from couler_jupyter.testing.pairs import PAIRS

_FILENAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,200}")
_COMPILE_ALL = """\
from couler_jupyter.testing.engine import digest_of
from {module} import {name}
print(digest_of({name}()))
"""


class EngineContract:
    """Subclass it, override `engine`, and the engine is held to the same rules as all.

    Attributes:
        silent: what the engine has no word for though it has the feature, by the name
            of a pair (`InputParameter.description changed`) or by its field, each
            with the reason.
    """

    silent: ClassVar[Mapping[str, str]] = MappingProxyType({})

    @pytest.fixture
    def engine(self) -> Engine:
        """Return the engine under test."""
        raise NotImplementedError

    @pytest.fixture(params=CORPUS)
    def workflow(self, request: pytest.FixtureRequest) -> Workflow:
        """Return each workflow of the corpus."""
        return CORPUS[request.param].make()

    def test_accounts_for_every_feature(self, engine: Engine) -> None:
        """A feature is had, said in others, or a gap: never two of them, never none."""
        had, lowered, gaps = engine.features, set(engine.lowerings), set(engine.gaps)
        assert had | lowered | gaps == set(Feature)
        assert len(had) + len(lowered) + len(gaps) == len(Feature)

    def test_gives_a_reason_for_every_gap(self, engine: Engine) -> None:
        """A reason is one line that can stand after a colon."""
        for gap in engine.gaps.values():
            assert gap.reason == gap.reason.strip()
            assert gap.reason
            assert "\n" not in gap.reason
            assert not gap.reason.endswith(".")

    def test_compiles_or_says_why_not(self, engine: Engine, workflow: Workflow) -> None:
        """Every gap that stands in the way is told at once, with its reason."""
        told = engine.problems(engine.lower(workflow))
        assert _blocking(engine, engine.lower(workflow)) <= set(told)
        if not told:
            assert engine.compile(workflow).documents
            return
        with pytest.raises(Unsupported) as caught:
            engine.compile(workflow)
        assert caught.value.problems == told
        assert caught.value.engine == engine.name

    def test_tells_what_has_no_effect(self, engine: Engine, workflow: Workflow) -> None:
        """What is left out without harm is told too."""
        lowered = engine.lower(workflow)
        notes = {one.what for one in engine.notes(lowered)}
        for feature in features_of(lowered) - OWN_WORDS:
            gap = engine.gaps.get(feature)
            if gap is not None and gap.kind is GapKind.NO_EFFECT:
                assert f"{feature}: {gap.reason}" in notes

    def test_lowers_once(self, engine: Engine, workflow: Workflow) -> None:
        """What is said in other words is gone, and stays gone."""
        lowered = engine.lower(workflow)
        assert features_of(lowered).isdisjoint(engine.lowerings)
        assert engine.lower(lowered) == lowered

    def test_is_deterministic(self, engine: Engine, workflow: Workflow) -> None:
        """Equal workflows, same bytes; also when one comes from a file."""
        manifest = _compiled(engine, workflow)
        assert manifest == _compiled(type(engine)(), from_json(to_json(workflow)))

    def test_is_the_same_in_another_process(self, engine: Engine) -> None:
        """No order of a set, no clock and no environment gets into a manifest."""
        kind = type(engine)
        program = _COMPILE_ALL.format(module=kind.__module__, name=kind.__name__)
        done = subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": "7", "HOME": "/nowhere", "TZ": "NZ"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.stdout.strip() == digest_of(engine), done.stderr

    @pytest.mark.parametrize("name", PAIRS)
    def test_loses_nothing(self, engine: Engine, name: str) -> None:
        """Two workflows that differ in what it has never compile alike."""
        pair = PAIRS[name]
        one, other = _compiled(engine, pair.one), _compiled(engine, pair.other)
        if one is None or other is None or not self._has(engine, pair.features):
            return
        field = name.partition(" ")[0]
        if name in self.silent or field in self.silent:
            assert one == other, f"{name} is said after all; strike it from silent"
        else:
            assert one != other, f"{name}: nothing of it is in the manifest"

    def test_names_its_documents_safely(
        self, engine: Engine, workflow: Workflow
    ) -> None:
        """File names are plain, no two the same, and no document is empty."""
        manifest = _compiled(engine, workflow)
        if manifest is not None:
            _check_documents(manifest)

    @pytest.mark.parametrize("name", oddly_named())
    def test_takes_odd_names(self, engine: Engine, name: str) -> None:
        """Names in any script, long ones, and ones that nearly clash."""
        manifest = _compiled(engine, oddly_named()[name])
        if manifest is not None:
            _check_documents(manifest)

    def test_keeps_near_names_apart(self, engine: Engine) -> None:
        """Names that differ only in what an engine cannot write stay different."""
        manifests = [_compiled(engine, one) for one in nearly_named()]
        known = [one for one in manifests if one is not None]
        assert len(set(known)) == len(known)

    @staticmethod
    def _has(engine: Engine, features: frozenset[Feature]) -> bool:
        return features <= engine.features | set(engine.lowerings)


def digest_of(engine: Engine) -> str:
    """Return one text for all manifests of the corpus."""
    digest = hashlib.sha256()
    for case in CORPUS.values():
        digest.update(repr(_compiled(engine, case.make())).encode())
    return digest.hexdigest()


def _compiled(engine: Engine, workflow: Workflow) -> Manifest | None:
    """Return the manifest, or None where the engine says why not."""
    try:
        return engine.compile(workflow)
    except Unsupported:
        return None


def _blocking(engine: Engine, workflow: Workflow) -> set[Problem]:
    found: set[Problem] = set()
    own = {
        (feature_of(word), path)
        for word, path in own_words(workflow)
        if word.engine == engine.name
    }
    for feature, step in uses_of(workflow):
        gap = engine.gaps.get(feature)
        if feature in OWN_WORDS and (feature, step) not in own:
            continue
        if gap is not None and gap.kind is not GapKind.NO_EFFECT:
            where = f"step {step!r}" if step else f"workflow {workflow.name!r}"
            found.add(Problem(where, f"{feature}: {gap.reason}"))
    return found


def _check_documents(manifest: Manifest) -> None:
    names = [document.filename for document in manifest.documents]
    assert len({name.lower() for name in names}) == len(names)
    for document in manifest.documents:
        assert _FILENAME.fullmatch(document.filename)
        assert document.text.strip()
