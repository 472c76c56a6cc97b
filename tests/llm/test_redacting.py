from __future__ import annotations

import base64
from pathlib import Path
from urllib.parse import quote

import pytest

from couler_jupyter.llm import Message, Redactor
from couler_jupyter.llm.redacting import Redacting
from couler_jupyter.testing.models import QueueModel

BODY = "Ab3" * 15
SHAPES = [
    f"sk-{BODY}",
    f"sk-ant-api03-{BODY}",
    "AKIA" + "ABCD1234" * 2,
    f"ghp_{BODY}",
    f"github_pat_{BODY}",
    f"glpat-{BODY}",
    f"xoxb-{BODY}",
    f"AIza{BODY}",
    f"hf_{BODY}",
    f"npm_{BODY}",
    f"pypi-{BODY}",
    f"eyJhbGciOiJI.{BODY}.{BODY}",
    f"-----BEGIN RSA PRIVATE KEY-----\n{BODY}\n{BODY}\n-----END RSA PRIVATE KEY-----",
    f"-----BEGIN OPENSSH PRIVATE KEY-----\n{BODY}",
]


@pytest.mark.parametrize("number", range(len(SHAPES)))
def test_what_looks_like_a_secret_is_taken_out(number: int) -> None:
    clean = Redactor((), {}).clean(f"use {SHAPES[number]}")
    assert clean == "use [secret]"


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("Authorization: Bearer abcdefgh12345678", "Authorization: Bearer [secret]"),
        ("postgres://me:hidden@db:5432/x", "postgres://me:[secret]@db:5432/x"),
        ('password = "correct-horse"', 'password = "[secret]"'),
        ("{'api_key': 'a8Fj39Qk'}", "{'api_key': '[secret]'}"),
        ('DB_PASSWORD: "hunter22"', 'DB_PASSWORD: "[secret]"'),
        ('secret_key="9f8c7b6a5d4e3f2a1b0c"', 'secret_key="[secret]"'),
    ],
)
def test_what_stands_where_secrets_do_is_taken_out(text: str, clean: str) -> None:
    assert Redactor((), {}).clean(text) == clean


@pytest.mark.parametrize(
    "text",
    [
        'db = couler.create_secret("warehouse", ["password"])',
        '@couler.step(secret=warehouse, env={"PGPASSWORD": warehouse["password"]})',
        'secret="db-password", key="token"',
        'token = "env:MY_TOKEN"',
        "password: str | None = None",
        "sk-learn and scikit-learn are packages",
        "https://example.org:8080/a@b",
        "the tokenizer has 50,257 tokens: 'special tokens' included",
        "couler.map(train, items=['a8Fj39Qk', 'b'])",
        "a basic understanding of bearer instruments",
    ],
)
def test_honest_text_stays(text: str) -> None:
    assert Redactor((), {}).clean(text) == text


@pytest.mark.parametrize(
    "name", ["MY_API_KEY", "GITHUB_TOKEN", "COULER_SECRET_DB_X", "pgpass"]
)
def test_values_of_secret_variables_are_taken_out_in_every_form(name: str) -> None:
    value = "wörd with/space+12"
    redactor = Redactor(
        (), {"pgpass".upper() + "_PASS" if name == "pgpass" else name: value}
    )
    coded = base64.b64encode(value.encode()).decode()
    text = f"<{value}> <{quote(value, safe='')}> <{coded}>"
    assert redactor.clean(text) == "<[secret]> <[secret]> <[secret]>"


def test_variables_that_hold_no_secret_stay(tmp_path: Path) -> None:
    variables = {
        "PWD": "/work/of/mine",
        "HOME": "/home/somebody",
        "KEY_FILE": "/run/keys/whatever",
        "API_KEY": "short",
        "MY_TOKEN": str(tmp_path),
        "MONKEYS": "many-of-them",
    }
    text = " ".join(variables.values())
    assert Redactor((), variables).clean(text) == text


def test_the_longer_of_two_secrets_goes_as_a_whole() -> None:
    redactor = Redactor(["abcdefgh", "abcdefgh-and-more"], {})
    assert redactor.clean("abcdefgh-and-more abcdefgh") == "[secret] [secret]"


def test_a_redactor_does_not_show_what_it_knows() -> None:
    assert "hidden-word" not in repr(Redactor(["hidden-word"], {}))


@pytest.mark.parametrize(
    "text",
    [
        "password" * 20_000, "://" + "a" * 200_000, "eyJ" * 60_000, "a-" * 100_000,
        "-----BEGIN PRIVATE KEY" * 5_000, 'token="' * 20_000, "secret = 'a-" * 20_000,
    ],
    ids=["words", "url", "jwt", "dashes", "blocks", "open", "names"],
)  # fmt: skip
@pytest.mark.timeout(120)  # it would be hours if it went back and forth
def test_hostile_text_comes_to_an_end(text: str) -> None:
    assert Redactor((), {}).clean(text)


def test_secrets_never_reach_a_prompt() -> None:
    queue = QueueModel(["yes"])
    model = Redacting(queue, Redactor(["hidden-word"], {}))
    model.complete(
        [Message("system", f"key {SHAPES[0]}"), Message("user", "hidden-word")]
    )
    assert [one.text for one in queue.asked[0].messages] == ["key [secret]", "[secret]"]
