"""The script that runs one function, really run; its rules are the local engine's."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from couler_jupyter.engines.kube.runner import Given, Left, Task, script_of
from couler_jupyter.engines.kube.runner.values import Stop, checked, is_exact, read
from couler_jupyter.engines.local.scheduling.accept import accept, read_text
from couler_jupyter.engines.local.scheduling.evaluate import Unfit
from couler_jupyter.engines.local.values import as_json
from couler_jupyter.ir import Constant, ValueType

JSON, PYTHON, STRING = ValueType.JSON, ValueType.PYTHON, ValueType.STRING
NASTY = [
    "",
    "'",
    '"',
    "'''",
    '"""\\',
    "\\",
    "\\n",
    "a\nb\r\n\tc",
    "{{inputs.parameters.x}}",
    "{{",
    "}}",
    "{{{{}}}}",
    "$(HOME) $$ `id` $HOME",
    "'; import os; os.abort() #",
    "ünïcödé 日本 😀 \u2028 \u200b",
    "\x00\x07\x1b\x7f\x85",
]


class Done:
    """What came of running a task."""

    def __init__(self, text: str, folder: Path, values: dict[str, str]) -> None:
        listed = [{"name": name, "value": value} for name, value in values.items()]
        (folder / "values.json").write_text(json.dumps(listed))
        script = folder / "script.py"
        script.write_text(text, encoding="utf-8")
        done = subprocess.run(
            [sys.executable, "-I", str(script)],
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        self.code = done.returncode
        self.out = done.stdout
        self.err = done.stderr.strip()


class Bench:
    """A folder in which tasks are run."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def given(self, name: str, kind: Any = JSON, **more: Any) -> Given:
        return Given(name=name, type=kind, port=name, **more)

    def left(self, name: str = "result", kind: Any = JSON, **more: Any) -> Left:
        path = str(self.folder / "out" / name)
        return Left(name=name, type=kind, path=path, **more)

    def task(self, source: str, *inputs: Given, left: Any = None, **more: Any) -> Task:
        name = re.findall(r"^(?:async )?def (\w+)", source, re.MULTILINE)[-1]
        ports: dict[str, Any] = {
            "source": source,
            "function": name,
            "values": str(self.folder / "values.json"),
            "inputs": inputs,
            "outputs": (self.left(),) if left is None else left,
            "folders": (str(self.folder / "out"),),
            **more,
        }
        return Task(**ports)

    def run(self, task: Task, script: str = "", /, **values: str) -> Done:
        return Done(script or script_of(task), self.folder, values)

    def text(self, name: str = "result") -> str:
        """What Argo takes of a file: its text without one final line break."""
        return (self.folder / "out" / name).read_bytes().decode().removesuffix("\n")


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def test_calls_the_function(bench: Bench) -> None:
    task = bench.task("def add(a, b): return a + b", bench.given("a"), bench.given("b"))
    assert bench.run(task, a="2", b="3").code == 0
    assert bench.text() == "5"


@pytest.mark.parametrize("value", NASTY)
def test_values_are_data_whatever_they_hold(bench: Bench, value: str) -> None:
    source = "def same(x):\n    assert type(x) is str\n    return x"
    task = bench.task(source, bench.given("x", STRING), left=(bench.left(kind=STRING),))
    done = bench.run(task, x=value)
    assert (done.code, done.err) == (0, "")
    assert bench.text() == value


@pytest.mark.parametrize("value", [one for one in NASTY if "\x00" not in one])
def test_sources_are_shipped_whatever_they_hold(bench: Bench, value: str) -> None:
    source = f"def say():\n    return {value!r}, {value!a}\n# {value!r}"
    script = script_of(bench.task(source))
    assert "{{" not in script
    assert bench.run(bench.task(source)).code == 0
    assert json.loads(bench.text()) == [value, value]


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_source_is_read_back(source: str) -> None:
    script = script_of(Task(source=source, function="f"))
    first = ast.parse(script).body[0]
    assert isinstance(first, ast.Assign)
    assert ast.literal_eval(first.value) == source
    assert "{{" not in script


@pytest.mark.parametrize("ends", ["'", "\\", "''", "\\'", "'''", "\n", "\\\n"])
def test_odd_ends_of_sources(ends: str) -> None:
    script = script_of(Task(source=f"# {ends}", function="f"))
    first = ast.parse(script).body[0]
    assert isinstance(first, ast.Assign)
    assert ast.literal_eval(first.value) == f"# {ends}"


def test_scripts_need_only_python_3_8(bench: Bench) -> None:
    everything = bench.task(
        "def f(x): pass",
        bench.given("x", path="/x"),
        left=(bench.left(kind="artifact"), bench.left("v", pickle="/v")),
        requirements=("numpy",),
    )
    tree = ast.parse(script_of(everything), feature_version=(3, 8))
    imported = {
        name.name.partition(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for name in node.names
    }
    assert imported < sys.stdlib_module_names
    assert "couler" not in ast.unparse(tree).replace("couler-value", "")


def test_scripts_hold_only_what_they_need(bench: Bench) -> None:
    plain = script_of(bench.task("def f(): pass"))
    assert "pickle.dump" not in plain
    assert "metadata" not in plain
    assert "shutil" not in plain
    assert len(plain) < 9_000


@pytest.mark.parametrize("kind", [one for one in ValueType if one is not PYTHON])
@pytest.mark.parametrize(
    "text",
    [
        *("5", "5.0", "-1", "1e3", "true", "null", "[1]", "{}", '"x"', "x", "", "NaN"),
        *(" 7 ", "Infinity", "[NaN]", "[", "1 2", "0x1", "True", "[" * 5000),
    ],
)
def test_inputs_are_read_as_on_one_machine(kind: ValueType, text: str) -> None:
    def here() -> object:
        try:
            return accept(read_text(text, kind), kind)
        except Unfit as error:
            return f"x {error}"

    def there() -> object:
        try:
            return checked("x", read(text, kind.value), {"type": kind.value}, 66)
        except Stop as stop:
            return stop.args[1]

    assert there() == here()


def test_choices_are_checked_as_on_one_machine() -> None:
    port = {"type": "json", "choices": ['"a"', "1"]}
    assert checked("x", "a", port, 66) == "a"
    for value in ("b", 2, [1], True):
        with pytest.raises(Stop) as stop:
            checked("x", value, port, 66)
        with pytest.raises(Unfit) as unfit:
            accept(value, JSON, (Constant.of("a"), Constant.of(1)))
        assert stop.value.args[1] == f"x {unfit.value}"


_PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner)
        | st.tuples(inner)
        | st.dictionaries(st.text() | st.integers(), inner)
    ),
    max_leaves=8,
)


@given(_PLAIN)
def test_what_is_plain_is_what_is_plain_on_one_machine(value: object) -> None:
    assert is_exact(value) == (as_json(value) is not None)


def test_an_input_of_another_type_is_told(bench: Bench) -> None:
    task = bench.task("def f(x): pass", bench.given("x", ValueType.INTEGER))
    done = bench.run(task, x="many")
    assert (done.code, done.err) == (66, "input 'x' is \"many\", not an integer")


def test_an_output_of_another_type_is_told(bench: Bench) -> None:
    task = bench.task(
        "def f(): return 'many'", left=(bench.left(kind=ValueType.INTEGER),)
    )
    done = bench.run(task)
    assert (done.code, done.err) == (65, "output 'result' is \"many\", not an integer")


def test_an_output_that_reads_as_its_type_is_taken(bench: Bench) -> None:
    task = bench.task("def f(): return '7'", left=(bench.left(kind=ValueType.INTEGER),))
    assert bench.run(task).code == 0
    assert bench.text() == "7"


def test_parts_of_what_is_returned(bench: Bench) -> None:
    left = (
        bench.left("a", part=("a", 1)),
        bench.left("b", part=("b",), optional=True),
        bench.left("n", part=("point", "y")),
    )
    source = (
        "from collections import namedtuple\nP = namedtuple('P', 'x y')\n"
        "def make(): return {'a': [1, 2], 'point': P(3, 4)}"
    )
    assert bench.run(bench.task(source, left=left)).code == 0
    assert (bench.text("a"), bench.text("n")) == ("2", "4")
    assert not (bench.folder / "out/b").exists()


def test_a_part_that_is_missing_is_told(bench: Bench) -> None:
    task = bench.task("def f(): return {}", left=(bench.left("a", part=("a", 0)),))
    done = bench.run(task)
    assert done.code == 65
    assert done.err == "output 'a': what the function returned has no ['a'][0]"


def test_a_failure_shows_only_the_users_own_frames(bench: Bench) -> None:
    source = "def inner():\n    raise ValueError('bad')\n\ndef f():\n    inner()\n"
    done = bench.run(bench.task(source))
    assert done.code == 1
    assert done.err.splitlines()[1] == '  File "<f>", line 5, in f'
    assert "raise ValueError('bad')" in done.err
    assert done.err.endswith("ValueError: bad")
    assert "script.py" not in done.err


@pytest.mark.parametrize(
    ("leave", "code", "err"),
    [
        ("sys.exit()", 0, ""),
        ("sys.exit(0)", 0, ""),
        ("sys.exit(7)", 7, "exit code 7"),
        ("sys.exit(-1)", 255, "exit code 255"),
        ("sys.exit('no data')", 1, "no data"),
    ],
)
def test_sys_exit(bench: Bench, leave: str, code: int, err: str) -> None:
    done = bench.run(bench.task(f"import sys\ndef f():\n    {leave}"))
    assert (done.code, done.err) == (code, err)
    if not code:
        assert bench.text() == "null"


def test_coroutines_are_awaited_and_generators_refused(bench: Bench) -> None:
    assert bench.run(bench.task("async def f(): return 4")).code == 0
    assert bench.text() == "4"
    done = bench.run(bench.task("def f():\n    yield 1"))
    assert (done.code, done.err) == (65, "f returned a generator; return a list")


def test_what_it_prints_is_printed(bench: Bench) -> None:
    assert bench.run(bench.task("def f(): print('hi')")).out == "hi\n"


def test_artifacts_are_paths_and_none_where_there_is_none(bench: Bench) -> None:
    here = bench.folder / "in.txt"
    here.write_text("hi")
    task = bench.task(
        "def f(a, b): return [a.read_text(), b]",
        Given(name="a", type="artifact", path=str(here)),
        Given(name="b", type="artifact", path=str(bench.folder / "gone")),
    )
    assert bench.run(task).code == 0
    assert bench.text() == '["hi",null]'


def test_returned_files_and_folders_are_put_where_they_are_waited_for(
    bench: Bench,
) -> None:
    source = (
        "import os, pathlib\n"
        "def f():\n"
        "    pathlib.Path('m.bin').write_text('m')\n"
        "    os.makedirs('d/e'); pathlib.Path('d/e/x').write_text('x')\n"
        "    return {'m': pathlib.Path('m.bin'), 'd': 'd', 'same': 'm.bin'}\n"
    )
    left = tuple(
        bench.left(name, "artifact", part=(name,)) for name in ("m", "d", "same")
    )
    none = bench.left("none", "artifact", part=("none",), optional=True)
    assert bench.run(bench.task(source, left=(*left, none))).code == 0
    assert bench.text("m") == bench.text("same") == "m"
    assert (bench.folder / "out/d/e/x").read_text() == "x"
    assert (bench.folder / "m.bin").exists()


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("'gone'", "output 'm': the step left no gone"),
        ("5", "output 'm' must be a path; the function returned something else"),
    ],
)
def test_files_that_are_none_are_told(bench: Bench, value: str, why: str) -> None:
    task = bench.task(f"def f(): return {value}", left=(bench.left("m", "artifact"),))
    done = bench.run(task)
    assert (done.code, done.err) == (65, why)


def test_all_that_is_missing_is_named_in_one_line(bench: Bench) -> None:
    wanted = (
        "pytest",
        "no-such-package>=2",
        "pytest<1",
        "nor_this[extra]",
        'never; python_version<"3"',
    )
    done = bench.run(bench.task("def f(): assert 0", requirements=wanted))
    assert done.code == 69
    there = pytest.__version__
    assert done.err == (
        "the image lacks no-such-package>=2, "
        f"pytest<1 (it has {there}), nor_this[extra]"
    )


class Pickles:
    """Two steps, of which one passes its value to the other."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.folder = str(bench.folder / "out" / "result.value")

    def make(self, source: str, kind: ValueType = PYTHON) -> Done:
        left = (self.bench.left(kind=kind, pickle=self.folder),)
        return self.bench.run(self.bench.task(source, left=left))

    def use(self, source: str, kind: ValueType = PYTHON) -> Done:
        port = self.bench.given("x", kind, path=self.folder)
        return self.bench.run(
            self.bench.task(source, port), x=self.bench.text("result")
        )


@pytest.fixture
def pickles(bench: Bench) -> Pickles:
    return Pickles(bench)


@pytest.mark.parametrize("value", ["5", "None", "'x'", "[1, {'a': 2.5}]"])
def test_plain_values_need_no_pickle(pickles: Pickles, value: str) -> None:
    assert pickles.make(f"def f(): return {value}").code == 0
    assert not Path(pickles.folder).exists()
    assert pickles.use(f"def g(x): assert x == {value}").code == 0


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("(1, 2)", "[1,2]"),
        ("{1: 2}", '{"couler-value":"dict"}'),
        ("{1, 2}", '{"couler-value":"set"}'),
        ("[float('inf')]", '{"couler-value":"list"}'),
        ("__import__('datetime').date(2024, 1, 2)", '{"couler-value":"datetime.date"}'),
    ],
)
def test_other_values_are_pickled_beside_their_text(
    pickles: Pickles, value: str, text: str
) -> None:
    assert pickles.make(f"def f(): return {value}").code == 0
    assert pickles.bench.text() == text
    done = pickles.use(f"def g(x): assert x == {value} and type(x) is type({value})")
    assert (done.code, done.err) == (0, "")


