"""Templates of functions, run as Argo would run them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from couler_jupyter.engines.argo.templates import Around, holds_python, leaf_fields
from couler_jupyter.ir import (
    Constant,
    FromFile,
    FromReturn,
    Function,
    InputArtifact,
    InputParameter,
    OutputArtifact,
    OutputParameter,
    ValueType,
)
from couler_jupyter.testing.parts import python
from tests.engines.argo.templates.stand_in import Pod
from tests.engines.argo.templates.words import write

PYTHON, STRING = ValueType.PYTHON, ValueType.STRING
Runs = Callable[..., Pod]


@pytest.fixture
def run(tmp_path: Path) -> Runs:
    """Run a template with the parameters given by name."""
    count = iter(range(100))

    def one(
        template: Function,
        artifacts: dict[str, Path] | None = None,
        around: Around | None = None,
        **parameters: str,
    ) -> Pod:
        folder = tmp_path / str(next(count))
        folder.mkdir()
        return Pod(folder, template, parameters, artifacts or {}, around)

    return one


def typed(template: Function, given: ValueType, left: ValueType) -> Function:
    """Return a function whose inputs and outputs have these types."""
    inputs = tuple(InputParameter(name=p.name, type=given) for p in template.inputs)
    result = OutputParameter(name="result", source=FromReturn(), type=left)
    return replace(template, inputs=inputs, outputs=(result,))


def test_parameters_go_in_and_come_out(run: Runs) -> None:
    pod = run(python("def add(a, b): return a + b"), a="[1]", b="[2]")
    assert (pod.code, pod.parameters) == (0, {"result": "[1,2]"})


@pytest.mark.parametrize(
    "value", ["$(HOME) $$", "'\"\n\\", "{{inputs.parameters.y}}", "日本 😀", "", " 5 "]
)
def test_texts_arrive_as_they_are(run: Runs, value: str) -> None:
    same = typed(python("def same(x): return x"), STRING, STRING)
    assert run(same, x=value).parameters == {"result": value}


def test_no_value_of_a_run_stands_in_the_script() -> None:
    fields = leaf_fields(python("def f(x, y): return x"), write)
    assert "{{" not in fields["script"]["source"]
    assert "env" not in fields["script"]
    (raw,) = [one for one in fields["inputs"]["artifacts"] if "raw" in one]
    assert raw["raw"] == {"data": "{{inputs.parameters}}"}


def test_defaults(run: Runs) -> None:
    ports = (
        InputParameter(name="a", default=Constant.of({"x": [1, None]})),
        InputParameter(name="b", type=STRING, default=Constant.of("1")),
    )
    template = replace(python("def f(a, b): return [a, b]"), inputs=ports)
    assert run(template).parameters == {"result": '[{"x":[1,null]},"1"]'}


def test_text_of_a_known_type_is_text(run: Runs) -> None:
    template = python("def f(x): return type(x).__name__")
    assert run(template, x="5").parameters == {"result": "int"}
    around = Around(texts=frozenset({"x"}))
    assert run(template, around=around, x="5").parameters == {"result": "str"}


def test_odd_names(run: Runs) -> None:
    ports = (InputParameter(name="größe"), InputArtifact(name="größe_datei"))
    template = replace(
        python("def f(größe, größe_datei): return [größe, größe_datei.read_text()]"),
        inputs=ports,
    )
    fields = leaf_fields(template, write)
    (name,) = [one["name"] for one in fields["inputs"]["parameters"]]
    other = fields["inputs"]["artifacts"][0]["name"]
    assert name.isascii()
    assert name != other
    file = Path(__file__)
    pod = run(template, {other: file}, **{name: "3"})
    assert pod.code == 0, pod.err
    assert pod.parameters["result"].startswith("[3,")


def test_what_only_python_can_hold_passes_in_an_artifact(run: Runs) -> None:
    make = typed(python("def make(): return {1, 2}"), PYTHON, PYTHON)
    pod = run(make)
    assert pod.code == 0, pod.err
    assert pod.artifacts.keys() == {"result"}
    use = typed(python("def use(x): return sum(x)"), PYTHON, PYTHON)
    again = run(use, {"x": pod.artifacts["result"]}, x=pod.parameters["result"])
    assert (again.parameters, again.artifacts) == ({"result": "3"}, {})


def test_plain_values_of_any_type_need_no_artifact(run: Runs) -> None:
    pod = run(typed(python("def make(): return [1, 'a']"), PYTHON, PYTHON))
    assert (pod.parameters, pod.artifacts) == ({"result": '[1,"a"]'}, {})


def test_pickles_are_looked_for_only_where_they_may_come_from() -> None:
    template = typed(python("def use(x, y): pass"), PYTHON, PYTHON)
    around = Around(pickles=frozenset({"y"}))
    artifacts = leaf_fields(template, write, around)["inputs"]["artifacts"]
    assert [one["name"] for one in artifacts] == ["y", "couler-inputs"]


@pytest.mark.parametrize("kind", list(ValueType))
def test_which_types_only_python_can_hold(kind: ValueType) -> None:
    may = kind in (PYTHON, ValueType.JSON, ValueType.LIST, ValueType.OBJECT)
    assert holds_python(InputParameter(name="x", type=kind)) is may
    returned = OutputParameter(name="x", source=FromReturn(), type=kind)
    assert holds_python(returned) is may
    assert not holds_python(replace(returned, source=FromFile("x")))
    assert not holds_python(OutputArtifact(name="x", path="x"))


def test_files_by_their_paths(run: Runs, tmp_path: Path) -> None:
    file = tmp_path / "in.txt"
    file.write_text("hi")
    source = (
        "def f(a, b, c):\n"
        "    open('out/size', 'w').write('2\\n')\n"
        "    open('m.bin', 'w').write(a.read_text() + open('b.csv').read())\n"
        "    return {'m': 'm.bin', 'c': c}\n"
    )
    template = replace(
        python(source),
        inputs=(
            InputArtifact(name="a"),
            InputArtifact(name="b", path="b.csv"),
            InputArtifact(name="c", optional=True),
        ),
        outputs=(
            OutputArtifact(name="m", part=("m",)),
            OutputArtifact(name="gone", part=("gone",), optional=True),
            OutputArtifact(name="same", path="m.bin"),
            OutputParameter(name="size", source=FromFile("out/size")),
            OutputParameter(name="c", source=FromReturn(("c",))),
            OutputParameter(
                name="d", source=FromReturn(("d",)), default=Constant.of("none")
            ),
        ),
    )
    pod = run(template, {"a": file, "b": file})
    assert pod.code == 0, pod.err
    assert pod.parameters == {"size": "2", "c": "null", "d": "none"}
    found = {name: path.read_text() for name, path in pod.artifacts.items()}
    assert found == {"m": "hihi", "same": "hihi"}


def test_its_own_folder_to_start_in(run: Runs) -> None:
    source = "import os\ndef f(): return os.getcwd()"
    assert run(python(source)).parameters["result"].endswith("/couler")
    moved = run(replace(python(source), working_dir="sub"))
    assert moved.parameters["result"].endswith("/couler/sub")


def test_image_requirements_and_what_a_box_has() -> None:
    template = replace(
        python("def f(): pass"), image="mine", requirements=("numpy>=1",)
    )
    script = leaf_fields(template, write)["script"]
    assert script["image"] == "mine"
    assert "'requirements': ['numpy>=1']" in script["source"]
    assert leaf_fields(python("def f(): pass"), write)["script"]["image"].startswith(
        "python:"
    )


def test_a_wrong_value_fails_in_one_line(run: Runs) -> None:
    template = typed(python("def f(x): pass"), ValueType.NUMBER, PYTHON)
    pod = run(template, x="many")
    assert (pod.code, pod.err) == (66, "input 'x' is \"many\", not a number")


def test_an_artifact_of_the_reserved_name(run: Runs) -> None:
    ports: Any = (InputParameter(name="x"), InputArtifact(name="couler-inputs"))
    template = replace(python("def f(x, **more): return [x, len(more)]"), inputs=ports)
    pod = run(template, {"couler-inputs": Path(__file__)}, x="1")
    assert pod.code == 0, pod.err
    assert pod.parameters == {"result": "[1,1]"}


def test_what_must_be_plain_fails_where_it_is_made(tmp_path: Path) -> None:
    made = python("def make(): return {1, 2}")
    around = Around(plain=frozenset({"result"}))
    pod = Pod(tmp_path / "set", made, {}, {}, around)
    assert pod.code == 65
    assert (
        "output 'result' is a set, which passes only from function to function"
        in pod.err
    )
    lists = python("def make(): return (1, 'a' * 200_000)")
    pod = Pod(tmp_path / "tuple", lists, {}, {}, around)
    assert pod.parameters["result"].startswith('[1,"aaa')
