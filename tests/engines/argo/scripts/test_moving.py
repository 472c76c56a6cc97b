"""Scripts that are too long for their manifest lie in ConfigMaps, and run from there."""

from __future__ import annotations

import base64
import gzip
import random
from pathlib import Path
from typing import Any

import pytest
import yaml

from couler_jupyter.engines.argo.engine import Argo
from couler_jupyter.engines.argo.importing import import_manifest
from couler_jupyter.engines.argo.linting import ArgoLinter
from couler_jupyter.engines.argo.scripts import LARGEST, brought_back
from couler_jupyter.engines.argo.structure.limits import LARGEST as LARGEST_WORKFLOW
from couler_jupyter.engines.finding import Source
from couler_jupyter.errors import InvalidDocument
from couler_jupyter.ir import (
    Constant,
    Extra,
    Format,
    Function,
    InputParameter,
    InputRef,
    Schedule,
    Script,
    Step,
    Text,
    Workflow,
)
from couler_jupyter.testing.parts import flow, python, step
from tests.engines.argo.scripts.pods import Object, compiled, printed, template


def comments(size: int, seed: int, *, dense: bool = False) -> str:
    """Return lines of comments, of about `size` bytes; `dense` ones do not compress."""
    line = f"# {seed} {'-' * 50}\n"
    if not dense:
        return line * (size // len(line) + 1)
    chosen = random.Random(seed)
    words = base64.b64encode(chosen.randbytes(size * 3 // 4)).decode()
    return "\n".join(f"# {words[i : i + 60]}" for i in range(0, len(words), 60))


def shell(source: Text, **more: InputParameter) -> Script:
    return Script(
        source=source, interpreter=("sh",), image="alpine:3", inputs=(*more.values(),)
    )


def again(workflow: Workflow) -> Workflow:
    """Return what a workflow is after being compiled and imported."""
    (document,) = Argo().compile(workflow).documents
    (back,) = import_manifest(document.text, "x.yaml")
    assert Argo().compile(back).documents == (document,)
    found = ArgoLinter().lint([Source("x.yaml", document.text)])
    assert found == ()
    return back


def sources(workflow: Workflow) -> list[Text]:
    """Return the sources of all steps, texts that stand together as one."""
    templates = [one.template for one in workflow.steps]
    return [
        joined(one.source) for one in templates if isinstance(one, Script | Function)
    ]


def joined(text: Text) -> Text:
    if not isinstance(text, Format):
        return text
    parts: list[Any] = [""]
    for part in text.parts:
        if isinstance(part, str) and isinstance(parts[-1], str):
            parts[-1] += part
        else:
            parts.append(part)
    return Format(tuple(part for part in parts if part != ""))


def bytes_in(one: Object) -> int:
    plain = [text.encode() for text in one.get("data", {}).values()]
    packed = [base64.b64decode(text) for text in one.get("binaryData", {}).values()]
    return sum(map(len, (*plain, *packed)))


def test_a_manifest_that_fits_keeps_its_scripts() -> None:
    maps, manifest = compiled(
        flow("small", step("a", shell("echo a\n" + comments(600_000, 1))))
    )
    assert maps == []
    assert "source" in template(manifest, "a")["script"]


def test_the_longest_script_moves_out_and_no_more_than_must(tmp_path: Path) -> None:
    sizes = {"a": 300_000, "b": 500_000, "c": 400_000}
    work = flow(
        "three",
        *(
            step(name, shell(f"echo {name}\n{comments(size, at)}"))
            for at, (name, size) in enumerate(sizes.items())
        ),
    )
    maps, manifest = compiled(work)
    assert [len(one["data"]) for one in maps] == [1]
    moved = template(manifest, "b")
    assert "script" not in moved
    assert {one for one in "ac" if "script" in template(manifest, one)} == {"a", "c"}
    assert printed(tmp_path, maps, moved) == "b\n"
    assert sources(again(work)) == sources(work)


def test_scripts_share_config_maps_as_far_as_they_fit() -> None:
    work = flow(
        "many",
        *(step(f"s{i}", shell(f"echo {i}\n{comments(300_000, i)}")) for i in range(9)),
    )
    maps, _ = compiled(work)
    assert [len(one["data"]) for one in maps] == [3, 3]
    assert all(bytes_in(one) <= LARGEST for one in maps)
    assert len({one["metadata"]["name"] for one in maps}) == 2
    assert sources(again(work)) == sources(work)


def test_a_script_that_fits_no_config_map_is_compressed(tmp_path: Path) -> None:
    work = flow("large", step("a", shell("echo a\n" + comments(1_500_000, 1))))
    (held,), manifest = compiled(work)
    assert held.keys() >= {"binaryData"}
    assert "data" not in held
    assert bytes_in(held) < 100_000
    assert printed(tmp_path, [held], template(manifest, "a")) == "a\n"
    assert sources(again(work)) == sources(work)


def test_one_that_fits_none_even_so_lies_in_several(tmp_path: Path) -> None:
    source = "echo a\n" + comments(3_600_000, 1, dense=True)
    assert len(gzip.compress(source.encode())) > 2 * LARGEST
    work = flow("huge", step("a", shell(source)))
    maps, manifest = compiled(work)
    assert len(maps) == 3
    assert all(bytes_in(one) <= LARGEST for one in maps)
    assert printed(tmp_path, maps, template(manifest, "a")) == "a\n"
    assert sources(again(work)) == sources(work)


def test_values_reach_a_script_that_moved_whatever_is_in_them(tmp_path: Path) -> None:
    source = Format(
        (
            "cat <<'END'\n{{ and {",
            InputRef("x"),
            "}\nEND\n" + comments(1_100_000, 1),
        )
    )
    port = InputParameter(name="x")
    work = flow("given", step("a", shell(source, x=port), takes={"x": "1"}))
    maps, manifest = compiled(work)
    value = "$(PATH) $$ 'q\" {{x}} \\ é\nline"
    found = printed(tmp_path, maps, template(manifest, "a"), {"x": value})
    assert found == "{{ and {" + value + "}\n"
    assert sources(again(work)) == sources(work)


def test_a_long_function_runs_from_a_config_map() -> None:
    long = python("def f(x):\n    return x + 1\n" + comments(900_000, 1))
    other = python("def f(x):\n    return x + 2\n" + comments(900_000, 2))
    work = flow(
        "functions", step("a", long, takes={"x": 1}), step("b", other, takes={"x": 1})
    )
    short = flow("functions", step("a", python("def f(x): return x"), takes={"x": 1}))
    maps, manifest = compiled(work)
    (text,) = maps[0]["data"].values()
    assert text.startswith("SOURCE = '''")
    moved = template(manifest, "b" if "container" in template(manifest, "b") else "a")
    assert moved["container"]["command"] == ["python3"]
    plain = template(compiled(short)[1], "a")
    assert moved["container"].keys() - {"args"} == plain["script"].keys() - {"source"}
    assert sources(again(work)) == sources(work)


def test_folded_templates_run_theirs_too(tmp_path: Path) -> None:
    work = flow(
        "folded",
        *(step(f"s{i}", shell(f"echo {i}\n{comments(6_000, i)}")) for i in range(250)),
    )
    maps, manifest = compiled(work)
    assert len(manifest["spec"]["templates"]) <= 200
    moved = [one for one in manifest["spec"]["templates"] if "container" in one]
    (one,) = moved
    tasks = {
        task["name"]: task["arguments"]["parameters"]
        for each in manifest["spec"]["templates"]
        for task in each.get("dag", {}).get("tasks", ())
        if task.get("template") == one["name"]
    }
    name, given = next(iter(tasks.items()))
    texts = {f"{{{{inputs.parameters.{p['name']}}}}}": p["value"] for p in given}
    (file,) = one["container"]["args"]
    for tag, text in texts.items():
        file = file.replace(tag, text)
    one["container"]["args"] = [file]
    assert printed(tmp_path, maps, one) == f"{name.removeprefix('s')}\n"
    again(work)


def test_manifests_with_moved_scripts_fit_and_are_the_same_bytes() -> None:
    work = flow(
        "same",
        *(step(f"s{i}", shell(f"echo '<&>' {comments(90_000, i)}")) for i in range(30)),
    )
    texts = {Argo().compile(work).documents for _ in range(2)}
    assert len(texts) == 1
    built = Argo().built(work)
    assert 0 < built.size < LARGEST_WORKFLOW


def test_other_kinds_have_their_config_maps() -> None:
    long = shell("echo a\n" + comments(1_100_000, 1))
    work = Workflow(
        name="nightly",
        steps=(Step(name="a", template=long),),
        schedule=Schedule(crons=("0 3 * * *",)),
    )
    maps, manifest = compiled(work)
    assert len(maps) == 1
    assert manifest["kind"] == "CronWorkflow"
    assert "container" in template(manifest, "a")
    assert sources(again(work)) == sources(work)


def test_a_cluster_template_has_no_namespace_for_them() -> None:
    kind = Extra(
        engine="argo",
        path="kind",
        value=Constant.of("ClusterWorkflowTemplate"),
        ignorable=True,
    )
    long = shell("echo a\n" + comments(1_100_000, 1))
    work = Workflow(name="wide", steps=(Step(name="a", template=long),), extras=(kind,))
    (problem,) = Argo().problems(work)
    assert "no namespace for ConfigMaps" in problem.what


def test_what_is_too_much_for_a_node_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("couler_jupyter.engines.argo.built.MOST_MAPS", 1)
    scripts = [shell(comments(900_000, at)) for at in range(3)]
    steps = [step(f"s{at}", one) for at, one in enumerate(scripts)]
    (problem,) = Argo().problems(flow("huge", *steps))
    assert "take 2 ConfigMaps, 1 more than fit a node (1)" in problem.what


@pytest.mark.parametrize("change", ["gone", "spoilt"])
def test_config_maps_that_do_not_fit_their_manifest_are_kept(change: str) -> None:
    work = flow("large", step("a", shell("echo a\n" + comments(1_500_000, 1))))
    maps, manifest = compiled(work)
    (key,) = maps[0]["binaryData"]
    if change == "gone":
        maps[0]["binaryData"] = {"other": ""}
    else:
        maps[0]["binaryData"][key] = base64.b64encode(b"no gzip").decode()
    text = yaml.safe_dump_all([*maps, manifest])
    (back,) = import_manifest(text, "x.yaml")
    assert compiled(back) == (maps, manifest)


def test_no_more_is_unpacked_than_a_manifest_may_hold(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    steps = [step(f"s{at}", shell(comments(1_500_000, at))) for at in range(3)]
    maps, manifest = compiled(flow("large", *steps))
    longest = max(
        len(gzip.decompress(base64.b64decode(packed)))
        for one in maps
        for packed in one["binaryData"].values()
    )
    returning = "couler_jupyter.engines.argo.scripts.returning.MOST_TEXT"
    monkeypatch.setattr(returning, 2 * longest)
    back = brought_back(manifest, maps)["spec"]["templates"]
    assert ["script" in one for one in back] == [False, True, True, False]
    monkeypatch.setattr(returning, 3 * longest)
    back = brought_back(manifest, maps)["spec"]["templates"]
    assert ["script" in one for one in back] == [False, True, True, True]


@pytest.mark.parametrize("field", ["data", "binaryData"])
def test_a_config_map_without_keys_is_told(field: str) -> None:
    work = flow("large", step("a", shell("echo a\n" + comments(1_500_000, 1))))
    maps, manifest = compiled(work)
    maps[0][field] = ["x"]
    text = yaml.safe_dump_all([*maps, manifest])
    with pytest.raises(InvalidDocument, match="of a ConfigMap must be mappings"):
        import_manifest(text, "x.yaml")


def test_a_config_map_without_a_name_is_none_of_ours() -> None:
    work = flow("large", step("a", shell("echo a\n" + comments(1_500_000, 1))))
    maps, manifest = compiled(work)
    del maps[0]["metadata"]["name"]
    text = yaml.safe_dump_all([*maps, manifest])
    with pytest.raises(InvalidDocument, match="v1 is nothing of Argo"):
        import_manifest(text, "x.yaml")
