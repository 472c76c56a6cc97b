"""What a step leaves behind: taken, checked, and kept in the run's folder."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from couler_jupyter.engines.local.attempt import Outcome
from couler_jupyter.engines.local.placing.copying import (
    Misplaced,
    check,
    copy,
    measure,
    set_mode,
)
from couler_jupyter.engines.local.placing.site import Site
from couler_jupyter.engines.local.placing.where import inside
from couler_jupyter.engines.local.scheduling.accept import LARGEST, accept, read_text
from couler_jupyter.engines.local.scheduling.bind import rendered
from couler_jupyter.engines.local.scheduling.data import Data, Kept, Pickled
from couler_jupyter.engines.local.scheduling.evaluate import LookUp, Unfit
from couler_jupyter.engines.local.scheduling.orders import Launch
from couler_jupyter.engines.local.values import read_header
from couler_jupyter.ir import (
    FromFile,
    FromReturn,
    FromStdout,
    Function,
    Managed,
    OutputArtifact,
    OutputParameter,
)

_MIB = 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """Where an attempt leaves what it makes.

    Attributes:
        folder: the folder it runs in.
        files: where it leaves files, by output.
        stdout: the file that has what it printed; None if nobody asks.
        value: the value file of its function.
        parts: which parts of the function's value are told one by one; empty where
            it is told as a whole.
        look_up: what references inside its template stand for.
    """

    folder: Path
    files: Mapping[str, Path]
    stdout: Path | None
    value: Path
    parts: tuple[tuple[str | int, ...], ...]
    look_up: LookUp


class Nothing(LookupError):
    """The source of an output gives nothing; says what is missing."""


def collect(
    launch: Launch, left: Left, outcome: Outcome, site: Site
) -> dict[str, Data]:
    """Return what an attempt that succeeded left behind, kept in the run's folder.

    Raises:
        Unfit: something is missing, too large, or not what it was to be.
        StorageTrouble, NoSecret: an artifact cannot be put where it is wanted.
        OSError: the disk is full.
    """
    taker = _Taker(launch, left, outcome, site)
    outputs: dict[str, Data] = {}
    for output in launch.step.template.outputs:  # type: ignore[union-attr]
        try:
            if isinstance(output, OutputParameter):
                outputs[output.name] = taker.parameter(output)
            else:
                outputs[output.name] = taker.artifact(output)
        except Nothing as error:
            _default(output, str(error), outputs)
        except (Unfit, Misplaced) as error:
            raise Unfit(f"output {output.name!r} {error}") from None
    return outputs


def _default(
    output: OutputParameter | OutputArtifact, why: str, outputs: dict[str, Data]
) -> None:
    if isinstance(output, OutputParameter) and output.default is not None:
        outputs[output.name] = output.default.value
    elif isinstance(output, OutputParameter) or not output.optional:
        raise Unfit(f"output {output.name!r}: {why}")


class _Taker:
    def __init__(
        self, launch: Launch, left: Left, outcome: Outcome, site: Site
    ) -> None:
        self._launch = launch
        self._left = left
        self._value = outcome.value
        self._site = site
        self._is_function = isinstance(launch.step.template, Function)

    def parameter(self, output: OutputParameter) -> Data:
        """Return the value of an output parameter."""
        match output.source:
            case FromStdout():
                value = self._text(self._left.stdout, "standard output", output)
            case FromFile(path=path):
                value = self._text(self._left.files[output.name], path, output)
            case FromReturn(path=keys):
                value = self._returned(keys)
            case _:
                raise Nothing("nothing here makes it")
        return accept(value, output.type, output.choices, pickles=self._is_function)

    def artifact(self, output: OutputArtifact) -> Kept:
        """Keep an artifact and return its handle."""
        source = self._left.files.get(output.name) or self._told_path(output)
        if not source.exists() and not source.is_symlink():
            raise Nothing(f"the step left no {output.path or source}")
        if not inside(source, self._left.folder):
            raise Misplaced(f"is at {source.resolve()}, outside the step's own folder")
        check(source)
        folder = self._site.folder
        kept = folder.artifacts(self._launch.path, self._launch.attempt)
        target = kept / output.name / (source.name or output.name)
        copy(source, target)
        if output.mode is not None:
            set_mode(target, output.mode, recurse=output.recurse_mode)
        size, digest = measure(target)
        return Kept(
            path=folder.within(target),
            folder=target.is_dir(),
            size=size,
            sha256=digest,
            storage=self._put(output, target),
        )

    def _put(self, output: OutputArtifact, target: Path) -> str:
        if output.storage == Managed():
            return ""
        from couler_jupyter.engines.local.storing.put import put

        return put(
            target,
            rendered(output.storage, self._left.look_up),
            output.archive,
            secrets=self._site.secrets,
            repository=self._site.folder.repository,
            folder=self._site.user_folder,
        )

    def _text(self, path: Path | None, what: str, output: OutputParameter) -> Data:
        if path is None or not path.exists():
            raise Nothing(f"the step left no {what}")
        if what != "standard output" and not inside(path, self._left.folder):
            raise Misplaced(f"is at {path.resolve()}, outside the step's own folder")
        data = _read(path)
        try:
            text = data.decode()
        except UnicodeDecodeError:
            raise Unfit("is no text in UTF-8; make it an artifact") from None
        text = text.removesuffix("\n").removesuffix("\r")
        return read_text(text, output.type)

    def _told_path(self, output: OutputArtifact) -> Path:
        value = self._returned(output.part)
        if not isinstance(value, str):
            raise Unfit("must be a path; the function returned something else")
        return self._left.folder / value

    def _returned(self, keys: tuple[str | int, ...]) -> Data:
        """Return the part of what the function returned that stands at `keys`."""
        parts = self._left.parts
        number = parts.index(keys) if parts else None
        if self._value:
            told = json.loads(self._value)
            if number is None:
                return told
            if not told[number]:
                raise Nothing(f"what the function returned has no {_shown(keys)}")
            return told[number][0]
        path = self._left.value
        return self._value_in(path if number is None else part_file(path, number), keys)

    def _value_in(self, path: Path, keys: tuple[str | int, ...]) -> Data:
        try:
            header = read_header(path)
        except FileNotFoundError:
            what = f"what the function returned has no {_shown(keys)}"
            raise Nothing(what) from None
        if header.kind == "pickle":
            return Pickled(self._site.folder.within(path), header.type)
        text = _read(path).partition(b"\n")[2]
        path.unlink()
        return json.loads(text)


def part_file(value: Path, number: int) -> Path:
    """Return the value file of one of the parts that are told one by one."""
    return value.with_name(f"{value.name}.{number}")


def _read(path: Path) -> bytes:
    """Return the bytes of a file that is to be a parameter."""
    fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    with os.fdopen(fd, "rb") as file:
        size = os.fstat(fd).st_size
        if size > LARGEST:
            raise Unfit(
                f"has {size / _MIB:.1f} MiB; a parameter may have {LARGEST // _MIB}, "
                "make it an artifact"
            )
        return file.read(LARGEST + 1)


def _shown(keys: tuple[str | int, ...]) -> str:
    return "".join(f"[{key!r}]" for key in keys)
