"""What a language model is asked: the cards and the settings, and by which schema to answer."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from importlib.resources import files
from string import Template
from typing import Any, Final

from couler_jupyter.ir.tuning import Classes, Interval, LabelSpace, ModelCard, Setting
from couler_jupyter.llm import Message, Schema
from couler_jupyter.tuning.predicting.source import Task

SERIES: Final = ("train_loss", "val_loss", "metric")
_MOST_CLASSES: Final = 20
_EXAMPLE: Final = ("0.9", "0.7", "0.6", "0.55")


def question(
    task: Task, settings: Sequence[Setting], units: Sequence[int]
) -> tuple[Message, ...]:
    """Return the prompt for some settings: only fields of the cards, and no data."""
    asked = {
        "data_card": _data(task),
        "model_card": _model(task.model),
        "units": list(units),
        "settings": {
            str(number): dict(one) for number, one in enumerate(settings, start=1)
        },
    }
    text = json.dumps(asked, ensure_ascii=False, indent=1)
    return Message("system", _system(task, len(units))), Message("user", text)


def schema() -> Schema:
    """Return what an answer has to be."""
    numbers = {"type": "array", "items": {"type": "number"}, "minItems": 1}
    log = {
        "setting": {"type": "integer", "minimum": 1},
        **dict.fromkeys(SERIES, numbers),
        "seconds": {"type": "number", "minimum": 0},
    }
    return {
        "type": "object",
        "properties": {"logs": {"type": "array", "items": _object(log), "minItems": 1}},
        "required": ["logs"],
        "additionalProperties": False,
    }


def prompt_hash(messages: Sequence[Message]) -> str:
    """Return the SHA-256 of a prompt, roles and texts."""
    text = json.dumps([[one.role, one.text] for one in messages])
    return hashlib.sha256(text.encode()).hexdigest()


def _object(properties: Mapping[str, Any]) -> Schema:
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(properties),
        "additionalProperties": False,
    }


def _system(task: Task, points: int) -> str:
    where = files("couler_jupyter.tuning.predicting").joinpath("prompts")
    text = where.joinpath("training-log.md").read_text(encoding="utf-8")
    more = "more is better" if task.goal.sign > 0 else "less is better"
    example = ", ".join(_EXAMPLE[min(at, len(_EXAMPLE) - 1)] for at in range(points))
    return Template(text).substitute(
        unit=f"{task.model.log_unit}s",
        metric=json.dumps(task.goal.name),
        split=task.goal.split,
        direction=more,
        points=points,
        example=example,
    )


def _data(task: Task) -> dict[str, Any]:
    card = task.data
    said = {
        "dataset_name": card.name,
        "input_type": card.input_type,
        "label_space": _labels(card.label_space),
        "metric": task.goal.name,
        "metric_without_input": task.goal.trivial,
        "rows": card.rows,
        "features": card.features,
        "feature_types": dict(card.types),
        "missing_fraction": card.missing_fraction,
    }
    return _known(said)


def _labels(space: LabelSpace) -> dict[str, Any]:
    match space:
        case Classes(names=names, counts=counts):
            some = list(names[:_MOST_CLASSES])
            return _known(
                {
                    "classes": len(names),
                    "names": some,
                    "rows": list(counts[:_MOST_CLASSES]),
                }
            )
        case Interval(low=low, high=high, mean=mean, std=std):
            return _known({"min": low, "max": high, "mean": mean, "std": std})


def _model(card: ModelCard) -> dict[str, Any]:
    fixed = {name: value.value for name, value in card.architecture_hyperparameters}
    said = {
        "model_name": card.name,
        "library": card.library,
        "structure": card.structure,
        "description": card.description,
        "architecture_hyperparameters": fixed,
        "parameters": card.parameters,
        "trained_for": f"{card.max_units} {card.log_unit}s" if card.max_units else None,
    }
    return _known(said)


def _known(said: Mapping[str, Any]) -> dict[str, Any]:
    return {name: one for name, one in said.items() if one not in (None, "", {}, [])}
