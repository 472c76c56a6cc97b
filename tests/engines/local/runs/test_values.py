"""Values from step to step, through real processes (rule 16)."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from couler_jupyter.ir import (
    Compare,
    Constant,
    DictOf,
    EnvVar,
    Format,
    FromFile,
    FromReturn,
    FromStdout,
    Function,
    InputRef,
    ItemRef,
    ListOf,
    Map,
    Operator,
    OutputParameter,
    OutputRef,
    Over,
    Phase,
    Script,
    ValueType,
)
from couler_jupyter.testing.parts import flow, over, python, sh, step
from tests.engines.local.runs.bench import Bench


def stdout(kind: ValueType, **more: Any) -> tuple[OutputParameter, ...]:
    return (OutputParameter(name="result", source=FromStdout(), type=kind, **more),)


def test_json_passes_as_it_is(bench: Bench) -> None:
    value = {"a": [1, 2.5, None, True, "ü"], "$pickle": {"b": 1}}
    ended = bench.run(
        flow(
            "w",
            step("give", python(f"def f(): return {value!r}")),
            step("take", python("def f(x): return x"), takes={"x": OutputRef("give")}),
        )
    )
    assert ended["take"] == value


def test_any_value_that_can_be_pickled_passes_between_functions(bench: Bench) -> None:
    source = "class Model:\n    n = 3\ndef make(): return Model()"
    use = "def use(m, parts): return [m.n, sorted(parts['s']), type(m).__name__]"
    ended = bench.run(
        flow(
            "w",
            step(
                "make",
                Function(
                    source=source,
                    entrypoint="make",
                    outputs=python("def f(): ...").outputs,
                ),
            ),
            step("set", python("def f(): return {3, 1}")),
            step(
                "use",
                python(use),
                takes={
                    "m": OutputRef("make"),
                    "parts": DictOf((("s", OutputRef("set")),)),
                },
            ),
        )
    )
    assert ended["use"] == [3, [1, 3], "Model"]
    assert ended["set"] == {1, 3}


@pytest.mark.parametrize("name", ["python", "python3"])
def test_a_python_script_runs_where_functions_do(bench: Bench, name: str) -> None:
    show = Script(
        source="import sys; print(sys.executable)",
        interpreter=(name, "-I"),
        outputs=stdout(ValueType.STRING),
    )
    ended = bench.run(flow("w", step("show", show)))
    assert ended["show"] == sys.executable


def test_a_script_that_sets_its_path_chooses_its_python(
    bench: Bench, tmp_path: Path
) -> None:
    fake = tmp_path / "python3"
    fake.write_text("#!/bin/sh\necho mine\n")
    fake.chmod(0o755)
    show = Script(
        source="",
        interpreter=("python3",),
        env=(EnvVar("PATH", f"{tmp_path}:/usr/bin:/bin"),),
        outputs=stdout(ValueType.STRING),
    )
    ended = bench.run(flow("w", step("show", show)))
    assert ended["show"] == "mine"


def test_a_map_over_a_list_of_tuples_says_what_to_do(bench: Bench) -> None:
    ended = bench.run(
        flow(
            "w",
            step("pairs", python("def f(): return [(1, 2), (3, 4)]")),
            step(
                "use",
                python("def f(x): return x"),
                takes={"x": ItemRef()},
                loop=Map(over=Over(OutputRef("pairs"))),
            ),
        )
    )
    assert "a list that holds what JSON cannot say, such as tuples" in ended.said("use")


def test_a_list_of_pickled_values_arrives_as_a_list(bench: Bench) -> None:
    ended = bench.run(
        flow(
            "w",
            step(
                "m",
                python("def f(x): return {x}"),
                takes={"x": ItemRef()},
                loop=over(1, 2),
            ),
            step(
                "sum",
                python("def f(all, more): return [sum(map(sum, all)), more]"),
                takes={"all": OutputRef("m"), "more": ListOf((Constant.of(1),))},
            ),
        )
    )
    assert ended["sum"] == [3, [1]]


def test_parts_of_what_a_function_returns(bench: Bench) -> None:
    parts = python(
        "def f(): return 0.5, {1}, {'k': [7, 8]}",
        outputs=(
            OutputParameter(
                name="score", source=FromReturn((0,)), type=ValueType.NUMBER
            ),
            OutputParameter(name="set", source=FromReturn((1,))),
            OutputParameter(name="deep", source=FromReturn((2, "k", 1))),
            OutputParameter(
                name="none", source=FromReturn((9,)), default=Constant.of("dflt")
            ),
        ),
    )
    is_big = Compare(OutputRef("f", "score"), Operator.BIGGER, Constant.of(0.4))
    ended = bench.run(
        flow(
            "w",
            step("f", parts),
            step(
                "g",
                python("def g(s): return len(s)"),
                takes={"s": OutputRef("f", "set")},
                when=is_big,
            ),
        )
    )
    assert dict(ended.outputs["f"]) == {
        "score": 0.5,
        "set": {1},
        "deep": 8,
        "none": "dflt",
    }
    assert ended["g"] == 1


def test_plain_parts_need_no_files(bench: Bench) -> None:
    parts = python(
        "def f(): return 1, 'x'",
        outputs=tuple(
            OutputParameter(name=n, source=FromReturn((i,))) for i, n in enumerate("ab")
        ),
    )
    ended = bench.run(flow("w", step("f", parts)))
    assert dict(ended.outputs["f"]) == {"a": 1, "b": "x"}
    assert not list((ended.folder / "values").iterdir())


def test_a_part_that_is_not_there_fails_the_step(bench: Bench) -> None:
    part = OutputParameter(name="result", source=FromReturn((3,)))
    ended = bench.run(
        flow("w", step("f", python("def f(): return [1]", outputs=(part,))))
    )
    assert ended.phases == {"f": "failed"}
    assert ended.said("f") == "output 'result': what the function returned has no [3]"


@pytest.mark.parametrize(
    ("printed", "kind", "value"),
    [
        ("12", ValueType.JSON, 12),
        ("12", ValueType.STRING, "12"),
        ("[1, 2]", ValueType.LIST, [1, 2]),
        ("true", ValueType.BOOLEAN, True),
        ("NaN", ValueType.JSON, "NaN"),
        ("two words", ValueType.JSON, "two words"),
        ("a\\n\\n", ValueType.STRING, "a\n"),
        ("", ValueType.STRING, ""),
    ],
)
def test_text_is_read_by_type(
    bench: Bench, printed: str, kind: ValueType, value: Any
) -> None:
    script = sh(f"printf '{printed}'; echo aside >&2", outputs=stdout(kind))
    ended = bench.run(flow("w", step("s", script)))
    assert ended["s"] == value
    assert "aside" in ended.log("s")


@pytest.mark.parametrize(
    ("printed", "kind", "why"),
    [
        ("many", ValueType.INTEGER, "output 'result' is \"many\", not an integer"),
        ("1.5", ValueType.INTEGER, "output 'result' is 1.5, not an integer"),
        ("\\377", ValueType.STRING, "output 'result' is no text in UTF-8"),
    ],
)
def test_text_of_the_wrong_type_fails_the_step(
    bench: Bench, printed: str, kind: ValueType, why: str
) -> None:
    script = sh(f"printf '{printed}'", outputs=stdout(kind))
    ended = bench.run(flow("w", step("s", script)))
    assert ended.phases == {"s": "failed"}
    assert ended.said("s").startswith(why)


def test_choices_bound_an_output(bench: Bench) -> None:
    choices = (Constant.of("a"), Constant.of("b"))
    script = sh("echo c", outputs=stdout(ValueType.STRING, choices=choices))
    ended = bench.run(flow("w", step("s", script)))
    assert ended.said("s") == 'output \'result\' is "c"; it must be one of "a", "b"'


def test_a_parameter_from_a_file_and_its_default(bench: Bench) -> None:
    def out(name: str, path: str, **more: Any) -> OutputParameter:
        return OutputParameter(name=name, source=FromFile(path), **more)

    script = sh(
        "mkdir deep; echo '{\"a\": 1}' > deep/x.json",
        outputs=(out("x", "deep/x.json"), out("y", "no", default=Constant.of(7))),
    )
    ended = bench.run(flow("w", step("s", script)))
    assert dict(ended.outputs["s"]) == {"x": {"a": 1}, "y": 7}
    ended = bench.run(flow("w", step("s", sh("true", outputs=(out("x", "no.txt"),)))))
    assert ended.said("s") == "output 'x': the step left no no.txt"


def test_a_parameter_that_is_too_large_fails_cleanly(bench: Bench) -> None:
    large = sh("head -c 9000000 /dev/zero | tr '\\0' x")
    ended = bench.run(
        flow(
            "w", step("s", large), step("f", python("def f(): return 'x' * 9_000_000"))
        )
    )
    assert ended.phases == {"s": "failed", "f": "failed"}
    assert ended.said("s") == (
        "printed more than 8 MiB, too much for an output; make it an artifact"
    )
    assert ended.said("f") == (
        "output 'result' has 8.6 MiB; a parameter may have 8, make it an artifact"
    )


def test_a_large_list_between_functions(bench: Bench) -> None:
    ended = bench.run(
        flow(
            "w",
            step("a", python("def f(): return list(range(200_000))")),
            step("b", python("def f(x): return sum(x)"), takes={"x": OutputRef("a")}),
        )
    )
    assert ended["b"] == sum(range(200_000))


def test_a_map_over_what_a_function_returned(bench: Bench) -> None:
    ended = bench.run(
        flow(
            "w",
            step("a", python("def f(): return [{'n': 1}, {'n': 2}]")),
            step(
                "m",
                sh("echo $((2 * ", InputRef("x"), "))", takes=("x",)),
                takes={"x": ItemRef(("n",))},
                loop=Map(over=Over(OutputRef("a"))),
            ),
        )
    )
    assert ended["m"] == [2, 4]


def test_a_value_that_is_no_json_stays_between_functions(bench: Bench) -> None:
    ended = bench.run(
        flow(
            "w",
            step("a", python("def f(): return {1}")),
            step(
                "s",
                sh("echo ", InputRef("x"), takes=("x",)),
                takes={"x": OutputRef("a")},
            ),
            step(
                "t",
                sh("echo ", InputRef("x"), takes=("x",)),
                takes={"x": Format(("<", OutputRef("a"), ">"))},
            ),
        )
    )
    assert ended.said("s") == "input 'x' is a set, which passes only between functions"
    assert ended.said("t").startswith("puts output 'result' of step 'a', a set,")
    assert ended.phase is Phase.FAILED


def test_hostile_names_and_values(bench: Bench) -> None:
    nasty = "'; touch /tmp/owned #\n<b>&\"`$(id)\u2028"
    name = "größe.1-" + "x" * 200
    ended = bench.run(
        flow(
            "w",
            step(name, python("def f(x): return x"), takes={"x": nasty}),
            step("b", python("def f(x): return x"), takes={"x": OutputRef(name)}),
        )
    )
    assert ended["b"] == nasty
    assert ended.phases[name] == "succeeded"


def test_a_numpy_scalar_is_the_number_it_stands_for(bench: Bench) -> None:
    pytest.importorskip("numpy")
    source = "def score():\n    import numpy\n    return {'acc': numpy.float64(0.75)}\n"
    whole = OutputParameter(name="result", source=FromReturn(), type=ValueType.PYTHON)
    part = OutputParameter(
        name="acc", source=FromReturn(("acc",)), type=ValueType.PYTHON
    )
    number = OutputParameter(name="result", source=FromReturn(), type=ValueType.NUMBER)
    count = "def count():\n    import numpy\n    return numpy.int64(3)\n"
    good = Compare(OutputRef("score", "acc"), Operator.BIGGER, Constant.of(0.5))
    ended = bench.run(
        flow(
            "w",
            step("score", python(source, outputs=(whole, part))),
            step("count", python(count, outputs=(number,))),
            step("then", sh("echo yes"), when=good),
        )
    )
    assert ended.phases["then"] == "succeeded", ended.said("then")
    assert ended.outputs["score"]["acc"] == 0.75
    assert type(ended.outputs["count"]["result"]) is int
