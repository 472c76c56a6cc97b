from __future__ import annotations

import json
import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from couler_jupyter.engines.local.attempt import (
    Ending,
    FunctionCall,
    Outcome,
    ValueFile,
)
from couler_jupyter.engines.local.forking.messages import pack_order
from couler_jupyter.engines.local.values import read_header, read_value
from tests.engines.local.driving import Driver

Call = Callable[..., Outcome]


@pytest.fixture
def call(driver: Driver) -> Call:
    """Runs the function `step` of a source and returns the outcome."""

    def run(source: str, *given: Any, **more: Any) -> Outcome:
        return driver.run(driver.function(dedent(source), *given), **more)

    return run


def test_short_plain_value_comes_with_the_outcome(call: Call, tmp_path: Path) -> None:
    outcome = call("def step(n):\n    return {'n': [n, None, 0.5, 'é']}\n", 7)
    assert (outcome.ending, outcome.exit_code) == (Ending.SUCCEEDED, 0)
    assert json.loads(outcome.value) == {"n": [7, None, 0.5, "é"]}
    assert not list(tmp_path.glob("result*"))


def test_none_is_a_value_too(call: Call) -> None:
    assert call("def step():\n    pass\n").value == "null"


def test_long_plain_value_is_in_the_file(driver: Driver) -> None:
    made = driver.function("def step():\n    return list(range(5000))\n")
    outcome = driver.run(made)
    assert (outcome.ending, outcome.value) == (Ending.SUCCEEDED, "")
    assert read_header(made.result).kind == "json"
    assert read_value(made.result, pickles=False) == list(range(5000))


def test_other_value_is_pickled(driver: Driver) -> None:
    made = driver.function("def step():\n    return {1: {2, 3}}, 'x'\n")
    assert driver.run(made).value == ""
    header = read_header(made.result)
    assert (header.kind, header.type, header.length) == ("pickle", "tuple", 2)
    assert read_value(made.result) == ({1: {2, 3}}, "x")


def test_class_of_the_step_reaches_a_step_that_knows_it(driver: Driver) -> None:
    shape = "from dataclasses import dataclass\n@dataclass\nclass Model:\n    n: int\n"
    first = driver.function(shape + "def step():\n    return Model(3)\n")
    assert driver.run(first).ending is Ending.SUCCEEDED
    second = driver.function(
        shape + "def step(m):\n    return isinstance(m, Model) and m.n\n",
        ValueFile(first.result),
    )
    assert driver.run(second).value == "3"


def test_class_reaches_a_step_that_does_not_know_it_and_goes_on(driver: Driver) -> None:
    shape = """
        from dataclasses import dataclass
        @dataclass
        class Model:
            n: int
            class Part(list):
                pass
    """
    first = driver.function(
        dedent(shape) + "def step():\n    return [Model(3), Model.Part('ab')]\n"
    )
    driver.run(first)
    passing = "def step(them):\n    them[0].n += 1\n    return them\n"
    second = driver.function(passing, ValueFile(first.result))
    driver.run(second)
    third = driver.function(
        "def step(m, p):\n    return type(m).__name__, m.n, list(p)\n",
        ValueFile(second.result, (0,)),
        ValueFile(second.result, (1,)),
    )
    outcome = driver.run(third)
    assert outcome.ending is Ending.SUCCEEDED, outcome.reason
    assert read_value(third.result) == ("Model", 4, ["a", "b"])


def test_exception_shows_only_the_frames_of_the_user(
    call: Call, driver: Driver
) -> None:
    outcome = call(
        """
        def inner(x):
            return 1 / x
        def step(x):
            return inner(x)
        """,
        0,
    )
    assert (outcome.ending, outcome.exit_code) == (Ending.FAILED, 1)
    assert outcome.reason == "ZeroDivisionError: division by zero"
    log = driver.log(outcome)
    assert "return 1 / x" in log
    assert log.count("File ") == 2
    assert "couler_jupyter" not in log


def test_source_is_shown_under_the_name_people_know(driver: Driver) -> None:
    made = driver.function("def step():\n    raise KeyError('lost')\n")
    named = FunctionCall(
        source=made.source, function="step", result=made.result, shown_as="cell [3]"
    )
    outcome = driver.run(named)
    assert 'File "cell [3]", line 2, in step' in driver.log(outcome)
    assert "raise KeyError('lost')" in driver.log(outcome)


