"""The package's front: what `__all__` says is what a user gets, in ruff's order."""

from __future__ import annotations

from importlib.util import find_spec

import couler_jupyter as couler


def test_every_name_is_there() -> None:
    missing = [name for name in couler.__all__ if getattr(couler, name, None) is None]
    assert couler.__all__
    assert not missing


def test_nothing_else_is_public() -> None:
    public = {name for name in dir(couler) if not name.startswith("_")}
    rooms = {name for name in public if find_spec(f"couler_jupyter.{name}")}
    extra = public - rooms - {*couler.__all__} - {"annotations", "TYPE_CHECKING"}
    assert not extra


def test_no_name_is_that_of_a_room() -> None:
    """Importing the room would put it in the place of what people call."""
    rooms = [name for name in couler.__all__ if find_spec(f"couler_jupyter.{name}")]
    assert not rooms


def test_names_are_sorted_and_once() -> None:
    assert list(couler.__all__) == sorted({*couler.__all__}, key=_place)


def _place(name: str) -> tuple[int, str]:
    """Constants, then classes, then the rest: ruff's order for `__all__`."""
    kind = 0 if name.isupper() and len(name) > 1 else 1 if name[0].isupper() else 2
    return kind, name


def test_an_unknown_name_is_an_attribute_error() -> None:
    assert not hasattr(couler, "no_such_name")
