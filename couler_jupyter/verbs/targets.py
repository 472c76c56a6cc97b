"""targets: the places where workflows run, by name."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import ClassVar

from couler_jupyter.engines import ENGINES
from couler_jupyter.errors import UsageFailed
from couler_jupyter.session import Session
from couler_jupyter.targets import (
    Option,
    Target,
    load_targets,
    remove_target,
    save_target,
    secret_fault,
)
from couler_jupyter.verbs.base import Console, Parser
from couler_jupyter.verbs.remote import add_options
from couler_jupyter.verbs.run import read_options


class Targets:
    """List the places where workflows run, add one, or take one away."""

    name: ClassVar[str] = "targets"
    help: ClassVar[str] = "list the places where workflows run; add or remove one"

    def declare(self, parser: Parser) -> None:
        """Add what to do, and of which place."""
        parser.add_argument(
            "action", nargs="?", default="list", choices=("list", "add", "remove")
        )
        parser.add_argument("name", nargs="?", default="", metavar="NAME")
        parser.add_argument("--engine", default="", help="of one that is added")
        add_options(parser)
        parser.add_argument(
            "-s",
            "--secret",
            action="append",
            default=[],
            metavar="NAME=WHERE",
            help="where a secret is, as token=env:ARGO_TOKEN or "
            "token=keyring:couler/staging; never the secret itself",
        )

    def execute(
        self, session: Session, given: argparse.Namespace, console: Console
    ) -> int:
        """Do it; 1 where a secret of a listed place cannot be read."""
        if given.action == "list":
            return _list(console)
        if not given.name:
            raise UsageFailed(f"targets {given.action}: give the NAME of a place")
        if given.action == "remove":
            console.say(f"{given.name} is no longer in {remove_target(given.name)}")
            return 0
        target = _target(session, given)
        console.say(f"{target.name} is in {save_target(target)}")
        return 0


def _list(console: Console) -> int:
    found = load_targets(Path.cwd())
    name, engine = (
        max(len(getattr(one, word)) for one in found) for word in ("name", "engine")
    )
    lacking = 0
    for one in found:
        told = [f"{key}={value}" for key, value in one.options.items()]
        told += [f"{key} by {at}" for key, at in one.secrets.items()]
        line = f"{one.name:<{name}}  {one.engine:<{engine}}  {', '.join(told)}"
        console.say(line.rstrip())
        for at in one.secrets.values():
            if fault := secret_fault(at):
                lacking += 1
                console.say(f"{'':<{name}}  {fault}")
    return 1 if lacking else 0


def _target(session: Session, given: argparse.Namespace) -> Target:
    """Return the place that is described; its engine has to know its options."""
    engine = given.engine or session.engine
    if engine not in ENGINES.names():
        known = ", ".join(ENGINES.names())
        raise UsageFailed(f"there is no engine {engine!r}; known: {known}")
    options: dict[str, Option] = {}
    for name, value in read_options(given.option).items():
        if not isinstance(value, str | int | float | bool):
            raise UsageFailed(f"option {name}: write a text, a number, true or false")
        options[name] = value
    secrets = dict(_pair(one) for one in given.secret)
    target = Target(name=given.name, engine=engine, options=options, secrets=secrets)
    session.engine_named(engine).configured(target.run_options())
    return target


def _pair(text: str) -> tuple[str, str]:
    name, sign, where = text.partition("=")
    if not sign:  # it may be the secret itself: not repeated
        raise UsageFailed("a secret is written name=where, as token=env:ARGO_TOKEN")
    return name, where
