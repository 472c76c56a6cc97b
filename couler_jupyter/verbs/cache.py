"""cache: what is kept of earlier runs, what it is worth, and how much there may be."""

from __future__ import annotations

import argparse
import json
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from couler_jupyter.errors import UsageFailed
from couler_jupyter.verbs.base import Console, Parser
from couler_jupyter.verbs.cache_scenarios import finding_lines, findings
from couler_jupyter.verbs.cache_words import artifact_lines, comparison_lines

if TYPE_CHECKING:
    from couler_jupyter.reusing import Config
    from couler_jupyter.reusing.cache import Cache as Kept
    from couler_jupyter.session import Session

WHAT = {
    "table": "what is kept, what it is worth, and why; the default",
    "why": "ARTIFACT: all that is known of one",
    "pin": "ARTIFACT: never give it up",
    "unpin": "ARTIFACT: let it go again",
    "drop": "ARTIFACT: give it up and forget it",
    "clear": "give up all that is not pinned, and forget all; needs --yes",
    "budget": "[SIZE]: bytes at the most, as 20G",
    "policy": "[NAME]: who decides what is kept",
    "policies": "all there are",
    "simulate": "what other budgets and policies would have come to",
}
_TAKES = frozenset({"why", "pin", "unpin", "drop", "budget", "policy"})


class Cache:
    """Show what is kept of earlier runs and what it is worth, and change how much."""

    name: ClassVar[str] = "cache"
    help: ClassVar[str] = "show and change what is kept of earlier runs"

    def declare(self, parser: Parser) -> None:
        """Add what to do, and with which artifact."""
        parser.formatter_class = argparse.RawDescriptionHelpFormatter
        told = "\n".join(f"  {name:<9} {words}" for name, words in WHAT.items())
        parser.epilog = f"what there is:\n{told}\n\nan artifact is a step, as load or"
        parser.epilog += " workflow/load, or how its key starts"
        parser.add_argument(
            "what", nargs="?", default="table", choices=tuple(WHAT), metavar="WHAT"
        )
        parser.add_argument(
            "value", nargs="?", default="", metavar="ARTIFACT|SIZE|NAME"
        )
        parser.add_argument("--yes", action="store_true", help="clear without asking")
        parser.add_argument(
            "--budget", default="", metavar="SIZE,...", help="to simulate, as 10G,20G"
        )
        parser.add_argument(
            "--policy", default="", metavar="NAME,...", help="to simulate, as lru,value"
        )
        parser.add_argument(
            "--scenario",
            default="",
            metavar="NAME|FILE",
            help="to simulate in place of the latest runs: drawn, or runs as JSON",
        )
        parser.add_argument(
            "--seeds", type=_number, default=10, metavar="N", help="draws of a scenario"
        )
        parser.add_argument(
            "--json", action="store_true", help="the table or simulation as JSON"
        )

    def execute(
        self, session: Session, given: argparse.Namespace, console: Console
    ) -> int:
        """Do it."""
        from couler_jupyter.reusing import load_config

        del session
        _check(given)
        config = load_config()
        if given.what == "table" and not given.json:
            console.show_cache(config)
        elif given.what == "policies":
            for line in _policies(config):
                console.say(line)
        elif given.what == "policy" and given.value:
            console.say(_choose(given.value))
        elif given.what == "simulate" and given.scenario:
            _simulate_scenario(given, console)
        else:
            with _opened(config) as cache:
                _DO[given.what](cache, given, console)
        return 0


def _opened(config: Config) -> Kept:
    from couler_jupyter.reusing.cache import Cache as Kept

    return Kept(config)


def _check(given: argparse.Namespace) -> None:
    """Refuse what says nothing to what is to be done.

    Raises:
        UsageFailed: so it is.
    """
    what = given.what
    if what in ("why", "pin", "unpin", "drop") and not given.value:
        raise UsageFailed(
            f"cache {what} needs an artifact: a step, or how its key starts"
        )
    if given.value and what not in _TAKES:
        raise UsageFailed(f"cache {what} takes no {given.value!r}")
    if (given.budget or given.policy or given.scenario) and what != "simulate":
        raise UsageFailed(f"cache {what} takes no option; write cache {what} VALUE")
    if given.yes and what != "clear":
        raise UsageFailed(f"cache {what} asks nothing; --yes is for cache clear")
    if given.json and what not in ("table", "simulate"):
        raise UsageFailed(f"cache {what} has no JSON; cache --json has all of it")


def _policies(config: Config) -> Iterator[str]:
    from couler_jupyter.caching import POLICIES

    for name in POLICIES.names():
        mark = "*" if name == config.policy.partition("{")[0] else " "
        told = (POLICIES.get(name).__doc__ or "").partition("\n")[0]
        yield f"{mark} {name:<15} {told}"


