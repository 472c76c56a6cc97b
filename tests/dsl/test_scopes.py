"""Blocks leave nothing behind: errors, cells run again, threads, tasks, `building`."""

# pyright: reportUnusedExpression=false

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import Any

import pytest

import couler_jupyter as couler
from couler_jupyter.ir import Workflow
from tests.dsl.capture.conftest import Notebook
from tests.dsl.refusal import refused
from tests.dsl.samples import best, number, publish, train, use


class Boom(Exception):
    """An error of the user's."""


def boom(_: object = None) -> None:
    use(1)
    raise Boom


def names(workflow: Workflow) -> list[str]:
    return [step.name for step in workflow.steps]


def plain() -> Workflow:
    with couler.workflow("plain") as wf:
        publish(use(1))
    return wf.workflow


PLAIN = plain()

BLOCKS: dict[str, Callable[[], object]] = {
    "concurrent": lambda: couler.concurrent([number, boom]),
    "subtasks": lambda: couler.concurrent([number, boom], subtasks=True),
    "dag": lambda: couler.dag([[number, lambda: use(3)], [number, boom]]),
    "map": lambda: couler.map_(boom, [1]),
    "nested map": lambda: couler.map_(lambda x: [use(x), couler.map_(boom, x)], [[1]]),
    "when": lambda: couler.when(couler.equal(number, 1), boom),
    "else": lambda: couler.when(couler.equal(number, 1), number, boom),
    "while": lambda: couler.exec_while(couler.equal(1), boom, limit=2),
    "handler": lambda: couler.set_exit_handler(couler.Failed, boom),
    "dependencies": lambda: couler.set_dependencies(boom, ["a"]),
    "after": lambda: couler.after([], boom),
    "workflow": couler.workflow("inner")(boom),
}


def block(name: str) -> None:
    """Fail inside a `with` block of the kind."""
    inner: Any = {
        "when block": lambda: couler.when(couler.equal(number(), 1)),
        "after block": lambda: couler.after([]),
        "workflow block": lambda: couler.workflow("inner"),
    }[name]
    with inner():
        use(2)
        raise Boom


for _name in ("when block", "after block", "workflow block"):
    BLOCKS[_name] = lambda name=_name: block(name)  # type: ignore[misc]


@pytest.mark.parametrize("name", BLOCKS)
def test_an_error_leaves_nothing_for_the_next_workflow(name: str) -> None:
    block = couler.workflow("broken")

    def write() -> None:
        with block:
            number()
            BLOCKS[name]()

    with pytest.raises(Boom):
        write()
    with pytest.raises(couler.BuildFailed, match="once its with block has ended well"):
        _ = block.workflow
    assert plain() == PLAIN
    with pytest.raises(couler.BuildFailed, match="none is being written"):
        couler.run_container("py")


@pytest.mark.parametrize("name", BLOCKS)
def test_an_error_that_is_caught_takes_its_block_back(name: str) -> None:
    with couler.workflow("plain") as wf:
        first = use(1)
        with pytest.raises(Boom):
            BLOCKS[name]()
        publish(first)
    left = [step for step in wf.workflow.steps if step.name != "number"]
    assert wf.workflow.exit_handlers == ()
    assert left == list(PLAIN.steps)


def test_order_that_was_written_for_others_is_taken_back() -> None:
    def fail() -> None:
        couler.set_dependencies(first, "other.Failed")
        other >> first
        use(other)
        raise Boom

    with couler.workflow("w") as wf:
        first, other = use(1), number(step_name="other")
        with pytest.raises(Boom):
            couler.concurrent([fail])
    assert [step.dependencies for step in wf.workflow.steps] == [(), ()]


def test_what_was_taken_back_cannot_be_used() -> None:
    kept: list[Any] = []

    def body() -> None:
        kept.append(number())
        raise Boom

    for call in (
        lambda: couler.concurrent([body]),
        lambda: couler.map_(lambda _: body(), [1]),
    ):
        with refused("taken back|which is not there", couler.CoulerError):
            use(1)
            with pytest.raises(Boom):
                call()
            use(kept[-1])


def test_a_cell_that_is_run_again_replaces(notebook: Notebook) -> None:
    notebook.cell("""
        @couler.step
        def fit(x: int) -> int:
            return x
    """)
    cell = """
        with couler.workflow("again") as wf:
            fit(fit(1))
    """
    notebook.cell(cell)
    first = notebook["wf"].workflow
    notebook.cell(cell)
    assert notebook["wf"].workflow == first
    assert names(first) == ["fit", "fit-2"]
    places = [str(step.origin) for step in notebook["wf"].workflow.steps]
    assert places == ["cell [4], line 2", "cell [4], line 2"]


