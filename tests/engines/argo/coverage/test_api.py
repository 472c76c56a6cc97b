"""What coverage is measured by is all there, and nothing stands in it twice."""

from __future__ import annotations

from importlib.metadata import version

from tests.engines.argo.coverage.api import WRITTEN_BY_CONTROLLER, api, pairs, settable
from tests.engines.argo.coverage.hera_models import KINDS, types
from tests.engines.argo.coverage.newer import NEWER


def test_counts_what_a_user_may_set() -> None:
    found = settable(api())
    argos = [pair for pair in found if pair.is_argos]
    assert (len(argos), len(found) - len(argos)) == (503, 331)


def test_takes_what_only_the_controller_writes_beside() -> None:
    assert set(pairs(api())) - set(settable(api())) == WRITTEN_BY_CONTROLLER


def test_reaches_every_type_from_the_five_kinds() -> None:
    found = api()
    assert set(KINDS) <= set(found)
    assert set(NEWER) <= set(found)
    assert not {name for name in found if name.endswith("Status")}


def test_what_is_newer_is_in_no_model() -> None:
    """A later Hera that has these fields makes the list shorter."""
    models = types()
    known = {
        f"{owner}.{field}"
        for owner, fields in NEWER.items()
        for field in fields
        if field in models.get(owner, {})
    }
    assert not known
    assert version("hera") == "7.1.0"