def _choose(policy: str) -> str:
    from couler_jupyter.caching import policy_of
    from couler_jupyter.reusing import load_config, save_config

    policy_of(policy)
    _check_not_overruled("policy", "COULER_CACHE_POLICY")
    path = save_config(replace(load_config(written=True), policy=policy))
    return f"policy {policy} from the next run on, says {path}"


def _check_not_overruled(what: str, variable: str) -> None:
    if said := os.environ.get(variable):
        raise UsageFailed(
            f"{variable} is {said!r} and goes before what is written down; "
            f"change the {what} there"
        )


def _json(cache: Kept, given: argparse.Namespace, console: Console) -> None:
    del given
    console.say(json.dumps(cache.view(), ensure_ascii=False))


def _why(cache: Kept, given: argparse.Namespace, console: Console) -> None:
    from couler_jupyter.reusing.cache import found

    one = found(cache.overview(), given.value)
    for line in artifact_lines(one, cache.config.policy):
        console.say(line)


def _pin(cache: Kept, given: argparse.Namespace, console: Console) -> None:
    from couler_jupyter.reusing.cache import named

    pinned = given.what == "pin"
    one = cache.pin(given.value, pinned=pinned)
    console.say(f"{named(one)}: {'stays' if pinned else 'may go'}")


def _drop(cache: Kept, given: argparse.Namespace, console: Console) -> None:
    from couler_jupyter.drawing import duration_text, size_text
    from couler_jupyter.reusing.cache import named

    one = cache.drop(given.value)
    console.say(
        f"{named(one)}: {size_text(one.size)} given up; to make it again "
        f"takes {duration_text(one.rebuild)}"
    )


def _clear(cache: Kept, given: argparse.Namespace, console: Console) -> None:
    from couler_jupyter.drawing import duration_text, size_text

    gone = [one for one in cache.overview().artifacts() if one.kept and not one.pinned]
    size = sum(one.size for one in gone)
    told = f"{len(gone)} artifacts, {size_text(size)}"
    if not given.yes:
        seconds = duration_text(sum(one.seconds for one in gone))
        raise UsageFailed(
            f"cache clear gives up {told} that took {seconds} to make, and forgets "
            "all results; write cache clear --yes to do it"
        )
    freed = cache.store.clear()
    console.say(f"{told}: {size_text(freed)} freed; all is forgotten")


def _budget(cache: Kept, given: argparse.Namespace, console: Console) -> None:
    from couler_jupyter.reusing import load_config, read_size, save_config

    if given.value:
        size = read_size(given.value)
        _check_not_overruled("budget", "COULER_CACHE_BUDGET")
        written = load_config(written=True)
        if written.budget:
            save_config(replace(written, budget=size))
        cache.set_budget(size)
    _say_line(cache, given, console)


def _say_line(cache: Kept, given: argparse.Namespace, console: Console) -> None:
    from couler_jupyter.drawing import cache_line

    del given
    console.say(cache_line(cache.view()))


def _simulate(cache: Kept, given: argparse.Namespace, console: Console) -> None:
    from couler_jupyter.reusing import read_size
    from couler_jupyter.reusing.what_if import compare

    found = compare(
        cache.store,
        cache.config.policy,
        budgets=tuple(map(read_size, _listed(given.budget))),
        policies=_listed(given.policy),
    )
    if given.json:
        console.say(json.dumps(found.to_json(), ensure_ascii=False))
        return
    for line in comparison_lines(found):
        console.say(line)


def _simulate_scenario(given: argparse.Namespace, console: Console) -> None:
    from couler_jupyter.reusing import read_size

    found = findings(
        given.scenario,
        given.seeds,
        budgets=tuple(map(read_size, _listed(given.budget))),
        policies=_listed(given.policy),
    )
    if given.json:
        console.say(json.dumps([one.to_json() for one in found]))
        return
    draws = 1 if Path(given.scenario).is_file() else given.seeds
    for line in finding_lines(found, draws):
        console.say(line)


def _number(text: str) -> int:
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 1 on")
    return int(text)


def _listed(text: str) -> tuple[str, ...]:
    """Return what stands between commas, but for those in braces."""
    parts = re.split(r",(?![^{]*\})", text)
    return tuple(dict.fromkeys(filter(None, (part.strip() for part in parts))))


_DO: dict[str, Callable[[Kept, argparse.Namespace, Console], None]] = {
    "table": _json,
    "why": _why,
    "pin": _pin,
    "unpin": _pin,
    "drop": _drop,
    "clear": _clear,
    "budget": _budget,
    "policy": _say_line,
    "simulate": _simulate,
}