def test_reason_is_one_bounded_line(call: Call) -> None:
    outcome = call("def step():\n    raise ValueError('a\\nb' + 'x' * 100_000)\n")
    assert outcome.reason.startswith("ValueError: a bxxx")
    assert len(outcome.reason) < 5000


def test_syntax_error_is_told(call: Call, driver: Driver) -> None:
    outcome = call("def step(:\n")
    assert outcome.ending is Ending.FAILED
    assert "SyntaxError" in outcome.reason
    assert "def step(:" in driver.log(outcome)


def test_error_of_the_module_itself_is_told(call: Call) -> None:
    outcome = call("import no_such_module\ndef step():\n    pass\n")
    assert outcome.reason == "ModuleNotFoundError: No module named 'no_such_module'"


def test_changed_source_is_compiled_anew(driver: Driver) -> None:
    made = driver.function("def step():\n    return 1\n")
    assert driver.run(made).value == "1"
    made.source.write_text("def step():\n    return 2 + 0\n")
    assert driver.run(made).value == "2"


def test_missing_function_and_missing_source_are_errors(
    call: Call, driver: Driver, tmp_path: Path
) -> None:
    outcome = call("def other():\n    pass\n")
    assert outcome.ending is Ending.ERRORED
    assert outcome.reason.endswith("has no function 'step'")
    gone = FunctionCall(
        source=tmp_path / "gone.py", function="step", result=tmp_path / "r"
    )
    assert "gone.py" in driver.run(gone).reason


def test_unpicklable_result_names_the_type_and_the_culprit(call: Call) -> None:
    outcome = call(
        """
        import threading
        def step():
            return {"model": [1, threading.Lock()]}
        """
    )
    assert (outcome.ending, outcome.exit_code) == (Ending.FAILED, os.EX_DATAERR)
    assert outcome.reason == (
        "step returned a dict that cannot be pickled because of the _thread.lock at "
        "['model'][1]: cannot pickle '_thread.lock' object"
    )


def test_unpicklable_result_leaves_no_file(call: Call, tmp_path: Path) -> None:
    call("def step():\n    return lambda: 0\n")
    assert not list(tmp_path.glob("*result*"))


def test_generator_is_refused_with_the_way_out(call: Call) -> None:
    outcome = call("def step():\n    yield 1\n")
    assert outcome.reason == "step returned a generator; return a list"


def test_coroutine_is_awaited(call: Call) -> None:
    source = """
        import asyncio
        async def step(n):
            await asyncio.sleep(0)
            return n + 1
    """
    assert call(source, 1).value == "2"


@pytest.mark.parametrize(
    ("leave", "ending", "code", "reason"),
    [
        ("sys.exit()", Ending.SUCCEEDED, 0, ""),
        ("sys.exit(0)", Ending.SUCCEEDED, 0, ""),
        ("sys.exit(4)", Ending.FAILED, 4, "exit code 4"),
        ("sys.exit('no data')", Ending.FAILED, 1, "no data"),
        ("os._exit(0)", Ending.FAILED, 0, "it exited before its function returned"),
        ("os._exit(9)", Ending.FAILED, 9, "exit code 9"),
    ],
)
def test_exits_are_honoured(
    call: Call, leave: str, ending: Ending, code: int, reason: str
) -> None:
    outcome = call(f"import os, sys\ndef step():\n    {leave}\n")
    assert (outcome.ending, outcome.exit_code, outcome.reason) == (ending, code, reason)
    assert outcome.value == ("null" if ending is Ending.SUCCEEDED else "")


def test_crash_in_native_code_is_named(call: Call) -> None:
    outcome = call("import ctypes\ndef step():\n    ctypes.string_at(0)\n")
    assert (outcome.ending, outcome.signal) == (Ending.FAILED, signal.SIGSEGV)
    assert outcome.reason == "killed by SIGSEGV"


def test_missing_argument_file_is_an_error(driver: Driver, tmp_path: Path) -> None:
    made = driver.function("def step(x):\n    return x\n", ValueFile(tmp_path / "gone"))
    outcome = driver.run(made)
    assert (outcome.ending, outcome.exit_code) == (Ending.ERRORED, os.EX_NOINPUT)
    assert outcome.reason.startswith("an argument: ")
    assert "gone" in outcome.reason


def test_result_that_cannot_be_written_is_an_error(driver: Driver) -> None:
    made = driver.function("def step():\n    return {1}\n")
    lost = FunctionCall(
        source=made.source, function="step", result=Path("/nonexistent/r")
    )
    outcome = driver.run(lost)
    assert (outcome.ending, outcome.exit_code) == (Ending.ERRORED, os.EX_IOERR)
    assert (
        outcome.reason == "its result could not be written: No such file or directory"
    )


