"""What is no entry is said in one line; what is one is read as it was written."""

from __future__ import annotations

import pytest

from couler_jupyter.errors import InvalidDocument
from couler_jupyter.nl.lake import Entry, read_entry, write_entry
from couler_jupyter.nl.lake.entry import LARGEST
from couler_jupyter.nl.modules import Kind

HEAD = "name: say\nintent: Say hello\nkinds: custom"
CODE = "@couler.step\ndef say() -> str:\n    return 'hello'\n\nsay()"


def text(head: str = HEAD, code: str = CODE) -> str:
    return f"---\n{head}\n---\n\n```python\n{code}\n```\n"


def test_an_entry_is_read() -> None:
    head = f"{HEAD}, report\nsynonyms: greet; wave\ntags: hello, text\nstep: say\ngives: text"
    assert read_entry(text(head), "here") == Entry(
        name="say",
        intent="Say hello",
        code=CODE,
        synonyms=("greet", "wave"),
        kinds=(Kind.CUSTOM, Kind.REPORT),
        tags=("hello", "text"),
        step="say",
        gives=("text",),
    )


def test_lines_may_end_as_on_windows() -> None:
    assert read_entry(text().replace("\n", "\r\n"), "here").code == CODE


def test_an_example_is_not_executed() -> None:
    entry = read_entry(text(code="raise SystemExit"), "here")
    assert entry.code == "raise SystemExit"


def test_what_is_written_is_read_again() -> None:
    entry = Entry(name="a", intent="b: c", code="x = 1", kinds=(Kind.SPLIT,))
    assert read_entry(write_entry(entry), "here") == entry


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("", "must be a head"),
        (CODE, "must be a head"),
        (text() + "more", "must be a head"),
        (text() + text(), "must be a head"),
        (text("intent: a\nkinds: custom"), "lacks 'name'"),
        (text("name: a\nkinds: custom"), "lacks 'intent'"),
        (text("name: a\nintent: b"), "lacks 'kinds'"),
        (text(f"{HEAD}\nsynonym: a"), "no 'synonym'; did you mean 'synonyms'?"),
        (text(f"{HEAD}\nname: other"), "'name' twice"),
        (text(f"{HEAD}\njust words"), "'just words'; write KEY: VALUE"),
        (text(f"{HEAD}\ntags:"), "write KEY: VALUE"),
        (text(HEAD.replace("say", "../say")), "name '../say' must be"),
        (text(HEAD.replace("say", "Say")), "name 'Say' must be"),
        (text(HEAD.replace("name: say", "name: -")), "name '-' must be"),
        (
            text(HEAD.replace("custom", "trainin")),
            "'trainin'; did you mean 'training'?",
        ),
        (text(code="def f(:"), "no Python, line 1"),
        (text(code="  "), "empty"),
        (text(code="(" * 3000), "no Python"),
        (text(f"{HEAD}\nstep: shout"), "no function 'shout'"),
        (text(code="x = 1  # \u202e"), "U+202E"),
        (text(code="x = '\u200b'"), "U+200B"),
        (text(HEAD.replace("hello", "hel\x1b[1mlo")), "U+001B"),
        (text(code="x = 1\n" * LARGEST), "characters"),
    ],
)
def test_what_is_no_entry_is_refused_in_one_line(given: str, said: str) -> None:
    with pytest.raises(InvalidDocument) as caught:
        read_entry(given, "cell [3]")
    message = str(caught.value)
    assert message.startswith("cell [3]: ")
    assert said in message
    assert "\n" not in message