def test_long_values_pass_beside_the_parameter(pickles: Pickles) -> None:
    assert pickles.make("def f(): return list(range(100_000))").code == 0
    assert pickles.bench.text() == '{"couler-value":"list"}'
    assert (Path(pickles.folder) / "value.json").exists()
    assert pickles.use("def g(x): assert x == list(range(100_000))").code == 0


def test_classes_of_a_step_are_known_to_the_next(pickles: Pickles) -> None:
    model = "class Model:\n    class Inner: n = 3\n    def __init__(self): self.i = Model.Inner()\n"
    assert pickles.make(f"{model}\ndef f(): return [Model()]").code == 0
    assert pickles.use("def g(x): assert x[0].i.n == 3").code == 0
    own = f"{model}\ndef g(x): assert isinstance(x[0], Model)"
    assert pickles.use(own).code == 0


def test_a_class_passes_through_a_step_that_has_it_not(pickles: Pickles) -> None:
    source = "class Model: n = 3\n\ndef f(): return [Model()]"
    assert pickles.make(source).code == 0
    again = str(pickles.bench.folder / "out" / "again.value")
    port = pickles.bench.given("x", PYTHON, path=pickles.folder)
    left = (pickles.bench.left(kind=PYTHON, pickle=again),)
    task = pickles.bench.task("def pass_on(x): return x", port, left=left)
    assert pickles.bench.run(task, x="").code == 0
    pickles.folder = again
    done = pickles.use("def g(x): assert x[0].n == 3")
    assert (done.code, done.err) == (0, "")


