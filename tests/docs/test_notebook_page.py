"""docs/notebook.md names every verb, every option and every setting, and no others."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

import pytest

from couler_jupyter.cli import INTERRUPTED, USAGE
from couler_jupyter.magics.magic import CoulerMagics, cell_parser
from couler_jupyter.verbs import VERBS, Parser

PAGE = (Path(__file__).parents[2] / "docs" / "notebook.md").read_text(encoding="utf-8")
OPTION = re.compile(r"(?<![\w-])--?[a-z][a-z-]*")


def section(title: str) -> str:
    """Return what stands under a title, up to the next one."""
    found = re.search(rf"^(#+) {re.escape(title)}\n(.*?)(?=^#|\Z)", PAGE, re.M | re.S)
    assert found, f"no section {title!r}"
    return found[2]


def prose(title: str) -> str:
    """Return a section without its examples."""
    return re.sub(r"^```.*?^```$", "", section(title), flags=re.M | re.S)


def options_of(parser: argparse.ArgumentParser) -> list[tuple[str, ...]]:
    """Return the options of a parser but --help, each with all its spellings."""
    every = [tuple(action.option_strings) for action in parser._actions]
    return [names for names in every if names and "--help" not in names]


def parser_of(verb: str) -> Parser:
    parser = Parser(prog=verb)
    VERBS.get(verb)().declare(parser)
    return parser


def check(options: list[tuple[str, ...]], text: str) -> None:
    named = {*OPTION.findall(text)}
    assert not [names for names in options if not named.intersection(names)]
    assert named <= {name for names in options for name in names}


def test_every_verb_has_a_section_and_an_example() -> None:
    verbs = re.findall(r"^### ([\w-]+)$", PAGE, re.M)
    assert sorted(verbs) == VERBS.names()
    assert not [verb for verb in verbs if f"%couler {verb}" not in section(verb)]


@pytest.mark.parametrize("verb", VERBS.names())
def test_every_option_of_a_verb_is_named(verb: str) -> None:
    check(options_of(parser_of(verb)), prose(verb))


def test_every_option_of_a_cell_is_named() -> None:
    rows = re.findall(r"^\| (`-.*?) \|", section("%%couler"), re.M)
    check(options_of(cell_parser()), "\n".join(rows))


def test_every_setting_is_named_with_its_default() -> None:
    rows = re.findall(r"^\| `(\w+)` \| `(\w+)`", section("Settings"), re.M)
    traits = CoulerMagics.class_own_traits(config=True)
    defaults = {name: str(trait.default_value) for name, trait in traits.items()}
    assert dict(rows) == defaults


def test_exit_statuses() -> None:
    rows = re.findall(r"^\| (\d+) \|", section("The couler command"), re.M)
    assert [*map(int, rows)] == [0, 1, USAGE, INTERRUPTED]
