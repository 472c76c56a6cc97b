"""Findings as text for people, and as what other programs read."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TypeAlias
from urllib.parse import quote

from couler_jupyter.engines.finding import Finding, Rule, Severity
from couler_jupyter.version import __version__


@dataclass(frozen=True, slots=True)
class Looked:
    """What came of a look at some manifests.

    Attributes:
        findings: what is wrong.
        rules: all that was looked for.
        texts: how many manifests there are.
    """

    findings: Sequence[Finding]
    rules: Sequence[Rule]
    texts: int


Format: TypeAlias = Callable[[Looked], Iterator[str]]

_GITHUB = {Severity.NOTE: "notice"}


def as_text(looked: Looked) -> Iterator[str]:
    """Yield a line for each finding, and one that counts them."""
    for one in looked.findings:
        severity = "" if one.severity is Severity.ERROR else f"{one.severity}: "
        where = f"{one.file}:{one.line}:{one.column}"
        yield _visible(f"{where}: {severity}{one.rule.id} {one.message}")
    counts = Counter(one.severity for one in looked.findings)
    said = [f"{n} {kind}{'s' * (n > 1)}" for kind in Severity if (n := counts[kind])]
    number = f"{looked.texts} manifest{'s' * (looked.texts != 1)}"
    yield f"{number}: {', '.join(said) if said else 'nothing found'}"


def as_json(looked: Looked) -> Iterator[str]:
    """Yield one JSON list with an object for each finding."""
    yield _json(
        [
            {
                "rule": one.rule.id,
                "name": one.rule.name,
                "severity": str(one.severity),
                "file": one.file,
                "line": one.line,
                "column": one.column,
                "what": one.what,
                "right": one.right,
            }
            for one in looked.findings
        ]
    )


def as_sarif(looked: Looked) -> Iterator[str]:
    """Yield one SARIF 2.1.0 log.

    Source: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
    """
    numbers = {rule.id: at for at, rule in enumerate(looked.rules)}
    driver = {
        "name": "couler-lint",
        "version": __version__,
        "rules": [_sarif_rule(rule) for rule in looked.rules],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_sarif_result(one, numbers) for one in looked.findings],
    }
    schema = "https://json.schemastore.org/sarif-2.1.0.json"
    yield _json({"$schema": schema, "version": "2.1.0", "runs": [run]})


def as_github(looked: Looked) -> Iterator[str]:
    """Yield a workflow command for each finding, which GitHub shows in the diff.

    Source: https://docs.github.com/actions/reference/workflow-commands-for-github-actions
    """
    for one in looked.findings:
        kind = _GITHUB.get(one.severity, str(one.severity))
        title = f"{one.rule.id} {one.rule.name}"
        where = f"file={_property(one.file)},line={one.line},col={one.column}"
        yield f"::{kind} {where},title={_property(title)}::{_data(one.message)}"


FORMATS: Mapping[str, Format] = MappingProxyType(
    {"text": as_text, "json": as_json, "sarif": as_sarif, "github": as_github}
)


def _sarif_rule(rule: Rule) -> dict[str, object]:
    return {
        "id": rule.id,
        "name": rule.name,
        "shortDescription": {"text": rule.says},
        "defaultConfiguration": {"level": str(rule.severity)},
    }


def _sarif_result(one: Finding, numbers: Mapping[str, int]) -> dict[str, object]:
    region = {"startLine": one.line, "startColumn": one.column}
    place = {"artifactLocation": {"uri": _uri(one.file)}, "region": region}
    return {
        "ruleId": one.rule.id,
        "ruleIndex": numbers[one.rule.id],
        "level": str(one.severity),
        "message": {"text": one.message},
        "locations": [{"physicalLocation": place}],
    }


def _uri(file: str) -> str:
    path = Path(file)
    if path.is_absolute():
        return path.as_uri()
    return quote(path.as_posix().encode("utf-8", "surrogateescape"))


def _json(value: object) -> str:
    """Return JSON that a terminal shows as it is: no control characters, ASCII only."""
    return json.dumps(value, indent=2).replace("\x7f", "\\u007f")


def _visible(text: str) -> str:
    r"""Return a text with what a terminal would act on spelled out.

    >>> _visible("a\x1b[31mb")
    'a\\x1b[31mb'
    """
    return "".join(one if one.isprintable() else _spelled(one) for one in text)


def _spelled(sign: str) -> str:
    return sign.encode("unicode_escape").decode()


def _data(text: str) -> str:
    escaped = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return _visible(escaped)


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
