"""Bad manifests are told in one line that says what and where, by import and by lint.

Nothing in them is run, and what they hold in memory is bounded.
"""

from __future__ import annotations

import argparse
import tracemalloc
from pathlib import Path
from typing import cast

import pytest

from couler_jupyter.errors import CoulerError
from couler_jupyter.session import Session
from couler_jupyter.verbs import VERBS, Console, Parser

HEAD = "apiVersion: argoproj.io/v1alpha1\nkind: Workflow\n"
GOOD = (
    f"{HEAD}metadata: {{name: w}}\nspec:\n  entrypoint: a\n  templates:\n"
    "  - {name: a, suspend: {}}\n"
)
MIB = 2**20
BAD = {
    "broken YAML": (GOOD + "  - {name: b, suspend: {}\n", "line 9"),
    "broken JSON": ('{"apiVersion": "argoproj.io/v1alpha1", "kind": }', "line 1"),
    "a tab": (GOOD.replace("  entrypoint", "\tentrypoint"), "line 5"),
    "a tag that makes an object": (
        GOOD.replace("entrypoint: a", "entrypoint: !!python/object/apply:os.getcwd []"),
        "line 5",
    ),
    "an alias to nothing": (GOOD.replace("entrypoint: a", "entrypoint: *a"), "line 5"),
    "an alias to itself": (GOOD.replace("spec:", "spec: &s\n  x: *s"), "line 5"),
    "billions of laughs": (
        GOOD
        + "\n".join(
            ["  l0: &l0 [x, x, x, x, x, x, x, x, x, x]"]
            + [
                f"  l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 10)}]"
                for n in range(1, 12)
            ]
        ),
        "line 12",
    ),
    "merged laughs": (
        GOOD
        + "\n".join(
            ["  m0: &m0 {a: 1, b: 2}"]
            + [
                f"  m{n}: &m{n} {{a: {{<<: *m{n - 1}}}, b: {{<<: *m{n - 1}}}}}"
                for n in range(1, 40)
            ]
        ),
        "line ",
    ),
    "lists in lists": (GOOD + "  x: " + "[" * 5000 + "]" * 5000, "line 8"),
    "no text": (GOOD.replace("entrypoint: a", "entrypoint: \x00"), "line 5"),
    "another apiVersion": (GOOD.replace("v1alpha1", "v1"), "line 1"),
    "no spec": (HEAD + "metadata: {name: w}\n", "spec"),
    "a second document that is broken": (GOOD + "---\n" + HEAD + "spec: [", "line 12"),
    "a second document of another version": (
        GOOD + "---\n" + HEAD.replace("alpha", "beta") + "spec: {}\n",
        "line 9",
    ),
    "a number as a spec": (HEAD + "metadata: {name: w}\nspec: 5\n", "line 4"),
}


class Said:
    def __init__(self) -> None:
        self.lines: list[str] = []

    def say(self, text: str) -> None:
        self.lines += text.splitlines()


def run(session: Session, verb: str, *words: str) -> tuple[int, list[str]]:
    made = VERBS.get(verb)()
    parser = Parser(prog=verb)
    made.declare(parser)
    said = Said()
    given: argparse.Namespace = parser.parse_args(words)
    return made.execute(session, given, cast("Console", said)), said.lines


@pytest.fixture
def session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Session:
    monkeypatch.chdir(tmp_path)
    return Session(root=tmp_path / "store")


@pytest.mark.parametrize("name", BAD)
def test_import_says_what_and_where(session: Session, name: str) -> None:
    text, where = BAD[name]
    Path("w.yaml").write_text(text)
    with pytest.raises(CoulerError) as caught:
        run(session, "import", "w.yaml")
    assert str(caught.value).startswith("w.yaml")
    assert where in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize("name", BAD)
def test_lint_says_what_and_where(session: Session, name: str) -> None:
    text, where = BAD[name]
    Path("w.yaml").write_text(text)
    status, lines = run(session, "lint", "w.yaml")
    assert status == 1
    line = where.removeprefix("line ")
    assert lines[0].startswith(f"w.yaml:{line}" if line.isdigit() else "w.yaml:")


def test_a_key_that_stands_twice(session: Session) -> None:
    Path("w.yaml").write_text(GOOD + "  entrypoint: b\n")
    with pytest.raises(CoulerError, match=r"line 8, column 3: key 'entrypoint' stands"):
        run(session, "import", "w.yaml")
    assert run(session, "lint", "w.yaml")[1][0].startswith("w.yaml:8:3: ARGO012")
    Path("w.json").write_text('{"kind": "Workflow",\n "kind": "Workflow"}')
    assert any("ARGO012" in one for one in run(session, "lint", "w.json")[1])


def test_unknown_fields_are_kept_by_import_and_told_by_lint(session: Session) -> None:
    Path("w.yaml").write_text(GOOD + "  entrypoints: b\n")
    assert run(session, "lint", "w.yaml")[1][0].startswith("w.yaml:8:3: ARGO101")
    _, lines = run(session, "import", "w.yaml")
    assert "#   workflow 'w': spec.entrypoints, as argo has it" in lines


def test_several_documents_are_several_workflows(session: Session) -> None:
    Path("w.yaml").write_text(f"---\n{GOOD}---\n{GOOD.replace('name: w', 'name: v')}")
    _, lines = run(session, "import", "w.yaml", "-d", "made")
    assert {one for one in lines if one.endswith(".yaml")} == {
        str(Path("made/w.yaml")),
        str(Path("made/v.yaml")),
    }


@pytest.mark.parametrize("verb", ["import", "lint"])
def test_50_megabytes_are_not_read(session: Session, verb: str) -> None:
    with Path("w.yaml").open("w") as file:
        file.write(GOOD)
        for _ in range(50):
            file.write("# " + "x" * (MIB - 3) + "\n")
    tracemalloc.start()
    try:
        with pytest.raises(CoulerError, match=r"w\.yaml: more than 16 MiB of text"):
            run(session, verb, "w.yaml")
        assert tracemalloc.get_traced_memory()[1] < 40 * MIB
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("verb", ["import", "lint"])
def test_laughs_take_no_memory(session: Session, verb: str) -> None:
    Path("w.yaml").write_text(BAD["billions of laughs"][0])
    tracemalloc.start()
    try:
        if verb == "import":
            with pytest.raises(CoulerError):
                run(session, verb, "w.yaml")
        else:
            assert run(session, verb, "w.yaml")[0] == 1
        assert tracemalloc.get_traced_memory()[1] < 40 * MIB
    finally:
        tracemalloc.stop()
