"""Expressions, as far as they can be read without running them.

Looked for are brackets and quotes without a partner, and words that nothing defines.

Source: https://expr-lang.org/docs/language-definition
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_TOKEN = re.compile(
    r"""
    (?P<space>\s+|//[^\n]*|/\*.*?\*/)
  | (?P<text>"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`[^`]*`)
  | (?P<number>0[xXbBoO][0-9a-fA-F_]+|(?:[0-9][0-9_]*\.?[0-9_]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)
  | (?P<name>[A-Za-z_$\u0080-\uffff][\w$]*)
  | (?P<open>[(\[{])
  | (?P<close>[)\]}])
  | (?P<dot>\?\.|\.(?!\.))
  | (?P<sign>\.\.|\?\?|\?|::?|\#[\w]*|&&|\|\|?|[=!<>]=|=|\*\*|[-+*/%^<>!,;])
    """,
    re.VERBOSE | re.DOTALL,
)
_PAIRS = {")": "(", "]": "[", "}": "{"}
_SIGNS = frozenset(
    [
        "true",
        "false",
        "nil",
        "null",
        "and",
        "or",
        "not",
        "in",
        "matches",
        "contains",
        "startsWith",
        "endsWith",
        "let",
        "if",
        "else",
        "$env",
    ]
)
_FUNCTIONS = frozenset(
    [
        "all",
        "any",
        "one",
        "none",
        "map",
        "filter",
        "find",
        "findIndex",
        "findLast",
        "findLastIndex",
        "groupBy",
        "sortBy",
        "count",
        "reduce",
        "len",
        "type",
        "abs",
        "ceil",
        "floor",
        "round",
        "int",
        "float",
        "string",
        "split",
        "splitAfter",
        "join",
        "trim",
        "trimPrefix",
        "trimSuffix",
        "upper",
        "lower",
        "replace",
        "repeat",
        "indexOf",
        "lastIndexOf",
        "hasPrefix",
        "hasSuffix",
        "max",
        "min",
        "mean",
        "median",
        "sum",
        "now",
        "duration",
        "date",
        "timezone",
        "first",
        "last",
        "get",
        "take",
        "keys",
        "values",
        "toPairs",
        "fromPairs",
        "toJSON",
        "fromJSON",
        "toBase64",
        "fromBase64",
        "concat",
        "flatten",
        "uniq",
        "sort",
        "reverse",
        "bitand",
        "bitor",
        "bitxor",
        "bitnand",
        "bitnot",
        "bitshl",
        "bitshr",
        "bitushr",
        "asInt",
        "asFloat",
        "jsonpath",
        "toJson",
        "sprig",
        "expr",
    ]
)


def expression_fault(text: str) -> str | None:
    """Return what cannot be read in an expression, or None.

    >>> expression_fault("inputs.parameters['a'] == 'b'")
    >>> expression_fault("asInt(inputs.parameters.a")
    "'(' is never closed"
    """
    if not text.strip():
        return "there is nothing in it"
    opened: list[str] = []
    at = 0
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            sign = text[at]
            if sign in "\"'`":
                return f"the text that starts with {sign} never ends"
            return f"{sign!r} means nothing there"
        if found.lastgroup == "open":
            opened.append(found[0])
        elif found.lastgroup == "close" and (
            not opened or opened.pop() != _PAIRS[found[0]]
        ):
            return f"{found[0]!r} closes nothing"
        at = found.end()
    return f"{opened[-1]!r} is never closed" if opened else None


def words_of(text: str) -> Iterator[tuple[str, ...]]:
    """Yield the names that an expression uses, each with what follows it.

    >>> list(words_of("tasks['a'].outputs.result + b"))
    [('tasks', 'a', 'outputs', 'result'), ('b',)]
    """
    tokens = [
        (found.lastgroup or "", found[0])
        for found in _TOKEN.finditer(text)
        if found.lastgroup != "space"
    ]
    tokens += [("end", "")] * 3
    own = {tokens[at + 1][1] for at, one in enumerate(tokens) if one[1] == "let"}
    at = 0
    while tokens[at][0] != "end":
        kind, token = tokens[at]
        before = tokens[at - 1][1] if at else ""
        at += 1
        if kind != "name" or before in (".", "?.") or token in _SIGNS | own:
            continue
        is_key = tokens[at][1] == ":" and before in ("{", ",")
        if is_key or (token in _FUNCTIONS and tokens[at][0] != "dot"):
            continue
        path, at = _path(tokens, at)
        yield (token, *path)


def _path(tokens: list[tuple[str, str]], at: int) -> tuple[list[str], int]:
    path: list[str] = []
    while True:
        if tokens[at][0] == "dot" and tokens[at + 1][0] == "name":
            path.append(tokens[at + 1][1])
            at += 2
        elif (
            tokens[at][1] == "["
            and tokens[at + 1][0] == "text"
            and tokens[at + 2][1] == "]"
        ):
            path.append(tokens[at + 1][1][1:-1])
            at += 3
        else:
            return path, at


def is_known(word: str) -> bool:
    """Return whether the language or Argo gives a name a meaning by itself."""
    return word in _FUNCTIONS or word in _SIGNS
