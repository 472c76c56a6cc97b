"""Forms, additions and spellings, and what is told where they do not fit."""

from __future__ import annotations

from typing import Any

import pytest

from couler_jupyter.engines.argo.extras import (
    extra_problems,
    form,
    merge_document,
    merge_tasks,
    merge_template,
)
from couler_jupyter.ir import Constant, Extra, Json
from couler_jupyter.testing.parts import flow, sh, step

LEAF = {"container": {"image": "a", "resources": {"limits": {"memory": "1Gi"}}}}


def plus(path: str, value: Json) -> Extra:
    return Extra(engine="argo", path=path, value=Constant.of(value))


def spelled(path: str, value: Json) -> Extra:
    return Extra(engine="argo", path=path, value=Constant.of(value), ignorable=True)


class Told:
    def __init__(self) -> None:
        self.every: list[tuple[str, str]] = []

    def __call__(self, extra: Extra, what: str) -> None:
        self.every.append((extra.path, what))


def merged(*extras: Extra, emitted: dict[str, Any] = LEAF) -> tuple[Json, list[Any]]:
    told = Told()
    made = merge_template(emitted, extras, told)
    return made, told.every


def test_adds_where_nothing_stands() -> None:
    made, told = merged(plus("template.container.tty", True))
    assert made["container"]["tty"] is True
    assert made["container"]["image"] == "a"
    assert not told
    assert "tty" not in LEAF["container"]


def test_makes_what_is_on_the_way() -> None:
    made, _ = merged(plus('template.metadata.annotations["a.b/c"]', "d"))
    assert made["metadata"] == {"annotations": {"a.b/c": "d"}}


def test_inserts_into_lists_at_a_position_or_the_end() -> None:
    emitted = {"volumes": [{"name": "b"}]}
    extras = plus("template.volumes[0]", {"name": "a"}), plus("template.volumes[9]", 3)
    made, told = merged(*extras, plus("template.volumes[1].x", 1), emitted=emitted)
    assert made["volumes"] == [{"name": "a"}, {"name": "b", "x": 1}, 3]
    assert not told


def test_never_overrides_and_says_so() -> None:
    made, told = merged(plus("template.container.image", "b"))
    assert made == LEAF
    assert told == [("template.container.image", "container.image is 'a' already")]


def test_says_when_something_is_in_the_way() -> None:
    _, told = merged(plus("template.container.image.name", "b"))
    assert "has no fields" in told[0][1]


def test_spells_what_means_the_same() -> None:
    path = "template.container.resources.limits.memory"
    made, _ = merged(spelled(path, "1024Mi"))
    assert made["container"]["resources"]["limits"]["memory"] == "1024Mi"


def test_leaves_out_spellings_that_mean_something_else() -> None:
    path = "template.container.resources.limits.memory"
    made, told = merged(spelled(path, "2Gi"), spelled("template.container.args", []))
    assert made["container"]["resources"]["limits"]["memory"] == "1Gi"
    assert made["container"]["args"] == []
    assert not told


def test_takes_away_defaults_only() -> None:
    emitted = {
        "dag": {
            "failFast": True,
            "tasks": [{"name": "a"}, {"name": "b", "depends": "a"}],
        }
    }
    made, _ = merged(spelled("-template.dag.failFast", None), emitted=emitted)
    assert "failFast" not in made["dag"]
    emitted["dag"]["failFast"] = False
    made, _ = merged(spelled("-template.dag.failFast", None), emitted=emitted)
    assert made["dag"]["failFast"] is False


def dag(*tasks: dict[str, Any]) -> dict[str, Any]:
    return {"name": "main", "dag": {"tasks": list(tasks)}}


