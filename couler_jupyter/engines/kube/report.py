"""Where findings about one document are collected."""

from __future__ import annotations

from collections.abc import Collection

from couler_jupyter.engines.finding import Finding, Rule
from couler_jupyter.engines.kube.places import Path, Place
from couler_jupyter.engines.kube.yaml_reading import Read
from couler_jupyter.ir import nearest


class Report:
    """What was found in one document of a file; a place is told about once a rule."""

    def __init__(self, file: str, read: Read) -> None:
        self._file = file
        self._read = read
        self._found: dict[tuple[str, Place, str], Finding] = {}

    def add(
        self, rule: Rule, path: Path, what: str, right: str = "", *, key: bool = False
    ) -> None:
        """Note a finding about the value at `path`, or about its key.

        Args:
            rule: what was looked for.
            path: where it is wrong; what is missing stands where it would be.
            what: what is wrong.
            right: what would be right.
            key: whether the key is meant, not the value.
        """
        place = self._read.key_place(path) if key else self._read.place(path)
        self.add_at(rule, place, what, right)

    def add_at(self, rule: Rule, place: Place, what: str, right: str = "") -> None:
        """Note a finding about a place of the text."""
        found = Finding(
            rule=rule,
            file=self._file,
            line=place.line,
            column=place.column,
            what=what,
            right=right,
        )
        self._found.setdefault((rule.id, place, what), found)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All of them, in the order of the text."""
        return tuple(sorted(self._found.values(), key=_order))


def _order(finding: Finding) -> tuple[int, int, str, str]:
    return finding.line, finding.column, finding.rule.id, finding.what


def meant(word: str, known: Collection[str]) -> str:
    """Return which known word was probably meant, as advice; empty if none is near."""
    return nearest(word, known).removeprefix("; ") if known else ""


def shown(value: object, most: int = 60) -> str:
    """Return a value as it may stand in a message: short, in quotes, one line."""
    if isinstance(value, str) and len(value) > most:
        value = f"{value[: most - 3]}..."
    text = repr(value)
    return text if len(text) <= 2 * most else f"{text[: most - 3]}..."