def test_a_function_that_is_defined_again_is_the_new_one(notebook: Notebook) -> None:
    notebook.cell("@couler.step\ndef f() -> int:\n    return helper()")
    for value in (1, 2):
        notebook.cell(f"def helper(): return {value}")
        notebook.cell("with couler.workflow('w') as wf: f()")
        assert f"return {value}" in notebook["wf"].workflow["f"].template.source


def test_threads_do_not_meet() -> None:
    built: dict[int, Workflow] = {}
    together = threading.Barrier(4)

    def build(count: int) -> None:
        with couler.workflow(f"w{count}") as wf:
            together.wait(60)
            for _ in range(count):
                use(1)
            together.wait(60)
        built[count] = wf.workflow

    threads = [threading.Thread(target=build, args=(n,)) for n in range(1, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert {n: len(workflow.steps) for n, workflow in built.items()} == {
        1: 1,
        2: 2,
        3: 3,
        4: 4,
    }


def test_asynchronous_tasks_do_not_meet() -> None:
    async def build(count: int) -> Workflow:
        with couler.workflow(f"w{count}") as wf:
            for _ in range(count):
                use(1)
                await asyncio.sleep(0)
        return wf.workflow

    async def main() -> list[Workflow]:
        return await asyncio.gather(*(build(n) for n in (1, 2, 3)))

    assert [len(workflow.steps) for workflow in asyncio.run(main())] == [1, 2, 3]


def test_a_block_is_entered_once() -> None:
    block = couler.workflow("w")
    with block:
        number()
        with pytest.raises(
            couler.BuildFailed, match="once its with block has ended well"
        ):
            _ = block.workflow
    with pytest.raises(couler.BuildFailed, match="was entered before"), block:
        number()
    with pytest.raises(couler.BuildFailed, match="is no step of another workflow"):
        _ = block.step


def test_an_empty_workflow() -> None:
    with refused("it has no steps", couler.InvalidWorkflow):
        pass


@pytest.mark.parametrize("name", ["a/b", "<b>", "two\nlines", "x'\"", "-a"])
def test_names_that_cannot_be(name: str) -> None:
    with pytest.raises(couler.InvalidWorkflow) as caught, couler.workflow(name):
        couler.run_container("py", step_name=name)
    assert [problem.what[:15] for problem in caught.value.problems] == [
        "its name may on"
    ] * 2


def test_building_collects_the_steps_of_a_cell() -> None:
    with couler.building("cell", parallelism=2) as built:
        number()
    assert built.workflow is not None
    assert (built.workflow.name, built.workflow.parallelism) == ("cell", 2)
    assert built.workflows == (built.workflow,)


def test_building_gives_the_block_in_the_cell() -> None:
    with (
        couler.building("cell", parallelism=2, timeout=9, parameters={"n": 1}) as built,
        couler.workflow("block", timeout=5),
    ):
        number()
    assert built.workflow is not None
    assert built.workflow.name == "block"
    assert (built.workflow.parallelism, built.workflow.timeout) == (2, 5)
    assert [one.name for one in built.workflow.parameters] == ["n"]


def test_a_block_without_a_name_has_the_name_of_the_cell() -> None:
    with couler.building("cell") as built, couler.workflow():
        number()
    assert built.workflow is not None
    assert built.workflow.name == "cell"


def test_building_nothing() -> None:
    with couler.building() as built:
        pass
    assert built.workflow is None


def test_building_too_much() -> None:
    with refused(r"writes 2 workflows \('a', 'b'\); keep", block=couler.building()):
        for name in "ab":
            with couler.workflow(name):
                number()
    with refused(r"step 'use' \(.*line .*\) stands outs", block=couler.building()):
        use(1)
        with couler.workflow("a"):
            number()


def test_a_file_may_write_several() -> None:
    with couler.building("file", optional=True) as built:
        use(1)
        for name in "ab":
            with couler.workflow(name):
                number()
    assert [one.name for one in built.workflows] == ["file", "a", "b"]
    assert built.workflow == built.workflows[0]


def test_an_error_in_a_cell_leaves_nothing() -> None:
    with pytest.raises(Boom), couler.building() as built:
        boom()
    assert built.workflow is None
    assert plain() == PLAIN


def test_a_cell_is_checked() -> None:
    with refused("which is not there", couler.InvalidWorkflow, block=couler.building()):
        couler.set_dependencies(number, ["x"])


def test_a_branch_that_is_never_entered_in_a_cell() -> None:
    with refused("neither a function nor a with", block=couler.building()):
        couler.when(couler.equal(number(), 1))
    assert best([1]) == 1
    assert train("a", "b") == 0.1
