"""A pipeline that is too big for one object names Tasks that its tasks share."""

from __future__ import annotations

from typing import Any

import pytest

from couler_jupyter.engines.kube.yaml_reading import read_text
from couler_jupyter.engines.tekton import Tekton, sharing
from couler_jupyter.engines.tekton.checking import faults_of
from couler_jupyter.ir import OutputRef, Workflow
from couler_jupyter.testing.parts import flow, python, step


def chain(count: int) -> Workflow:
    steps = [
        step(
            f"s{number}",
            python(f"def f{number}(x): return x + {number}  # $(x) $$"),
            takes={"x": OutputRef(f"s{number - 1}") if number else 1},
        )
        for number in range(count)
    ]
    return flow("chain", *steps)


def put_together(found: Any, given: dict[str, str]) -> Any:
    """Replace parameters as Tekton does."""
    if isinstance(found, str):
        for name, text in given.items():
            found = found.replace(f"$(params.{name})", text)
        return found
    if isinstance(found, list):
        return [put_together(one, given) for one in found]
    if isinstance(found, dict):
        return {key: put_together(one, given) for key, one in found.items()}
    return found


def test_a_thousand_functions_fit() -> None:
    built = Tekton().built(chain(1000))
    assert Tekton().problems(chain(1000)) == ()
    assert built.size < sharing.LARGEST
    assert 1 <= len(built.tasks) <= 2


def test_a_small_one_stays_as_it_is() -> None:
    assert Tekton().built(chain(5)).tasks == ()


def test_what_is_shared_is_what_each_had(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = Tekton().built(chain(12)).pipeline["spec"]["tasks"]
    monkeypatch.setattr(sharing, "LARGEST", 0)
    built = Tekton().built(chain(12))
    specs = {one["metadata"]["name"]: one["spec"] for one in built.tasks}
    shared = built.pipeline["spec"]["tasks"]
    assert sum("taskRef" in one for one in shared) >= 10
    for before, after in zip(whole, shared, strict=True):
        if "taskRef" not in after:
            assert after == before
            continue
        texts = {
            one["name"]: one["value"]
            for one in after["params"]
            if one["name"].startswith("couler-text-")
        }
        spec = put_together(specs[after["taskRef"]["name"]], texts)
        assert spec["steps"] == before["taskSpec"]["steps"]
        assert len(after["params"]) == len(before["params"]) + len(texts)
        own = {one["name"] for one in spec["params"]}
        assert own == {one["name"] for one in after["params"]}
    assert list(faults_of(built.pipeline, built.run, built.tasks)) == []


def test_tasks_stand_before_the_pipeline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sharing, "LARGEST", 0)
    first, run = Tekton().compile(chain(4)).documents
    kinds = [one.value["kind"] for one in read_text(first.text)]
    assert kinds[-1] == "Pipeline"
    assert set(kinds[:-1]) == {"Task"}
    assert "PipelineRun" in run.text


@pytest.mark.parametrize(
    ("texts", "ends"),
    [
        (["abXcd", "abYcd"], ("ab", "cd")),
        (["aa", "aaa"], ("aa", "")),
        (["$$a", "$$b"], ("", "")),
        (["same", "same"], None),
    ],
)
def test_finds_what_texts_have_in_common(
    texts: list[str], ends: tuple[str, str] | None
) -> None:
    assert sharing._ends(texts) == ends
