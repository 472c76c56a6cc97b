"""What Argo itself remembers of a step: its key, how old it may be, where it stands."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from couler_jupyter.engines.argo import Argo
from couler_jupyter.engines.argo.live.manifests import objects_in
from couler_jupyter.engines.argo.live.options import LiveOptions
from couler_jupyter.engines.argo.live.starting import remembering
from couler_jupyter.ir import Cache, Container, Step, Workflow

BOX = Container(image="busybox", command=("date",))


def memory(cache: Cache | None, /, **options: Any) -> Any:
    """Return what the manifest of a step says of its memory."""
    workflow = Workflow(name="w", steps=(Step(name="now", template=BOX, cache=cache),))
    left = remembering(workflow, LiveOptions.of(options))
    (found,) = objects_in(Argo().compile(left))
    return next(
        (one["memoize"] for one in found["spec"]["templates"] if "memoize" in one), None
    )


def test_a_key_of_the_user_is_argos_own() -> None:
    assert memory(Cache(key="monday", max_age=90)) == {
        "key": "monday",
        "maxAge": "90s",
        "cache": {"configMap": {"name": "couler-cache"}},
    }


@pytest.mark.parametrize("cache", [None, Cache(), Cache(enabled=False, key="x")])
def test_without_a_key_nothing_is_remembered_twice(cache: Cache | None) -> None:
    assert memory(cache) is None


@pytest.mark.parametrize("key", ["a/b", "-a", "ümlaut", "a b", "2026.01", "a" * 254])
def test_a_key_that_argo_does_not_take_goes_by_its_hash(key: str) -> None:
    made = memory(Cache(key=key))["key"]
    assert made.isalnum()
    assert len(made) <= 253
    assert made != memory(Cache(key=f"{key}x"))["key"]


def test_a_run_without_cache_has_argo_remember_nothing() -> None:
    assert memory(Cache(key="monday"), cache="none") is None


def test_a_step_that_is_made_anew_is_remembered_anew() -> None:
    anew = memory(Cache(key="monday", max_age=90), refresh=["now"])
    assert anew["maxAge"] == "0.001s"
    assert {**anew, "maxAge": "90s"} == memory(Cache(key="monday", max_age=90))


def test_other_steps_are_left_as_they_are() -> None:
    step = Step(name="now", template=BOX, cache=Cache(key="monday"))
    workflow = Workflow(name="w", steps=(step, replace(step, name="then")))
    made = remembering(workflow, LiveOptions.of({"refresh": ["then"]}))
    assert made.steps[0] is step
    assert made.steps[1].cache == Cache(key="monday", max_age=0.001)
