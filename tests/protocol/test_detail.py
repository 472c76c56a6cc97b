from __future__ import annotations

import json

import pytest

from couler_jupyter.ir import (
    S3,
    Argument,
    Container,
    Origin,
    Resources,
    Script,
    Step,
    Suspend,
)
from couler_jupyter.protocol import StepDetail, step_detail
from tests.protocol import golden
from tests.protocol.cases import CASES, every_kind, pick_best


def facts(detail: StepDetail) -> dict[str, str]:
    return {one["name"]: one["text"] for one in detail["template"]}


@pytest.mark.parametrize("case", sorted(CASES))
def test_detail_is_what_it_was(case: str) -> None:
    details = [step_detail(step, step.name) for step in CASES[case]()]
    text = json.dumps(details, indent=1, ensure_ascii=False) + "\n"
    golden.check(f"protocol/details_{case}.json", text)


def test_what_a_step_is_given_and_leaves() -> None:
    train = pick_best().by_name["train"]
    detail = step_detail(train, "tune/train", ["reused from r-1\x1b[0m"])
    assert detail["id"] == "tune/train"
    assert detail["arguments"] == [
        {"name": "data", "text": "load.result"},
        {"name": "model", "text": "item"},
    ]
    assert detail["outputs"] == ["result"]
    assert detail["decision"] == ["reused from r-1"]
    assert facts(detail)["retries"] == "2"
    assert facts(detail)["source"].startswith("def train(")


def test_where_it_was_written() -> None:
    wait = Suspend(message="deploy?")
    here = Step(name="ask", template=wait, origin=Origin("cell [3]", 7))
    assert step_detail(here, "ask")["origin"] == "cell [3], line 7"
    assert step_detail(Step(name="ask", template=wait), "ask")["origin"] == ""


def test_what_it_asks_of_the_machine() -> None:
    asked = Resources(cpu=0.5, memory=3 * 2**29, gpu=2)
    box = Container(image="busybox", command=("echo", "hi"), resources=asked)
    assert facts(step_detail(Step(name="s", template=box), "s")) == {
        "image": "busybox",
        "command": "echo hi",
        "cores": "0.5",
        "memory": "1536 MiB",
        "accelerators": "2",
    }


def test_a_place_is_told_without_what_opens_it() -> None:
    given = Argument("data", S3(bucket="lake", key="a/b.csv"))
    step = Step(name="s", template=Suspend(), arguments=(given,))
    (told,) = step_detail(step, "s")["arguments"]
    assert told["text"].startswith("S3 ")
    assert "lake" in told["text"]
    assert "a/b.csv" in told["text"]


def test_long_and_odd_sources_are_cut_and_cleaned() -> None:
    script = Script(source="echo \x1b[31mred\x00\n" * 5000)
    source = facts(step_detail(Step(name="s", template=script), "s"))["source"]
    assert source.startswith("echo red\necho red\n")
    assert len(source) == 8000
    assert source.endswith("…")


def test_every_kind_says_something() -> None:
    for step in every_kind():
        assert step_detail(step, step.name)["template"], step.name
