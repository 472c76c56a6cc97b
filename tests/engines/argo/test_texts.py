"""Values and conditions become texts that Argo reads as they are meant."""

from __future__ import annotations

import pytest

from couler_jupyter.engines.argo.conditions import depends_text, when_text
from couler_jupyter.engines.argo.terms import Term, quoted
from couler_jupyter.engines.argo.texts import json_text_of, text_expression, text_of
from couler_jupyter.ir import (
    AllOf,
    AnyOf,
    Compare,
    Condition,
    Constant,
    DictOf,
    Ended,
    FirstOf,
    Format,
    Json,
    Leaf,
    ListOf,
    Not,
    Operator,
    Outcome,
    OutputRef,
    Raw,
    Text,
    ValueType,
)
from couler_jupyter.testing.parts import equal, smaller, text

_KINDS = {
    "n": ValueType.INTEGER,
    "s": ValueType.STRING,
    "xs": ValueType.LIST,
    "any": ValueType.JSON,
}


def _look_up(leaf: Leaf) -> Term:
    if isinstance(leaf, OutputRef):
        path = ("tasks", leaf.step, "outputs", "parameters", "o")
        maker = ("tasks", leaf.step)
        return Term(path=path, type=_KINDS[leaf.step], maker=maker)
    return Term(literal="known")


_N, _S, _XS = OutputRef("n"), OutputRef("s"), OutputRef("xs")
_TAG = "{{tasks.n.outputs.parameters.o}}"
_VAR_N = "tasks['n'].outputs.parameters['o']"
_VAR_S = "tasks['s'].outputs.parameters['o']"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("plain", "plain"),
        (Constant.of([1, "a"]), '[1,"a"]'),
        (Constant.of(True), "true"),
        (_N, _TAG),
        (text("n=", _N, "!"), f"n={_TAG}!"),
        ("{{x}}", "{{='{{'}}x}}"),
        (text("{", _N, "}"), f"{{{{='{{'}}}}{_TAG}}}"),
        (ListOf((_N, Constant.of("a"))), f'[{_TAG},"a"]'),
        (DictOf((("k", _XS),)), '{"k":{{tasks.xs.outputs.parameters.o}}}'),
        (ListOf((_S,)), f"[{{{{=toJson({_VAR_S})}}}}]"),
        (
            FirstOf((_N, Constant.of(5))),
            f"{{{{=(tasks['n'].status == 'Succeeded' ? {_VAR_N} : '5')}}}}",
        ),
    ],
)
def test_text(value: Text, expected: str) -> None:
    assert text_of(value, _look_up) == expected


def test_json_text_never_starts_a_tag() -> None:
    assert json_text_of(Constant.of("{{g}}"), _look_up) == '"\\u007b{g}}"'


def test_an_expression_of_a_format_is_a_sum() -> None:
    expression = text_expression(Format(("it is ", _N)), _look_up)
    assert expression == f"('it is ' + {_VAR_N})"


@pytest.mark.parametrize(
    ("given", "expected"),
    [("a'b", "'a\\'b'"), ("a\\n\n", "'a\\\\n\\n'"), ("}}", "'}\\x7d'")],
)
def test_quoting(given: str, expected: str) -> None:
    assert quoted(given) == expected


def _in(left: Json, right: Json) -> Compare:
    return Compare(Constant.of(left), Operator.IN, Constant.of(right))


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (equal(_S, "heads"), f"{_VAR_S} == 'heads'"),
        (smaller(_N, 3), f"float({_VAR_N}) < 3"),
        (Not(equal(_S, "a")), f"!({_VAR_S} == 'a')"),
        (
            AllOf((equal(_S, "a"), AnyOf((smaller(1, _N), equal(_S, "b"))))),
            f"({_VAR_S} == 'a' && (1 < float({_VAR_N}) || {_VAR_S} == 'b'))",
        ),
        (_in("a", ["b", "c"]), "('a' == 'b' || 'a' == 'c')"),
        (AllOf(()), "true"),
        (AnyOf(()), "false"),
    ],
)
def test_when(condition: Condition, expected: str) -> None:
    assert when_text(condition, _look_up) == f"{{{{={expected}}}}}"


def test_text_in_argos_own_words_stays_beside_what_we_write() -> None:
    both = AllOf((Raw("argo", "{{x}} =~ 'y'"), equal(_S, "a")))
    assert (
        when_text(both, _look_up) == f"({{{{x}}}} =~ 'y') && ({{{{={_VAR_S} == 'a'}}}})"
    )


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (Ended("a", (Outcome.FAILED,)), "A.Failed"),
        (
            Ended("a", (Outcome.FAILED, Outcome.ERRORED)),
            "(A.Failed || A.Errored)",
        ),
        (Not(Ended("a", (Outcome.READY,))), "!A.Daemoned"),
        (
            AnyOf(
                (Ended("a", (Outcome.SUCCEEDED,)), Ended("b", (Outcome.ALL_FAILED,)))
            ),
            "(A.Succeeded || B.AllFailed)",
        ),
    ],
)
def test_depends(condition: Condition, expected: str) -> None:
    assert depends_text(condition, {"a": "A", "b": "B"}) == expected
