"""The JSON Schemas of cards, spaces and training logs, for other languages and editors.

`python -m couler_jupyter.tuning.schemas` writes the files beside this one. Cards are as
in the `couler` block of a README.md, with its name and Hugging Face's fields beside.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from couler_jupyter.ir.tuning import DataCard, ModelCard, Space
from couler_jupyter.ir.tuning.document import schema_of
from couler_jupyter.tuning.logs import PredictedLog, RealLog

FOLDER: Final = Path(__file__).parent


def schemas() -> dict[str, str]:
    """Return all schemas as text, by the names of their files."""
    return {
        "data-card.schema.json": schema_of(DataCard, "couler-jupyter data card"),
        "model-card.schema.json": schema_of(ModelCard, "couler-jupyter model card"),
        "space.schema.json": schema_of(Space, "couler-jupyter space of settings"),
        "predicted-log.schema.json": schema_of(
            PredictedLog, "couler-jupyter predicted training log", tagged=True
        ),
        "real-log.schema.json": schema_of(
            RealLog, "couler-jupyter real training log", tagged=True
        ),
    }


if __name__ == "__main__":
    for name, text in schemas().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
