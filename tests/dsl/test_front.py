"""The package's front gives the whole interface, to people and to type checkers."""

from __future__ import annotations

import ast
from pathlib import Path

import couler_jupyter as couler
from couler_jupyter import dsl

NOT_FOR_USERS = {"Building", "Captured", "capture", "end_workflow"}
OF_THE_FRONT = {"load_ipython_extension", "unload_ipython_extension"}


def test_all_of_the_interface_is_at_the_front() -> None:
    assert {*dsl.__all__} - NOT_FOR_USERS <= {*couler.__all__}


def test_type_checkers_see_what_people_get() -> None:
    tree = ast.parse(Path(couler.__file__).read_text(encoding="utf-8"))
    (block,) = (node for node in tree.body if isinstance(node, ast.If))
    imported = {
        (node.module, alias.asname or alias.name)
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        and str(node.module).startswith("couler_jupyter")
        for alias in node.names
    }
    assert {name for _, name in imported} == {*couler.__all__} - OF_THE_FRONT
    rooms = {"couler_jupyter.dsl": dsl}
    for module, name in imported:
        if module in rooms:
            assert getattr(couler, name) is getattr(rooms[str(module)], name)
