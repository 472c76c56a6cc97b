"""Cards as Hugging Face writes them: read, written, and nothing lost."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from couler_jupyter.errors import CardFault
from couler_jupyter.ir import Constant
from couler_jupyter.ir.tuning import Classes, DataCard, Direction, Metric, ModelCard
from couler_jupyter.tuning.cards import (
    metadata_of,
    read_data_card,
    read_model_card,
    write_card,
)

DATA = DataCard(
    name="Digits",
    input_type="image",
    label_space=Classes(names=("0", "1")),
    metric=Metric(name="accuracy", direction=Direction.MAXIMIZE, trivial=0.5),
    rows=10,
    types=(("number", 64),),
    hub=Constant.of({"license": "mit", "language": ["no"]}),
)
MODEL = ModelCard(
    name="MLP",
    library="scikit-learn",
    structure="64-32-10",
    description="a small net",
    architecture_hyperparameters=(("layers", Constant.of([32])),),
    hub=Constant.of({"base_model": "none", "model-index": [{"name": "MLP"}]}),
)
THEIRS = """---
license: cc-by-4.0  # as they say
language: [no, en]
task_ids:
- multi-class-image-classification
unknown: {deep: [1, 2.5, null, 2020-01-01]}
---

# Digits

Some *text* with --- in it.
---
and more
"""


@pytest.mark.parametrize("text", ["", THEIRS, "no metadata\n", "---\n---\nempty\n"])
def test_what_is_written_is_read_again(text: str, tmp_path: Path) -> None:
    path = tmp_path / "README.md"
    if text:
        path.write_text(text)
    write_card(DATA, path)
    card = read_data_card(path)
    assert replace(card, hub=DATA.hub) == DATA
    write_card(card, path)
    assert read_data_card(path) == card
    assert path.read_text().endswith(text.rpartition("\n---\n")[2] or "# Digits\n")


def test_fields_and_text_of_others_stay(tmp_path: Path) -> None:
    path = tmp_path / "README.md"
    path.write_text(THEIRS)
    write_card(replace(DATA, hub=Constant.of({"license": "mit"})), path)
    hub = read_data_card(path).hub.value
    assert hub["unknown"] == {"deep": [1, 2.5, None, "2020-01-01"]}
    assert hub["language"] == ["no", "en"]
    assert hub["license"] == "mit"
    assert "Some *text* with --- in it.\n---\nand more\n" in path.read_text()


def test_the_names_are_theirs_and_the_rest_is_in_the_block() -> None:
    metadata = metadata_of(DATA)
    assert [*metadata] == ["pretty_name", "license", "language", "couler"]
    assert metadata["couler"] == {
        "input_type": "image",
        "label_space": {"kind": "classes", "names": ["0", "1"]},
        "default_metric": {"name": "accuracy", "direction": "maximize", "trivial": 0.5},
        "rows": 10,
        "types": {"number": 64},
    }
    model = metadata_of(MODEL)
    assert (model["model_name"], model["library_name"]) == ("MLP", "scikit-learn")
    assert model["couler"]["architecture_hyperparameters"] == {"layers": [32]}


def test_a_model_is_read_by_the_name_beside_its_results(tmp_path: Path) -> None:
    path = tmp_path / "README.md"
    write_card(MODEL, path)
    assert read_model_card(path) == MODEL
    path.write_text(path.read_text().replace("model_name: MLP\n", ""))
    assert read_model_card(path).name == "MLP"


NO_DIRECTION = """
  input_type: image
  label_space: {kind: classes, names: [a]}
  default_metric: {name: accuracy}"""
BAD = {
    "none": ("# only text\n", "README.md has no 'couler' block; it is to hold input_type"),
    "no YAML": ("---\na: [1\n---\n", "its metadata is no YAML: .* at line"),
    "tag": ("---\na: !!python/name:os.system x\n---\n", "its metadata is no YAML"),
    "twice": ("---\na: 1\na: 2\n---\n", "key 'a' stands twice at line 3"),
    "list": ("---\n- a\n---\n", "its metadata is no mapping"),
    "number": ("---\na: .nan\n---\n", "its metadata is no JSON value"),
    "fields": ("---\ncouler: {input_type: image}\n---\n", "'label_space' is missing"),
    "spelling": (
        "---\ncouler: {inputtype: image}\n---\n",
        "'inputtype' is unknown; did you mean 'input_type'",
    ),
    "direction": (
        f"---\npretty_name: a\ncouler: {NO_DIRECTION}\n---\n",
        "default_metric: 'direction' is missing",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_card_is_told(name: str, tmp_path: Path) -> None:
    text, told = BAD[name]
    path = tmp_path / "README.md"
    path.write_text(text)
    with pytest.raises(CardFault, match=told):
        read_data_card(path)


def test_what_is_not_there_or_no_text_is_told(tmp_path: Path) -> None:
    with pytest.raises(CardFault, match="No such file"):
        read_data_card(tmp_path / "README.md")
    (tmp_path / "b.md").write_bytes(b"\xff\xfe")
    with pytest.raises(CardFault, match="no UTF-8"):
        read_model_card(tmp_path / "b.md")
