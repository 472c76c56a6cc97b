"""A few words of shell around a program: links before it, copies of files behind it."""

from __future__ import annotations

import shlex
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath

from couler_jupyter.engines.tekton.places import OWN, STDOUT, Place

_CODE = f"{OWN}/code"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrapping:
    """What is done around a program.

    Attributes:
        links: files that are linked to where the program looks for them.
        copies: files that are copied from where the program leaves them.
        stdout: whether what it prints is kept, too.
    """

    links: tuple[Place, ...] = ()
    copies: tuple[Place, ...] = ()
    stdout: bool = False

    @property
    def is_needed(self) -> bool:
        """Whether there is something to do."""
        return bool(self.links or self.copies or self.stdout)

    def words(self) -> list[str]:
        """Return the command before the program's own words."""
        return ["sh", "-c", self._text(), "couler"]

    def _text(self) -> str:
        lines = [_link(one) for one in self.links]
        lines += [f"mkdir -p {folder} || exit 1" for folder in _folders(self.copies)]
        run = '"$@" && code=0 || code=$?'
        if self.stdout:
            kept = f'{{ "$@" && echo 0 >{_CODE} || echo $? >{_CODE}; }}'
            run = f"{kept} | tee {STDOUT}; read -r code <{_CODE}"
        return "\n".join((*lines, run, *map(_copy, self.copies), 'exit "$code"'))


def _link(one: Place) -> str:
    seen, shared = shlex.quote(one.seen), shlex.quote(one.shared)
    folder = shlex.quote(str(PurePosixPath(one.seen).parent))
    made = f"mkdir -p {folder} && ln -sfn {shared} {seen}"
    return f"[ ! -e {shared} ] || {{ {made}; }} || exit 1"


def _copy(one: Place) -> str:
    seen, shared = shlex.quote(one.seen), shlex.quote(one.shared)
    return f"[ ! -e {seen} ] || cp -R {seen} {shared} || code=1"


def _folders(places: Iterable[Place]) -> list[str]:
    found = (shlex.quote(str(PurePosixPath(one.seen).parent)) for one in places)
    return sorted(dict.fromkeys(found))
