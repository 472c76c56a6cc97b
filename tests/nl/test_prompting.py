"""Prompts are files; what comes from elsewhere is marked as data; all of it is short."""

from __future__ import annotations

from importlib.resources import files

import pytest

from couler_jupyter.llm.reckoning import reckon
from couler_jupyter.nl.checking import check
from couler_jupyter.nl.lake import Lake
from couler_jupyter.nl.pipeline import propose
from couler_jupyter.nl.prompting import as_data, fenced, prompt, visible
from couler_jupyter.nl.proposal import Proposal, Wish
from couler_jupyter.testing.models import QueueModel
from tests.nl.seeded_faults import modules_of, programs
from tests.nl.test_pipeline import code, module, plan, score
from tests.nl.trying_here import try_here

MOST_TOKENS = 4_000
WISHES = {
    "chain": "Load data.csv, drop the rows with gaps, train a model at rate 0.01, "
    "evaluate it, and notify me when all is done",
    "diamond": "Load the data; from it make features and a split, train on both and "
    "publish the loss",
    "dag": "Build, then test and lint side by side, then release, each as a container "
    "of alpine",
    "sweep": "Train on the trips with three learning rates at once, retry each twice, "
    "and report the best",
    "choice": "Train for ten epochs, evaluate, deploy the model if it scores 0.9 or "
    "more, else train twice as long",
    "ending": "Every morning at six train a forest or an mlp, publish it, and tell me "
    "if it fails",
}


_CALLED = (
    ("train", "rows: list, rate: float = 0.1) -> float"),
    ("judge", "model: float) -> float"),
    ("notify", ") -> None"),
    ("deploy", "model: float) -> None"),
    ("f", ") -> int"),
    ("g", ") -> int"),
    ("fit", "turn: int) -> float"),
    ("clean_up", ") -> None"),
    ("mend", ") -> None"),
)


def _slip(program: str) -> str:
    return program.replace("couler.", "coulr.", 1)


def _names() -> list[str]:
    folder = files("couler_jupyter.nl").joinpath("prompts")
    return sorted(one.name for one in folder.iterdir() if one.name.endswith(".md"))


def test_every_prompt_is_a_file_with_words() -> None:
    assert len(_names()) >= 9
    for name in _names():
        text = files("couler_jupyter.nl").joinpath("prompts", name).read_text()
        assert text.strip()
        assert text.endswith("\n")


def test_what_models_are_told_of_the_interface_is_so() -> None:
    """The examples in the prompt are a program, once what they call is there."""
    example = prompt("dsl").partition("```python\n")[2].partition("```")[0]
    heads = [
        f"@couler.step\ndef {name}({takes}:\n    return None" for name, takes in _CALLED
    ]
    program = example.replace("a >> notify()", "score = judge(a)\na >> notify()")
    code = "\n\n".join(["import couler_jupyter as couler", *heads, program])
    report, workflow = check(code, "wf", try_program=try_here)
    assert report.faults == ()
    assert workflow is not None
    assert len(workflow.steps) >= 12


def test_what_stands_in_a_wish_is_no_place_for_values() -> None:
    assert "$modules" in prompt("generate", wish="$modules", modules="m", data="")


def test_a_prompt_lacks_no_value() -> None:
    with pytest.raises(KeyError):
        prompt("generate", wish="x")


@pytest.mark.parametrize("text", ["```", "a\n`````\nb", "~~~"])
def test_a_text_cannot_end_its_fence(text: str) -> None:
    lines = fenced(text).split("\n")
    assert lines[0].startswith(lines[-1])
    assert lines[-1] not in lines[1:-1]
    assert all(set(lines[-1]) == {"`"} for _ in lines[:1])


def test_no_data_is_no_words() -> None:
    assert as_data([("nothing", " \n")]) == ""


def test_what_cannot_be_seen_is_made_visible() -> None:
    assert visible("a\u202eb\x00c\n\td") == "a\ufffdb\ufffdc\n\td"


def test_a_flood_of_data_is_cut() -> None:
    assert len(as_data([("flood", "x" * 1_000_000)])) < 5_000


@pytest.mark.parametrize("slips", [0, 1])
@pytest.mark.parametrize("name", WISHES)
def test_a_simple_workflow_stays_within_its_tokens(name: str, slips: int) -> None:
    """Prompts and answers together, at once or after a repair, with our lake."""
    program = programs()[name]
    parts = modules_of(program)
    told = [module(one.name, *one.needs, kind="training") for one in parts]
    answers = [code(program), score(0.9, "it is all there")]
    model = QueueModel([plan(*told), *[code(_slip(program))] * slips, *answers])
    got = propose(
        Wish(text=WISHES[name]),
        model=model,
        lake=Lake.builtin(),
        try_program=try_here,
    )
    assert isinstance(got, Proposal)
    asked = sum(reckon(message.text) for q in model.asked for message in q.messages)
    assert len(got.attempts) == 1 + slips
    assert asked < got.spent.prompt_tokens
    assert got.spent.tokens <= MOST_TOKENS
