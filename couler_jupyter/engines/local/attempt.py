"""One attempt of one step, as values: what to run, how it ended, who runs it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol, TypeAlias

Json: TypeAlias = Any
"""A value that JSON can say; `Any` because Python's types cannot."""


@dataclass(frozen=True, slots=True)
class Inline:
    """An argument given as it is: plain data only."""

    value: Json


@dataclass(frozen=True, slots=True)
class ValueFile:
    """An argument read from a value file, or a part of it.

    Attributes:
        path: a file written by `write_value`.
        keys: what to take out of the value, outermost first, as `value[2]["score"]`.
    """

    path: Path
    keys: tuple[str | int, ...] = ()


@dataclass(frozen=True, slots=True)
class FilePath:
    """An argument that is the path itself: an artifact."""

    path: Path


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list argument made of others: a fan-in."""

    items: tuple[Argument, ...]


@dataclass(frozen=True, slots=True)
class DictOf:
    """A dictionary argument made of others."""

    items: tuple[tuple[str, Argument], ...]


Argument: TypeAlias = Inline | ValueFile | FilePath | ListOf | DictOf


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionCall:
    """Call one function of a Python source file and keep what it returns.

    Attributes:
        source: file that defines the function; it becomes the module `__main__`.
        function: its name there.
        positional: arguments by position.
        named: arguments by name.
        result: value file to write, whole or not at all, unless the value is short
            plain data: that comes with the outcome.
        parts: where not all of the value is wanted, the keys of each part that is,
            outermost first. Each is then written by itself, to `result` with a dot
            and its number behind, unless all are short plain data: then a list comes
            with the outcome that has, for each part, a list with it, or an empty one
            where the value has no such part. A path is told as text.
        shown_as: what tracebacks call the source; empty for its path.
    """

    source: Path
    function: str
    positional: tuple[Argument, ...] = ()
    named: tuple[tuple[str, Argument], ...] = ()
    result: Path
    parts: tuple[tuple[str | int, ...], ...] = ()
    shown_as: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessCall:
    """Run a command.

    Attributes:
        argv: program, found on the attempt's PATH, and its arguments.
        stdin: what it reads; None for an empty input.
        own_python: whether the program is the Python of who runs it, whatever
            program of that name is found.
    """

    argv: tuple[str, ...]
    stdin: bytes | None = None
    own_python: bool = False


class Pull(StrEnum):
    """When to fetch an image."""

    ALWAYS = "Always"
    IF_NOT_PRESENT = "IfNotPresent"
    NEVER = "Never"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mount:
    """A file or folder of this machine, seen inside a container."""

    source: Path
    target: str
    read_only: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ContainerImage:
    """One container as it is to be started: the step's own or one beside it.

    Attributes:
        image: its name, with tag or digest.
        command: instead of the image's entry point; empty keeps it.
        args: after the command.
        env: variables, beside the attempt's in the step's own container.
        mounts: what it sees of this machine.
        working_dir: inside; empty for the image's own.
        user: `uid`, `uid:gid` or a name; empty for the image's own.
        pull: when to fetch the image.
        name: what messages call it, where there are several.
    """

    image: str
    command: tuple[str, ...] = ()
    args: tuple[str, ...] = ()
    env: tuple[tuple[str, str], ...] = ()
    mounts: tuple[Mount, ...] = ()
    working_dir: str = ""
    user: str = ""
    pull: Pull = Pull.IF_NOT_PRESENT
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContainerCall:
    """Run a container, with those that come before and beside it.

    Attributes:
        main: the step's own; its exit code is the attempt's.
        before: run one after the other first; one that fails ends the attempt.
        sidecars: run beside `main` in its network, stopped when it ends.
        network: `none`, `host`, `bridge` or the name of one.
        collect: paths inside `main` and where to copy each when it has ended;
            what is not there is left out.
        labels: for finding the containers again.
    """

    main: ContainerImage
    before: tuple[ContainerImage, ...] = ()
    sidecars: tuple[ContainerImage, ...] = ()
    network: str = "none"
    collect: tuple[tuple[str, Path], ...] = ()
    labels: tuple[tuple[str, str], ...] = ()


Call: TypeAlias = FunctionCall | ProcessCall | ContainerCall


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What an attempt may use: bytes of memory, cores; None is no limit."""

    memory: int | None = None
    cpu: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One try of one step, with all that running it takes.

    Attributes:
        id: unlike that of any other attempt on this machine.
        call: what to run.
        env: variables beside those of this process; PYTHONPATH is honoured.
        workdir: folder of this machine to run in; it exists.
        log: file that gets what the attempt prints; its folder exists.
        stdout: file that gets what it prints to standard output alone, for outputs
            taken from there; None where nobody asks.
        limits: memory and cores.
        timeout: seconds until it is stopped; None for never.
        grace: seconds between asking it to stop and stopping it.
        secrets: values that the log and the reason show as `***`.
    """

    id: str
    call: Call
    env: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    workdir: Path
    log: Path
    stdout: Path | None = None
    limits: Limits = Limits()
    timeout: float | None = None
    grace: float = 5.0
    secrets: tuple[str, ...] = field(default=(), repr=False)


class Ending(StrEnum):
    """How an attempt ended.

    FAILED is the step's own fault, ERRORED that of what surrounds it: a command
    or an image that does not exist, a full disk.
    """

    SUCCEEDED = "succeeded"
    FAILED = "failed"
    ERRORED = "errored"
    TIMED_OUT = "timed-out"
    KILLED = "killed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of an attempt.

    Attributes:
        id: the attempt's.
        ending: how it ended.
        reason: why, in one line; empty if it succeeded.
        note: what else there is to know, in one line: a log that was cut.
        exit_code: of the process, where it exited by itself.
        signal: number of the signal that ended it, if one did.
        started: seconds since the epoch.
        ended: seconds since the epoch.
        cpu_seconds: user and system time of it and its children.
        peak_memory: bytes, of its largest process.
        value: what the function returned, as JSON text, where that is short plain
            data; empty if it is in the call's `result` file.
    """

    id: str
    ending: Ending
    reason: str = ""
    note: str = ""
    exit_code: int | None = None
    signal: int | None = None
    started: float
    ended: float
    cpu_seconds: float | None = None
    peak_memory: int | None = None
    value: str = ""


class Runner(Protocol):
    """Runs attempts; hands each one's outcome to a callback on the loop's thread."""

    def start(self, attempt: Attempt) -> None:
        """Begin `attempt`; whatever becomes of it comes as an outcome."""
        ...

    def kill(self, id: str, grace: float | None = None) -> None:  # noqa: A002
        """Stop an attempt with all it started; one that has ended is left alone.

        Args:
            id: the attempt's.
            grace: seconds between asking and stopping; None for the attempt's own.
        """
        ...

    def close(self) -> None:
        """Stop all that runs, at once and without outcomes."""
        ...
