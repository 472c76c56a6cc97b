"""Findings for people and for programs."""

from __future__ import annotations

import json

import jsonschema

from couler_jupyter.engines import Finding, Rule, Severity
from couler_jupyter.verbs.finding_formats import FORMATS, Looked

RULE = Rule("X1", "one", "all is well")
OTHER = Rule("X2", "two", "nothing is odd", Severity.NOTE)
FOUND = Finding(
    rule=RULE,
    file="a b.yaml",
    line=3,
    column=4,
    what="it is wrong",
    right="this is right",
)
NOTE = Finding(
    rule=OTHER,
    file="/t/ä,:%.yaml",
    line=1,
    column=1,
    what="\x1b[31mred\x9b\u202e\x7f\n100%",
)

SARIF = {
    "type": "object",
    "required": ["version", "runs"],
    "properties": {
        "version": {"const": "2.1.0"},
        "runs": {
            "items": {
                "required": ["tool", "results"],
                "properties": {
                    "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
                    "tool": {
                        "required": ["driver"],
                        "properties": {
                            "driver": {
                                "required": ["name"],
                                "properties": {
                                    "rules": {
                                        "uniqueItems": True,
                                        "items": {
                                            "required": ["id"],
                                            "properties": {
                                                "shortDescription": {
                                                    "required": ["text"]
                                                },
                                                "defaultConfiguration": {
                                                    "properties": {
                                                        "level": {
                                                            "enum": [
                                                                "none",
                                                                "note",
                                                                "warning",
                                                                "error",
                                                            ]
                                                        }
                                                    }
                                                },
                                            },
                                        },
                                    }
                                },
                            }
                        },
                    },
                    "results": {
                        "items": {
                            "required": ["message"],
                            "properties": {
                                "ruleIndex": {"type": "integer", "minimum": -1},
                                "level": {"enum": ["none", "note", "warning", "error"]},
                                "message": {"required": ["text"]},
                                "locations": {
                                    "items": {
                                        "properties": {
                                            "physicalLocation": {
                                                "required": ["artifactLocation"],
                                                "properties": {
                                                    "artifactLocation": {
                                                        "properties": {
                                                            "uri": {
                                                                "type": "string",
                                                                "pattern": "^[!-~]*$",
                                                            }
                                                        }
                                                    },
                                                    "region": {
                                                        "properties": {
                                                            "startLine": {
                                                                "type": "integer",
                                                                "minimum": 1,
                                                            },
                                                            "startColumn": {
                                                                "type": "integer",
                                                                "minimum": 1,
                                                            },
                                                        }
                                                    },
                                                },
                                            }
                                        }
                                    }
                                },
                            },
                        }
                    },
                },
            }
        },
    },
}


def shown(form: str, *findings: Finding) -> str:
    looked = Looked(findings, (RULE, OTHER), 2)
    return "\n".join(FORMATS[form](looked))


def test_text_has_a_line_for_each_finding() -> None:
    assert shown("text", FOUND, NOTE).splitlines() == [
        "a b.yaml:3:4: X1 it is wrong; this is right",
        r"/t/ä,:%.yaml:1:1: note: X2 \x1b[31mred\x9b\u202e\x7f\n100%",
        "2 manifests: 1 error, 1 note",
    ]


def test_text_says_when_nothing_is_found() -> None:
    assert shown("text") == "2 manifests: nothing found"


def test_json_is_one_list() -> None:
    text = shown("json", FOUND, NOTE)
    assert text.isascii()
    assert text.replace("\n", "").isprintable()
    first, second = json.loads(text)
    assert first == {
        "rule": "X1",
        "name": "one",
        "severity": "error",
        "file": "a b.yaml",
        "line": 3,
        "column": 4,
        "what": "it is wrong",
        "right": "this is right",
    }
    assert second["what"] == NOTE.what


def test_sarif_is_as_it_must_be() -> None:
    text = shown("sarif", FOUND, NOTE)
    assert text.replace("\n", "").isprintable()
    log = json.loads(text)
    jsonschema.validate(log, SARIF)
    (run,) = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
    places = [r["locations"][0]["physicalLocation"] for r in run["results"]]
    assert places[0]["artifactLocation"]["uri"] == "a%20b.yaml"
    assert places[0]["region"] == {"startLine": 3, "startColumn": 4}
    assert places[1]["artifactLocation"]["uri"] == "file:///t/%C3%A4%2C%3A%25.yaml"
    assert [r["level"] for r in run["results"]] == ["error", "note"]


def test_github_commands_are_escaped() -> None:
    first, second = shown("github", FOUND, NOTE).splitlines()
    assert first == (
        "::error file=a b.yaml,line=3,col=4,title=X1 one::it is wrong; this is right"
    )
    head, _, message = second.rpartition("::")
    assert head == "::notice file=/t/ä%2C%3A%25.yaml,line=1,col=1,title=X2 two"
    assert message == r"\x1b[31mred\x9b\u202e\x7f%0A100%25"


def test_no_file_name_can_start_a_command_of_its_own() -> None:
    odd = Finding(
        rule=RULE,
        file="a\n::error::b\r\n",
        line=1,
        column=1,
        what="x\n::stop-commands::y",
    )
    assert len(shown("github", odd).splitlines()) == 1
