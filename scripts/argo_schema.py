"""Write what types and fields Argo has, from the models that Hera has made of its API.

Hera is needed only here, not by the package:

    pip install --target /tmp/hera hera-workflows==7.1.0
    PYTHONPATH=/tmp/hera python scripts/argo_schema.py

What is written is a table: type, field, and the field's type as one word (`text`,
`whole`, `Container`, `[Toleration]` for a list, `{text}` for a map), with `!` after the
name of a field that must be there. What Hera's models lack stands in `more.json`.
"""

from __future__ import annotations

import json
import sys
import types
import typing
from importlib.metadata import version
from pathlib import Path
from types import ModuleType
from typing import Any

OUT = Path("couler_jupyter/engines/argo/linting/schema.json")
ROOTS = (
    "Workflow",
    "WorkflowTemplate",
    "ClusterWorkflowTemplate",
    "CronWorkflow",
    "WorkflowEventBinding",
)
SERVER_SET = {"status"}
PLAIN: dict[Any, str] = {
    str: "text",
    int: "whole",
    bool: "bool",
    float: "number",
    Any: "any",
}
SPECIAL = {
    "IntOrString": "whole-or-text",
    "Quantity": "quantity",
    "Time": "text",
    "MicroTime": "text",
    "Duration": "text",
    "FieldsV1": "any",
    "Item": "any",
    "Amount": "any",
    "RawExtension": "any",
    "Plugin": "any",
}


class Table:
    """The types reached so far, and which are still to be written."""

    def __init__(self) -> None:
        self.types: dict[str, dict[str, str]] = {}
        self._names: dict[Any, str] = {}

    def word(self, kind: Any) -> str:  # noqa: ANN401 (types of types)
        """Return the word for a type, and write down the types it is made of."""
        origin, inside = typing.get_origin(kind), typing.get_args(kind)
        if origin in (typing.Union, types.UnionType):
            kinds = [one for one in inside if one is not type(None)]
            return self.word(kinds[0])
        if origin is typing.Annotated:
            return self.word(inside[0])
        if origin is list:
            return f"[{self.word(inside[0])}]"
        if origin is dict:
            return f"{{{self.word(inside[1])}}}"
        if kind in PLAIN:
            return PLAIN[kind]
        name = str(kind.__name__)
        if name in SPECIAL:
            return SPECIAL[name]
        if not hasattr(kind, "model_fields"):
            return "text"
        if "root" in kind.model_fields:
            return self.word(kind.model_fields["root"].annotation)
        return self.add(name, kind)

    def add(self, name: str, model: type[Any]) -> str:
        """Write down the fields of a type, once, and return what it is called.

        Two types of one name (Argo's and that of Kubernetes) get names of their own.
        """
        if model in self._names:
            return self._names[model]
        if name in self.types:
            name = ("Argo" if "argoproj" in model.__module__ else "Kube") + name
        self._names[model] = name
        fields = self.types[name] = {}
        for attribute, field in model.model_fields.items():
            key = field.alias or attribute
            if name in ROOTS and key in SERVER_SET:
                continue
            mark = "!" if field.is_required() else ""
            fields[f"{key}{mark}"] = self.word(field.annotation)
        return name


def main() -> int:
    """Write the table."""
    from hera.workflows import models

    table = Table()
    for name in ROOTS:
        table.add(name, getattr(models, name))
    made_from = f"hera-workflows {version('hera-workflows')}, {_argo_version(models)}"
    rows = [
        f'    "{name}": {json.dumps(table.types[name], sort_keys=True)}'
        for name in sorted(table.types)
    ]
    OUT.write_text(
        f'{{\n  "from": "{made_from}",\n  "types": {{\n'
        + ",\n".join(rows)
        + "\n  }\n}\n"
    )
    sys.stdout.write(f"{OUT}: {len(rows)} types from {made_from}\n")
    return 0


def _argo_version(models: ModuleType) -> str:
    text = str(models.__doc__ or "")
    found = [word for word in text.split("/") if word.startswith("v") and "." in word]
    return f"Argo Workflows {found[0]}" if found else "Argo Workflows"


if __name__ == "__main__":
    raise SystemExit(main())
