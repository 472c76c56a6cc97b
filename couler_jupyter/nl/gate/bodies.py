"""The rules for what runs in a step: ordinary Python, but for what no honest step does.

A body may import what it likes, read and write files and reach the network; what a person
should see of that is a risk. What would get at secrets, get around Python or harm the
machine is blocked.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence

from couler_jupyter.nl.gate.body_tables import (
    DUNDERS,
    ENVIRONMENT,
    EXEC,
    FREE,
    NATIVE,
    NETWORK,
    PICKLE,
    PROCESS,
    REMOVES,
    SPYING,
    SYS_PARTS,
)
from couler_jupyter.nl.gate.commands import command_finds
from couler_jupyter.nl.gate.found import Found, excerpt
from couler_jupyter.nl.gate.names import ALL_BUILTINS, STANDARD
from couler_jupyter.nl.gate.packages import MODULES, lookalike
from couler_jupyter.nl.gate.places import is_root, is_sensitive, is_system
from couler_jupyter.nl.gate.program import Origins, resolved
from couler_jupyter.nl.gate.rules import RULES
from couler_jupyter.nl.gate.secrets import looks_like_key, sounds_secret

_URL = re.compile(r"\b(?:https?|ftp|wss?)://([\w.:-]+)", re.IGNORECASE)
_LOCAL = frozenset({"localhost", "127.0.0.1", "0.0.0.0"})  # noqa: S104 (looked for)
_ENCODED = re.compile(r"[A-Za-z0-9+/=]{200,}")
_SHELL = frozenset({"get_ipython"})
_INSIDES = re.compile(r"__(?:import|globals|subclasses|builtins|mro|bases?|code)__")
_READING = ("get", "getenv", "setdefault", "pop")


def body_finds(
    nodes: Sequence[ast.AST], origins: Origins, name: str
) -> Iterator[Found]:
    """Yield what a step's body would do that is blocked or that a person should see.

    Args:
        nodes: the body, or a whole module of Python.
        origins: what imported names mean.
        name: of the step, for messages.
    """
    body = _Body(nodes, origins, name)
    for node in body.nodes:
        yield from body.at(node)
    yield from body.together()


class _Body:
    """One body, and what was seen of it so far."""

    def __init__(self, nodes: Sequence[ast.AST], origins: Origins, name: str) -> None:
        self.nodes = [inner for node in nodes for inner in ast.walk(node)]
        self.origins, self.name = origins, name
        self.bases = {id(n.value) for n in self.nodes if isinstance(n, ast.Attribute)}
        self.plain_environment: set[int] = set()
        self.secrets: int | None = None
        self.network: int | None = None
        self.process: int | None = None
        for node in self.nodes:
            self._note(node)

    def _note(self, node: ast.AST) -> None:
        """Note uses of the environment that name one variable: those are honest."""
        match node:
            case ast.Subscript(value=base, slice=ast.Constant(value=str())):
                self.plain_environment.add(id(base))
            case ast.Compare(comparators=[base], ops=[ast.In() | ast.NotIn()]):
                self.plain_environment.add(id(base))
            case ast.Call(func=ast.Attribute(value=base, attr=name), args=args) if (
                name in _READING and args and isinstance(args[0], ast.Constant)
            ):
                self.plain_environment.add(id(base))
            case _:
                return

    def at(self, node: ast.AST) -> Iterator[Found]:
        """Yield what one node is about."""
        match node:
            case ast.Import(names=names):
                for one in names:
                    yield from self._module(one.name, node.lineno)
            case ast.ImportFrom(module=module, names=names, level=level):
                yield from self._import_from(module or "", names, node, level)
            case ast.Name(id=name) if name in DUNDERS - EXEC:
                yield _body("dunder", node, f"{name} leads inside Python: leave it out")
            case ast.Name() if id(node) not in self.bases:
                yield from self._named(node)
            case ast.Attribute():
                yield from self._attribute(node)
                if id(node) not in self.bases:
                    yield from self._named(node)
            case ast.Call():
                yield from self._call(node)
            case ast.Constant(value=str() | bytes() as text):
                yield from self._text(text, node)
            case ast.While(test=ast.Constant(value=value)) if value:
                yield from self._endless(node)
            case ast.Assign(targets=[target], value=ast.Constant(value=str(text))):
                yield from self._password(target, text, node)
            case ast.MatchClass(kwd_attrs=names):
                for name in set(names) & DUNDERS:
                    yield _body("dunder", node, f"{name} leads inside Python")
            case ast.FunctionDef(name=name) | ast.arg(arg=name) if name in DUNDERS:
                yield _body("dunder", node, f"{name} leads inside Python")
            case _:
                return

    def together(self) -> Iterator[Found]:
        """Yield what only several things together make."""
        if self.secrets and (self.network or self.process):
            yield Found(
                "gate-body-secret-sent",
                f"{self.name} reads a variable of its environment, and may send it on",
                self.secrets,
            )

    def _module(self, module: str, line: int) -> Iterator[Found]:
        top = module.partition(".")[0]
        if module in NATIVE or top in NATIVE:
            what = f"{module} gets around Python; a step needs no such module"
            yield Found("gate-body-native", what, line)
        elif top in SPYING:
            what = f"{module} watches people or networks; leave it out"
            yield Found("gate-body-spying", what, line)
        elif top in PROCESS:
            self.process = line
            yield Found("gate-body-process", f"{self.name} imports {module}", line)
        elif module in NETWORK or top in NETWORK:
            self.network = line
            yield Found("gate-body-network", f"{self.name} imports {module}", line)
        elif top in PICKLE:
            yield Found("gate-body-pickle", f"{self.name} imports {module}", line)
        elif top not in STANDARD and top not in MODULES:
            yield from self._unknown(top, line)

    def _unknown(self, top: str, line: int) -> Iterator[Found]:
        if top in {"couler_jupyter", "couler"}:
            what = "a step writes no workflow; call couler outside of it"
            yield Found("gate-body-exec", what, line)
        elif near := lookalike(top, MODULES):
            yield Found("gate-body-lookalike", f"{top}: {near} is meant?", line)
        else:
            what = f"{self.name} imports {top}, which is not known here"
            yield Found("gate-body-unknown-package", what, line)

    def _import_from(
        self, module: str, names: Sequence[ast.alias], node: ast.stmt, level: int
    ) -> Iterator[Found]:
        if level:
            yield _body("exec", node, "a step has no package to import from")
            return
        yield from self._module(module, node.lineno)
        for one in names:
            whole = f"{module}.{one.name}"
            if one.name == "*" and module in {"os", "sys", "builtins", "subprocess"}:
                yield _body("exec", node, f"import {module} by name, not with *")
            if whole in NATIVE | NETWORK:
                yield from self._module(whole, node.lineno)
            yield from self._meant(whole, node, is_used=False)

    def _named(self, node: ast.Name | ast.Attribute) -> Iterator[Found]:
        root: ast.AST = node
        while isinstance(root, ast.Attribute):
            root = root.value
        if not isinstance(root, ast.Name):
            return
        name = root.id
        if name in self.origins or name in FREE or name in EXEC & ALL_BUILTINS | _SHELL:
            for whole in resolved(node, self.origins):
                yield from self._meant(whole, node, is_used=True)

    def _meant(self, whole: str, node: ast.AST, *, is_used: bool) -> Iterator[Found]:
        """Yield what is said of a full name, as `os.system`."""
        line = getattr(node, "lineno", 0)
        short = _shortest(whole)
        top, _, rest = short.partition(".")
        if short in EXEC or top in EXEC:
            yield _body("exec", node, f"{short}: write code, not texts of code")
        elif short in ENVIRONMENT:
            if is_used:
                yield from self._environment(short, node)
        elif short in PROCESS or (top in PROCESS and top not in self.origins):
            self.process = line
            yield Found("gate-body-process", f"{self.name} uses {short}", line)
        elif short in REMOVES:
            yield Found("gate-body-removes", f"{self.name} uses {short}", line)
        elif short in NATIVE or (top in NATIVE and top not in self.origins):
            yield _body("native", node, f"{short} gets around Python; leave it out")
        elif short in PICKLE and is_used:
            yield Found("gate-body-pickle", f"{self.name} uses {short}", line)
        elif top == "sys" and rest.partition(".")[0] in SYS_PARTS:
            yield _body("dunder", node, f"{short} leads inside Python; leave it out")
        elif is_used and top in FREE & NETWORK and top not in self.origins:
            self.network = line
            yield Found("gate-body-network", f"{self.name} uses {short}", line)

    def _environment(self, whole: str, node: ast.AST) -> Iterator[Found]:
        if whole == "os.getenv" or id(node) in self.plain_environment:
            self.secrets = getattr(node, "lineno", 0)
            return
        what = 'name the variable, as os.environ["NAME"]; the rest is full of secrets'
        yield _body("environment", node, what)

    def _attribute(self, node: ast.Attribute) -> Iterator[Found]:
        is_module = node.attr == "__dict__" and self._is_module(node.value)
        if node.attr in DUNDERS or is_module:
            yield _body(
                "dunder", node, f".{node.attr} leads inside Python: leave it out"
            )
        for whole in resolved(node, self.origins):
            if whole.startswith(("os.environ.", "os.environb.")) and (
                whole.rpartition(".")[2] in {"items", "values", "copy", "keys"}
            ):
                what = 'name the variable, as os.environ["NAME"]'
                yield _body("environment", node, what)
        if (
            node.attr in {"unlink", "rmdir"}
            and not resolved(node, self.origins) & REMOVES
        ):
            yield Found(
                "gate-body-removes", f"{self.name} uses .{node.attr}", node.lineno
            )

    def _is_module(self, node: ast.expr) -> bool:
        name = node.id if isinstance(node, ast.Name) else ""
        return name in self.origins or name in FREE

    def _call(self, node: ast.Call) -> Iterator[Found]:
        names = resolved(node.func, self.origins)
        for whole in names:
            short = _shortest(whole)
            if short == "vars" and node.args and self._is_module(node.args[0]):
                yield _body("dunder", node, "vars leads inside a module: leave it out")
            elif short in {"getattr", "setattr", "delattr", "hasattr"}:
                yield from self._by_name(node)
            elif short in REMOVES and node.args and _is_root(node.args[0]):
                yield _body("delete", node, "this deletes what the machine needs")
            elif short in PROCESS or short.partition(".")[0] in PROCESS:
                yield from self._command(node)
            elif short in {"print", "logging.info", "logging.debug", "logging.warning"}:
                yield from self._shown(node)
        if isinstance(node.func, ast.Attribute):
            yield from self._method(node, node.func)

    def _method(self, node: ast.Call, func: ast.Attribute) -> Iterator[Found]:
        inner = func.value
        is_root_path = isinstance(inner, ast.Call) and any(map(_is_root, inner.args))
        if func.attr in {"rmtree", "unlink", "rmdir"} and is_root_path:
            yield _body("delete", node, "this deletes what the machine needs")

    def _by_name(self, node: ast.Call) -> Iterator[Found]:
        given = node.args[1] if len(node.args) > 1 else None
        match given:
            case ast.Constant(value=str(name)):
                if name in DUNDERS or name in EXEC:
                    yield _body("dunder", node, f"{name} leads inside Python")
            case _:
                what = f"{self.name} takes an attribute by a name made as it runs"
                yield Found("gate-body-by-name", what, node.lineno)

    def _command(self, node: ast.Call) -> Iterator[Found]:
        """Yield what the command of a call that starts a program would do."""
        words = [
            inner.value
            for one in (*node.args, *(k.value for k in node.keywords))
            for inner in ast.walk(one)
            if isinstance(inner, ast.Constant) and isinstance(inner.value, str)
        ]
        for one in command_finds(" ".join(words)):
            if RULES[one.rule].blocks:
                yield _body("command", node, one.what)
            elif one.rule == "policy-installs":
                yield Found(
                    "gate-body-install", f"{self.name}: {one.what}", node.lineno
                )

    def _shown(self, node: ast.Call) -> Iterator[Found]:
        for one in node.args:
            for inner in ast.walk(one):
                is_name = isinstance(inner, ast.Attribute | ast.Name)
                meant = resolved(inner, self.origins) if is_name else frozenset()
                if meant & ENVIRONMENT:
                    what = f"{self.name} prints a variable of its environment"
                    yield Found("gate-body-secret-shown", what, node.lineno)

    def _text(self, text: str | bytes, node: ast.Constant) -> Iterator[Found]:
        plain = text if isinstance(text, str) else text.decode("latin-1")
        if is_sensitive(plain):
            what = f"{excerpt(plain)} holds secrets or starts programs: leave it out"
            yield _body("sensitive", node, what)
        elif is_system(plain):
            what = f"{self.name} names {excerpt(plain)}"
            yield Found("gate-body-system-path", what, node.lineno)
        if _ENCODED.search(plain) or (len(plain) > 60 and _is_binary(plain)):
            what = f"{self.name} carries what cannot be read: {excerpt(plain, 20)}"
            yield Found("gate-body-encoded", what, node.lineno)
        for host in dict.fromkeys(_URL.findall(plain)):
            if host.partition(":")[0] not in _LOCAL:
                self.network = node.lineno
                what = f"{self.name} reaches {host}"
                yield Found("gate-body-network", what, node.lineno)
        if _INSIDES.search(plain):
            what = f"{excerpt(plain)} leads inside Python: leave it out"
            yield _body("dunder", node, what)
        if looks_like_key(plain):
            what = "a key or token stands in the code; use couler.create_secret"
            yield Found("gate-secret-value", what, node.lineno)
        if len(plain) > 8:
            for one in command_finds(plain):
                if RULES[one.rule].blocks and one.rule != "policy-sensitive-file":
                    yield _body("command", node, one.what)

    def _endless(self, node: ast.While) -> Iterator[Found]:
        inner = [one for part in node.body for one in ast.walk(part)]
        if not any(
            isinstance(one, ast.Break | ast.Return | ast.Raise) for one in inner
        ):
            yield Found("gate-body-endless", f"{self.name} does not end", node.lineno)

    def _password(self, target: ast.expr, text: str, node: ast.stmt) -> Iterator[Found]:
        name = target.id if isinstance(target, ast.Name) else ""
        if sounds_secret(name) and text:
            what = f"{name} looks like a password; use couler.create_secret"
            yield Found("gate-body-password", what, node.lineno)


def _shortest(whole: str) -> str:
    """Return a full name without the modules it is reached by.

    >>> _shortest("random._os.system"), _shortest("builtins.eval")
    ('os.system', 'eval')
    """
    parts = [part.lstrip("_") or part for part in whole.split(".")]
    for place in range(len(parts) - 2, 0, -1):
        if parts[place] in FREE and parts[0] != "couler_jupyter":
            return ".".join(parts[place:]).removeprefix("builtins.")
    return whole.removeprefix("builtins.")


def _is_root(node: ast.expr) -> bool:
    if isinstance(node, ast.Call):
        return any(map(_is_root, node.args)) or (
            isinstance(node.func, ast.Attribute) and node.func.attr in {"home", "cwd"}
        )
    return (
        isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and is_root(node.value)
    )


def _is_binary(text: str) -> bool:
    return sum(not c.isprintable() and c not in "\n\t" for c in text) > len(text) // 4


def _body(rule: str, node: ast.AST, what: str) -> Found:
    return Found(f"gate-body-{rule}", what, getattr(node, "lineno", 0))