@pytest.mark.parametrize(
    ("kind", "value", "fault"),
    [
        (ValueType.LIST, "(1, {2})", ""),
        (ValueType.OBJECT, "{'a': {1}}", ""),
        (ValueType.LIST, "{1}", "output 'result' is a set, not a list"),
        (ValueType.OBJECT, "{1}", "output 'result' is a set, not an object"),
        (STRING, "{1}", "output 'result' is a set, not text"),
        (ValueType.NUMBER, "float('nan')", "output 'result' is a float, not a number"),
    ],
)
def test_types_hold_for_what_is_no_plain_data(
    pickles: Pickles, kind: ValueType, value: str, fault: str
) -> None:
    if kind in (STRING, ValueType.NUMBER):
        pickles.folder = ""
    done = pickles.make(f"def f(): return {value}", kind)
    assert (done.code, done.err) == (65 if fault else 0, fault)


def test_what_cannot_be_pickled_is_told(pickles: Pickles) -> None:
    done = pickles.make("def f(): return lambda: 0")
    assert done.code == 65
    assert done.err.startswith("output 'result' is a function that cannot be pickled: ")
    assert len(done.err.splitlines()) == 1


def test_a_text_is_never_unpickled(pickles: Pickles) -> None:
    bench = pickles.bench
    port = bench.given("x", PYTHON, path=str(bench.folder / "gone"))
    evil = '{"couler-value":1,"kind":"pickle"}\ncos\nabort\n(tR.'
    task = bench.task("def g(x): return x", port)
    assert bench.run(task, x=evil).code == 0
    assert bench.text() == evil
    file = bench.folder / "file"
    file.write_text(evil)
    port = bench.given("x", PYTHON, path=str(file))
    assert bench.run(bench.task("def g(x): return x", port), x="1").code == 0
    assert bench.text() == "1"


def test_a_value_without_its_artifact_is_told(pickles: Pickles) -> None:
    port = pickles.bench.given("x", PYTHON, path="/gone")
    task = pickles.bench.task("def g(x): pass", port)
    done = pickles.bench.run(task, x='{"couler-value":"set"}')
    assert done.code == 66
    assert done.err == (
        "input 'x' is a set that only an artifact can hold, and there is none"
    )


def test_numbers_of_numpy_are_numbers(bench: Bench) -> None:
    source = "import numpy\ndef f(): return numpy.float64(0.5)"
    left = (bench.left(kind=ValueType.NUMBER),)
    assert bench.run(bench.task(source, left=left)).code == 0
    assert bench.text() == "0.5"
