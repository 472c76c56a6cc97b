"""`couler card`: what is drafted, where it is kept, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from couler_jupyter.errors import CardFault, UsageFailed
from couler_jupyter.ir.tuning import DataCard, ModelCard
from couler_jupyter.session import Session
from couler_jupyter.tuning.cards import read_data_card
from couler_jupyter.verbs.base import Parser
from couler_jupyter.verbs.card import Card

Names = dict[str, object]
CSV = "a,b,y\n" + "\n".join(f"{i},{i * i},{'xz'[i % 2]}" for i in range(8)) + "\n"


class Said:
    """A console that remembers."""

    def __init__(self) -> None:
        self.text = ""

    def say(self, text: str) -> None:
        self.text += f"{text}\n"


@pytest.fixture
def names() -> Names:
    return {"x": np.arange(16.0).reshape(8, 2), "labels": np.array([0, 1] * 4)}


@pytest.fixture
def card(names: Names, tmp_path: Path) -> Callable[..., str]:
    session = Session(root=tmp_path / "runs", names=lambda: names)

    def run(*words: str) -> str:
        parser, console, verb = Parser(prog="card"), Said(), Card()
        verb.declare(parser)
        assert verb.execute(session, parser.parse_args(words), console) == 0  # type: ignore[arg-type]
        return console.text

    return run


Run = Callable[..., str]


def test_data_of_the_notebook_is_drafted_into_a_variable(
    card: Run, names: Names
) -> None:
    said = card("data", "x", "--target", "labels", "--name", "Toy")
    assert "pretty_name: Toy" in said
    assert "it is in the variable data_card" in said
    assert isinstance(names["data_card"], DataCard)
    assert "the card says what is so" in card(
        *("data", "x", "--target", "labels", "--check", "data_card")
    )
    names["labels"] = np.array([0, 1] * 3 + [1, 1])
    with pytest.raises(CardFault, match="its classes have other numbers of rows"):
        card("data", "x", "--target", "labels", "--check", "data_card")


def test_a_file_is_drafted_into_a_readme(card: Run, tmp_path: Path) -> None:
    data, readme = tmp_path / "toy.csv", tmp_path / "README.md"
    data.write_text(CSV)
    readme.write_text("---\nlicense: mit\n---\n# Toy\n")
    card("data", str(data), "--target", "y", "--into", str(readme))
    assert read_data_card(readme).name == "toy"
    assert readme.read_text().endswith("# Toy\n")
    assert "says what is so" in card("data", str(data), "--check", str(readme))


def test_a_model_is_drafted(card: Run, names: Names) -> None:
    from sklearn.svm import SVC

    names["est"] = SVC()
    card("model", "est", "--tuned", "C, gamma", "--as", "mine")
    made = names["mine"]
    assert isinstance(made, ModelCard)
    fixed = {name for name, _ in made.architecture_hyperparameters}
    assert "kernel" in fixed
    assert not {"C", "gamma"} & fixed


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("data nix --target y", "no variable 'nix' holds data, nor is it a file"),
        ("model nix", "no variable 'nix' holds a model"),
        ("model x --target y", "card model takes no --target"),
        ("data x --tuned a", "card data takes no --tuned"),
        ("data x --target labels --as 1a", "'1a' is no name of a variable"),
        ("data x --check x --into R.md", "--check drafts nothing"),
        ("data x --target labels --check labels", "'labels' is a ndarray, no data"),
    ],
)
def test_what_makes_no_sense_is_told(words: str, told: str, card: Run) -> None:
    with pytest.raises(UsageFailed, match=told):
        card(*words.split())
