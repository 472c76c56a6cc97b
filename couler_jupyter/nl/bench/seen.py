"""What a run with stand-ins shows of each leaf: what it runs, and what reaches it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from couler_jupyter.engines.local.scheduling.data import Data, Located
from couler_jupyter.engines.local.scheduling.evaluate import Unknown, text_of
from couler_jupyter.engines.local.scheduling.orders import Launch
from couler_jupyter.ir import (
    Boxed,
    ConfigRef,
    Container,
    FieldRef,
    Function,
    Job,
    Leaf,
    LocalPath,
    PathRef,
    Script,
    SecretRef,
    Storage,
    SubWorkflow,
    Suspend,
    Text,
    as_text,
)
from couler_jupyter.nl.bench.flat import Leaf as Flatter

_TOKEN = re.compile(r"@@(.+?)@@")
_NUMBER = re.compile(r"(?<![\w.])-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])")
_MARKS = re.compile(r"""["',;()\[\]{}<>|=]+""")


@dataclass(frozen=True)
class Seen:
    """One leaf, and the attempts that a run with stand-ins made of it.

    Attributes:
        leaf: where it stands.
        launches: several where only the run knows the items; none for a wait.
        alone: whether no other leaf has the same source; one that is shared, as that of
            a mapped function, does not tell what is different of each.
    """

    leaf: Flatter
    launches: tuple[Launch, ...]
    alone: bool = True

    @property
    def launch(self) -> Launch | None:
        """The first of them, which stands for all."""
        return self.launches[0] if self.launches else None

    @property
    def name(self) -> str:
        """As people call it."""
        return self.leaf.path

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """The words of its command, or its source, as they are in the run."""
        template = self.leaf.step.template
        match template:
            case Container():
                return tuple(map(self._text, (*template.command, *template.args)))
            case Script():
                return (*template.interpreter, self._text(template.source))
            case Function():
                return (template.source,)
            case Job():
                return (self._text(template.manifest),)
            case _:
                return ()

    @cached_property
    def inputs(self) -> tuple[Data, ...]:
        """What it is given, values and files."""
        return () if self.launch is None else tuple(self.launch.inputs.values())

    @cached_property
    def variables(self) -> tuple[str, ...]:
        """The texts of its environment variables, but for what is a reference."""
        template = self.leaf.step.template
        if not isinstance(template, Boxed):
            return ()
        return tuple(
            self._text(one.value)
            for one in template.env
            if not isinstance(one.value, SecretRef | ConfigRef | FieldRef)
        )

    @cached_property
    def words(self) -> str:
        """All its texts in a row, without what stands between words, framed by blanks."""
        whole = " ".join((*self.texts, *self.variables))
        return f" {' '.join(_MARKS.sub(' ', whole).split())} "

    @cached_property
    def tokens(self) -> frozenset[str]:
        """The tokens that reach it, in whichever way."""
        given = (as_text(_plain(one)) for one in self._all_inputs())
        flat = "\n".join((*self.texts, *self.variables, *given))
        return frozenset(_TOKEN.findall(flat))

    @cached_property
    def files(self) -> frozenset[str]:
        """The tokens of the files that reach it."""
        flat = "\n".join(_paths(list(self._all_inputs())))
        return frozenset(_TOKEN.findall(flat))

    @cached_property
    def storages(self) -> tuple[Storage, ...]:
        """Where files lie that it is given from outside of the run."""
        found = (one.storage for one in self.inputs if isinstance(one, Located))
        return tuple(one for one in found if not isinstance(one, LocalPath))

    @cached_property
    def numbers(self) -> frozenset[float]:
        """The numbers it is given, or that stand in what it runs."""
        told = [*self._constants(), *self.variables, *self._own_texts()]
        return frozenset(_numbers(told))

    @cached_property
    def telling(self) -> str:
        """Its name, what it is given and what it runs, letters and digits only."""
        entry = getattr(self.leaf.step.template, "entrypoint", "")
        given = (as_text(one) for one in self._constants())
        return squashed(" ".join((self.leaf.path, entry, *given, *self._own_texts())))

    def _own_texts(self) -> tuple[str, ...]:
        shared = isinstance(self.leaf.step.template, Function) and not self.alone
        return () if shared else self.texts

    def _all_inputs(self) -> Iterator[Data]:
        return (one for launch in self.launches for one in launch.inputs.values())

    def _constants(self) -> list[Data]:
        return [one for one in self._plain_inputs() if "@@" not in as_text(one)]

    def _plain_inputs(self) -> list[Data]:
        return [_plain(one) for one in self.inputs]

    def _text(self, text: Text) -> str:
        return text_of(text, self._look_up)

    def _look_up(self, one: Leaf) -> Data:
        if isinstance(one, PathRef):
            given = {} if self.launch is None else self.launch.inputs
            return _plain(given.get(one.name, f"/{one.name}"))
        if self.launch is None:
            raise Unknown("nothing is launched")
        return _plain(self.launch.look_up(one))


def squashed(text: str) -> str:
    """Return the letters and digits of a text, in lower case.

    >>> squashed("Random-Forest 2")
    'randomforest2'
    """
    return "".join(filter(str.isalnum, text.lower()))


def is_wait(leaf: Flatter) -> bool:
    """Whether a leaf is never launched: it waits for time or a person."""
    return isinstance(leaf.step.template, Suspend | SubWorkflow)


def _plain(value: Data) -> Data:
    """Return a value with paths in place of files."""
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, Located):
        storage = value.storage
        return storage.path if isinstance(storage, LocalPath) else repr(storage)
    return value


def _paths(value: Data) -> Iterator[str]:
    if isinstance(value, list | dict):
        for one in value if isinstance(value, list) else value.values():
            yield from _paths(one)
    elif isinstance(value, Located) and isinstance(value.storage, LocalPath):
        yield str(value.storage.path)


def _numbers(values: object) -> Iterator[float]:
    match values:
        case bool():
            return
        case int() | float():
            yield float(values)
        case str() if "@@" not in values:
            yield from (float(one) for one in _NUMBER.findall(values))
        case list() | tuple():
            for one in values:
                yield from _numbers(one)
        case dict():
            yield from _numbers(list(values.values()))
        case _:
            return