@pytest.mark.parametrize(
    ("emitted", "written", "kept"),
    [
        ({"dependencies": ["a", "c"]}, {"dependencies": ["c", "a"]}, True),
        ({"dependencies": ["a", "c"]}, {"depends": "c && a"}, True),
        ({"dependencies": ["a", "c"]}, {"depends": "c || a"}, False),
        ({"depends": "a.Succeeded || a.Skipped"}, {"dependencies": ["a"]}, True),
        ({"depends": "a.Succeeded"}, {"dependencies": ["a"]}, False),
        (
            {"depends": "a.Failed||a.Errored"},
            {"depends": "(a.Errored || a.Failed)"},
            True,
        ),
    ],
)
def test_spells_order(
    emitted: dict[str, Any], written: dict[str, Any], kept: bool
) -> None:
    extras = [spelled(f"-task.{key}", None) for key in emitted if key not in written]
    extras += [spelled(f"task.{key}", value) for key, value in written.items()]
    whole = dag({"name": "a"}, {"name": "c"}, {"name": "b", **emitted})
    made = merge_tasks(whole, (), {"b": extras}, Told())
    assert made["dag"]["tasks"][2] == {"name": "b", **(written if kept else emitted)}


def test_spells_what_goes_on_after_a_failure() -> None:
    emitted = dag(
        {"name": "a"},
        {"name": "b", "depends": "a.Succeeded || a.Skipped || a.Failed"},
    )
    extras = {
        "a": [spelled("task.continueOn", {"failed": True})],
        "b": [spelled("-task.depends", None), spelled("task.dependencies", ["a"])],
    }
    made = merge_tasks(emitted, (), extras, Told())
    assert made["dag"]["tasks"] == [
        {"name": "a", "continueOn": {"failed": True}},
        {"name": "b", "dependencies": ["a"]},
    ]


def test_puts_words_into_steps() -> None:
    emitted = {
        "name": "main",
        "steps": [[{"name": "a"}], [{"name": "b", "when": "{{x}} == 1"}]],
    }
    extras = {
        "b": [
            plus("task.hooks.exit.template", "bye"),
            spelled("task.when", "{{ x }}==1"),
        ]
    }
    made = merge_tasks(
        emitted, [plus("template.metadata.labels.a", "b")], extras, Told()
    )
    assert made["steps"][1][0] == {
        "name": "b",
        "when": "{{ x }}==1",
        "hooks": {"exit": {"template": "bye"}},
    }
    assert made["metadata"] == {"labels": {"a": "b"}}


def test_orders_templates_and_fills_the_manifest() -> None:
    emitted = {
        "kind": "Workflow",
        "metadata": {"generateName": "x-"},
        "spec": {"templates": [{"name": "main"}, {"name": "a"}]},
    }
    extras = (
        spelled("order", ["a", "main"]),
        plus("spec.templates[1]", {"name": "unused"}),
        spelled("-metadata.generateName", None),
        spelled("metadata.name", "fixed"),
        spelled("spec.podGC", {"strategy": "OnPodSuccess"}),
    )
    made = merge_document(emitted, extras, Told())
    assert [one["name"] for one in made["spec"]["templates"]] == ["a", "unused", "main"]
    assert made["metadata"] == {"name": "fixed"}
    assert made["spec"]["podGC"] == {"strategy": "OnPodSuccess"}


def test_reads_forms() -> None:
    extras = (spelled("kind", "CronWorkflow"), plus("spec.podGC", {}))
    assert form(extras, "kind") == "CronWorkflow"
    assert form(extras, "layout") is None


def test_tells_what_is_no_path_or_stands_in_the_wrong_place() -> None:
    workflow = flow(
        "w",
        step("a", sh("true"), extras=(plus("spec.podGC", {}), plus("template.", 1))),
        extras=(plus("spec podGC", {}), plus("-spec.ttlStrategy", None)),
    )
    told = [(one.where, one.what) for one in extra_problems(workflow)]
    assert len(told) == 4
    assert told[0][0] == "workflow 'w'"
    assert "takes something away" in told[1][1]
    assert "must begin with template. or task." in told[2][1]
    assert "is no path" in told[3][1]


def test_many_tasks_take_no_time_per_pair() -> None:
    tasks = [{"name": f"t{i}", "dependencies": [f"t{i - 1}"]} for i in range(1, 3000)]
    extras = {f"t{i}": [spelled("task.depends", f"t{i - 1}")] for i in range(1, 3000)}
    for i in range(1, 3000):
        extras[f"t{i}"].append(spelled("-task.dependencies", None))
    made = merge_tasks(dag({"name": "t0"}, *tasks), (), extras, Told())
    assert made["dag"]["tasks"][7] == {"name": "t7", "depends": "t6"}