def test_full_disk_is_an_error_that_leaves_no_half_result(driver: Driver) -> None:
    """A file size limit stands for the disk: the write is refused midway."""
    made = driver.function(
        dedent("""
        import resource, signal
        def step():
            resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
            return {1: bytes(10_000_000)}
        """)
    )
    outcome = driver.run(made)
    assert outcome.ending is Ending.ERRORED
    assert outcome.reason == "its result could not be written: File too large"
    assert not list(made.result.parent.glob("*result*"))


def test_exit_handlers_and_threads_finish(call: Call, tmp_path: Path) -> None:
    outcome = call(
        """
        import atexit, threading, time
        def late():
            time.sleep(0.2)
            print("thread")
        def step():
            atexit.register(print, "handler")
            threading.Thread(target=late).start()
            print("no line break", end="")
        """
    )
    log = (tmp_path / f"{outcome.id}.log").read_text()
    assert log == "no line breakthread\nhandler\n"


def test_multiprocessing_works_either_way(call: Call) -> None:
    outcome = call(
        """
        import multiprocessing
        def double(n):
            return 2 * n
        def step():
            found = []
            for way in ("fork", "spawn"):
                with multiprocessing.get_context(way).Pool(1) as pool:
                    found += pool.map(double, [1, 2])
            return found
        """
    )
    assert outcome.value == "[2,4,2,4]", outcome.reason


def test_steps_do_not_share_state(call: Call) -> None:
    source = """
        import json, os
        def step():
            before = getattr(json, "touched", False), os.environ.get("TOUCHED")
            json.touched = True
            os.environ["TOUCHED"] = "yes"
            return before
    """
    first, second = call(source + "\n"), call(source + "\n\n")
    assert first.ending is second.ending is Ending.SUCCEEDED
    assert first.value == second.value == ""


def test_random_numbers_differ(call: Call) -> None:
    source = "import random\ndef step():\n    return random.random()\n"
    assert call(source).value != call(source).value


def test_pythonpath_is_honoured(call: Call, tmp_path: Path) -> None:
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "mine_only.py").write_text("ANSWER = 42\n")
    source = "def step():\n    import mine_only\n    return mine_only.ANSWER\n"
    outcome = call(source, env=(("PYTHONPATH", str(tmp_path / "lib")),))
    assert outcome.value == "42"


def test_stdin_is_empty(call: Call) -> None:
    assert call("import sys\ndef step():\n    return sys.stdin.read()\n").value == '""'


def test_short_parts_come_with_the_outcome(driver: Driver) -> None:
    made = driver.function(
        "from pathlib import Path\n"
        "def step():\n    return {'a': [1, 2], 'file': Path('x')}\n"
    )
    outcome = driver.run(replace(made, parts=(("a", 1), ("none",), ("file",))))
    assert json.loads(outcome.value) == [[2], [], ["x"]]


def test_other_parts_are_in_files_of_their_own(driver: Driver) -> None:
    made = driver.function("def step():\n    return {'a': {1, 2}, 'b': 3}\n")
    outcome = driver.run(replace(made, parts=(("a",), ("b",), ("c",))))
    assert outcome.value == ""
    files = [Path(f"{made.result}.{number}") for number in range(3)]
    assert [read_value(file) for file in files[:2]] == [{1, 2}, 3]
    assert not files[2].exists()
    assert not made.result.exists()


def test_call_runs_by_itself_as_in_a_container(tmp_path: Path) -> None:
    source = tmp_path / "s.py"
    source.write_text("def step():\n    return 6 * 7\n")
    made = FunctionCall(source=source, function="step", result=tmp_path / "result")
    order = tmp_path / "order"
    order.write_bytes(pack_order(made, {}, tmp_path))
    module = "couler_jupyter.engines.local.forking.function_call"
    subprocess.run([sys.executable, "-m", module, str(order)], check=True)
    assert read_value(made.result) == 42


def test_pickle_of_a_driver_free_value_is_standard(driver: Driver) -> None:
    """After the first line the file is a plain pickle, readable without us."""
    made = driver.function("def step():\n    return {'a', 'b'}\n")
    driver.run(made)
    _, _, body = made.result.read_bytes().partition(b"\n")
    assert pickle.loads(body) == {"a", "b"}
