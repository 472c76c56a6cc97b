"""Programs that are right, and faults that are put into them, read from `seeded/`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from couler_jupyter.nl.modules import Kind, Module

_FOLDER = Path(__file__).parent / "seeded"


@dataclass(frozen=True, slots=True)
class Seeded:
    """One program with a fault in it.

    Attributes:
        program: which one.
        kind: of the fault, as `cycle`.
        code: with the fault.
        right: without it.
        modules: what the program's wish would be taken apart into.
    """

    program: str
    kind: str
    code: str
    right: str
    modules: tuple[Module, ...]


def programs() -> dict[str, str]:
    """Return the programs by name."""
    files = sorted(_FOLDER.glob("*.txt"))
    return {one.stem: one.read_text() for one in files if one.stem != "faults"}


def modules_of(code: str) -> tuple[Module, ...]:
    """Return the modules that the first line of a program names, with what they need."""
    chains = code.partition("\n")[0].removeprefix("# needs: ").split("; ")
    needs = {chain.split()[0]: tuple(chain.split()[1:]) for chain in chains}
    names = dict.fromkeys(name for chain in chains for name in reversed(chain.split()))
    return tuple(
        Module(name=name, kind=Kind.CUSTOM, does=name, needs=needs.get(name, ()))
        for name in names
    )


def seeded_faults() -> tuple[Seeded, ...]:
    """Return all programs with a fault, in the order of the file."""
    right = programs()
    blocks = (_FOLDER / "faults.txt").read_text().strip().split("\n\n")[1:]
    return tuple(_seeded(block.splitlines(), right) for block in blocks)


def _seeded(lines: list[str], right: dict[str, str]) -> Seeded:
    program, _, kind = lines[0].partition(": ")
    old = "\n".join(line[2:] for line in lines[1:] if line.startswith("- "))
    new = "\n".join(line[2:] for line in lines[1:] if line.startswith("+ "))
    code = right[program]
    assert code.count(old) == 1, f"{program} has {old!r} {code.count(old)} times"
    return Seeded(program, kind, code.replace(old, new), code, modules_of(code))
