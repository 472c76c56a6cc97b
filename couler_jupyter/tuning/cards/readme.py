"""Cards as the metadata of a README.md, as Hugging Face has them.

The YAML before the text is theirs; what it lacks stands in it as `couler`. Fields that
this package does not know are kept as they are, and so is the text below. Source:
https://huggingface.co/docs/hub/datasets-cards and https://huggingface.co/docs/hub/model-cards
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, TypeVar

from couler_jupyter.errors import CardFault, TuningFault
from couler_jupyter.ir import Constant, Json
from couler_jupyter.ir.tuning import DataCard, ModelCard
from couler_jupyter.ir.tuning.document import document_of, read_document

BLOCK: Final = "couler"
_FRONT: Final = re.compile(
    r"\ufeff?---[ \t]*\r?\n(?P<yaml>.*?)^---[ \t]*(?:\r?\n|\Z)",
    re.DOTALL | re.MULTILINE,
)
_NAMES: Final[Mapping[type, Mapping[str, str]]] = {
    DataCard: {"name": "pretty_name"},
    ModelCard: {"name": "model_name", "library": "library_name"},
}
_LONGEST: Final = 4_000_000
C = TypeVar("C", DataCard, ModelCard)


def read_data_card(path: Path) -> DataCard:
    """Return the Data Card of a README.md.

    Raises:
        CardFault: there is none that can be read, or it lacks what it needs.
    """
    return _read(DataCard, path)


def read_model_card(path: Path) -> ModelCard:
    """Return the Model Card of a README.md.

    Raises:
        CardFault: there is none that can be read, or it lacks what it needs.
    """
    return _read(ModelCard, path)


def write_card(card: DataCard | ModelCard, path: Path) -> None:
    """Write a card into a README.md; the text that is there stays, and unknown fields too.

    Raises:
        CardFault: what is there cannot be read.
    """
    metadata, text = _parted(path) if path.exists() else ({}, "")
    card = replace(card, hub=Constant.of({**metadata, **card.hub.value}))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(card_text(card, text), encoding="utf-8")


def card_text(card: DataCard | ModelCard, text: str = "") -> str:
    """Return a README.md with the metadata of `card` before `text`."""
    from couler_jupyter.ir.safe_yaml import dump

    body = text or f"# {card.name}\n"
    return f"---\n{dump(metadata_of(card))}---\n{body}"


def metadata_of(card: DataCard | ModelCard) -> dict[str, Json]:
    """Return a card as Hugging Face's metadata with a `couler` block."""
    block = document_of(card)
    block.pop("hub", None)
    names: Mapping[str, str] = _NAMES[type(card)]
    said = {key: block.pop(name) for name, key in names.items() if block.get(name)}
    rest = {k: v for k, v in card.hub.value.items() if k not in {*said, BLOCK}}
    return {**said, **rest, BLOCK: block}


def card_of(kind: type[C], metadata: Mapping[str, Json], *, of: str) -> C:
    """Return the card that Hugging Face's metadata with a `couler` block holds.

    Raises:
        CardFault: it lacks the block, or a field of it.
    """
    block = metadata.get(BLOCK)
    if not isinstance(block, dict):
        needs = "input_type, label_space, default_metric"
        if kind is ModelCard:
            needs = "structure, description"
        raise CardFault(
            f"{of} has no {BLOCK!r} block; it is to hold {needs} (%couler card drafts it)"
        )
    names: Mapping[str, str] = _NAMES[kind]
    said: dict[str, Json] = {
        name: metadata[key] for name, key in names.items() if key in metadata
    }
    if kind is ModelCard and "name" not in said:
        said = {**said, **_indexed_name(metadata)}
    rest = {k: v for k, v in metadata.items() if k not in {*names.values(), BLOCK}}
    document = {**({"library": ""} if kind is ModelCard else {}), **block, **said}
    try:
        return read_document(kind, {**document, "hub": rest}, of=of)
    except CardFault:
        raise
    except TuningFault as error:
        raise CardFault(str(error)) from None


def _indexed_name(metadata: Mapping[str, Json]) -> dict[str, Json]:
    """The name that a model has beside its results, where it has none of its own."""
    index = metadata.get("model-index")
    first = index[0] if isinstance(index, list) and index else None
    name = first.get("name") if isinstance(first, dict) else None
    return {"name": name} if isinstance(name, str) else {}


def _read(kind: type[C], path: Path) -> C:
    metadata, _ = _parted(path)
    return card_of(kind, metadata, of=path.name)


def _parted(path: Path) -> tuple[dict[str, Json], str]:
    """The metadata of a README.md, and the text behind it."""
    try:
        if path.stat().st_size > _LONGEST:
            raise CardFault(f"{path.name} is longer than {_LONGEST:,} bytes")
        text = path.read_bytes().decode("utf-8")
    except OSError as error:
        raise CardFault(f"{path}: {error.strerror or error}") from None
    except UnicodeDecodeError:
        raise CardFault(f"{path.name} is no UTF-8 text") from None
    found = _FRONT.match(text)
    if found is None:
        return {}, text
    return _loaded(found["yaml"], path.name), text[found.end() :]


def _loaded(text: str, of: str) -> dict[str, Json]:
    import yaml

    from couler_jupyter.ir.safe_yaml import load

    try:
        value: Any = load(text)
        if value is None:
            return {}
        if not isinstance(value, dict):
            raise CardFault(f"{of}: its metadata is no mapping")
        Constant.of(value)
    except yaml.YAMLError as error:
        problem = getattr(error, "problem", None) or "cannot be read"
        mark = getattr(error, "problem_mark", None)
        where = f" at line {mark.line + 2}" if mark else ""
        raise CardFault(f"{of}: its metadata is no YAML: {problem}{where}") from None
    except (TypeError, ValueError, RecursionError) as error:
        if isinstance(error, CardFault):
            raise
        raise CardFault(f"{of}: its metadata is no JSON value: {error}") from None
    return value
