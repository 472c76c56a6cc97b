"""What the program of a step would do: a command, a script, a function and its packages."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator

from couler_jupyter.ir import EnvVar, Function, Script, SecretRef, Step
from couler_jupyter.nl.gate.bodies import body_finds
from couler_jupyter.nl.gate.commands import command_finds
from couler_jupyter.nl.gate.found import Found, excerpt
from couler_jupyter.nl.gate.images import image_finds
from couler_jupyter.nl.gate.packages import PACKAGES, lookalike
from couler_jupyter.nl.gate.program import program_of
from couler_jupyter.nl.gate.rules import RULES
from couler_jupyter.nl.gate.shown import plain_text

_PYTHON = re.compile(r"(?:\S*/)?(?:i?python|pypy)[\d.]*")
_REQUIREMENT = re.compile(r"^\s*([A-Za-z0-9][\w.-]*)")


def words_finds(words: list[str], env: tuple[EnvVar, ...]) -> Iterator[Found]:
    """Yield what a command line of these words would do."""
    line = " ".join(words)
    yield from command_finds(line)
    secrets = [one.name for one in env if isinstance(one.value, SecretRef)]
    yield from _secret_finds(line, secrets)
    if words and _PYTHON.fullmatch(words[0]) and "-c" in words:
        yield from _python_finds(" ".join(words[words.index("-c") + 1 :]))


def _secret_finds(line: str, secrets: list[str]) -> Iterator[Found]:
    for name in secrets:
        used = re.search(rf"\$\{{?{re.escape(name)}\b", line)
        if used and re.search(r"\b(?:echo|printf|cat|tee|log)\b", line):
            yield Found("policy-secret-shown", f"prints ${name}, a secret")
        elif used:
            what = f"puts ${name}, a secret, into a command line"
            yield Found("policy-secret-in-command", what)


def script_finds(script: Script, step: Step) -> Iterator[Found]:
    """Yield what a script would do."""
    if script.image:
        yield from image_finds(script.image)
    source = plain_text(script.source, step)
    if _PYTHON.fullmatch(script.interpreter[0]):
        yield from _python_finds(source)
    else:
        yield from words_finds([*script.interpreter, source], script.env)


def _python_finds(source: str) -> Iterator[Found]:
    """Yield what the gate says of Python that is carried as text."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(source)
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        yield from command_finds(source)
        return
    origins = program_of(tree).origins
    for one in body_finds(tree.body, origins, "it"):
        rule = "policy-python-blocked" if RULES[one.rule].blocks else "policy-python"
        yield Found(rule, one.what)


def function_finds(function: Function) -> Iterator[Found]:
    """Yield what is said of a function's image and packages; its body the gate reads."""
    if function.image:
        yield from image_finds(function.image)
    for one in function.requirements:
        match = _REQUIREMENT.match(one)
        name = match[1] if match else ""
        if near := lookalike(name, PACKAGES) if name else None:
            yield Found("policy-package-lookalike", f"package {name}: {near} is meant?")
        if not name or "://" in one or "@" in one or one.lstrip().startswith("-"):
            what = f"installs {excerpt(one)}, which is not a package by its name"
            yield Found("policy-package-source", what)
