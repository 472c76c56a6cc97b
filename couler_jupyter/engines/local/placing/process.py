"""Attempts that are processes of this machine: functions, scripts, commands."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from couler_jupyter.engines.local.attempt import Attempt, FunctionCall, ProcessCall
from couler_jupyter.engines.local.placing.arguments import arguments_of
from couler_jupyter.engines.local.placing.common import attempt_of
from couler_jupyter.engines.local.placing.environment import Environment
from couler_jupyter.engines.local.placing.inputs import name_of, place
from couler_jupyter.engines.local.placing.outputs import Left
from couler_jupyter.engines.local.placing.run_folder import remove, write_whole
from couler_jupyter.engines.local.placing.site import Site
from couler_jupyter.engines.local.placing.where import placed
from couler_jupyter.engines.local.scheduling.data import Data
from couler_jupyter.engines.local.scheduling.evaluate import LookUp, Unfit, text_of
from couler_jupyter.engines.local.scheduling.orders import Launch
from couler_jupyter.ir import (
    Container,
    FromFile,
    FromReturn,
    Function,
    InputArtifact,
    Leaf,
    OutputArtifact,
    PathRef,
    Script,
)
from couler_jupyter.ir.template import Boxed

Places = Mapping[str, Path | list[Path]]
_PYTHON = ("python", "python3")


def prepare_function(
    launch: Launch, template: Function, site: Site
) -> tuple[Attempt, Left]:
    """Return a call of a Python function; see `prepare`."""
    folder = _start_folder(launch, template, site)
    places = _place_inputs(launch, template, folder, site)
    files = _output_files(template, folder)
    look_up = with_paths(
        launch.look_up, {**_free_places(template, folder), **places}, files
    )
    environment = Environment(launch, site, look_up)
    value = site.folder.value(launch.path, launch.attempt)
    parts = parts_of(template)
    call = FunctionCall(
        source=site.folder.source(template.source, ".py"),
        function=template.entrypoint,
        named=arguments_of(template, launch.inputs, places, site.folder),
        result=value,
        parts=parts,
        shown_as=f"<{template.entrypoint}>",
    )
    left = Left(
        folder=folder,
        files=files,
        stdout=None,
        value=value,
        parts=parts,
        look_up=look_up,
    )
    return attempt_of(launch, call, folder, environment, site), left


def prepare_process(
    launch: Launch, template: Container | Script, site: Site
) -> tuple[Attempt, Left]:
    """Return a command to run; see `prepare`."""
    folder = _start_folder(launch, template, site)
    places = _place_inputs(launch, template, folder, site)
    files = _output_files(template, folder)
    look_up = with_paths(
        launch.look_up, {**_free_places(template, folder), **places}, files
    )
    environment = Environment(launch, site, look_up)
    call = ProcessCall(
        argv=_command(template, look_up, folder, site), own_python=_in_python(template)
    )
    attempt = attempt_of(launch, call, folder, environment, site)
    left = Left(
        folder=folder,
        files=files,
        stdout=attempt.stdout,
        value=site.folder.value(launch.path, launch.attempt),
        parts=(),
        look_up=look_up,
    )
    return attempt, left


def parts_of(template: Function) -> tuple[tuple[str | int, ...], ...]:
    """Return which parts of its value a function tells one by one.

    None if one output takes the whole value as it is.
    """
    found: dict[tuple[str | int, ...], bool] = {}
    for output in template.outputs:
        if isinstance(output, OutputArtifact):
            if not output.path:
                found[output.part] = True
        elif isinstance(output.source, FromReturn):
            found.setdefault(output.source.path, False)
    return () if found in ({}, {(): False}) else tuple(found)


def with_paths(
    look_up: LookUp,
    inputs: Mapping[str, Path | list[Path]],
    outputs: Mapping[str, Path],
) -> LookUp:
    """Return what references inside a template stand for, paths included."""

    def whole(leaf: Leaf) -> Data:
        if not isinstance(leaf, PathRef):
            return look_up(leaf)
        known = outputs if leaf.output else inputs
        path = known.get(leaf.name)
        if path is None:
            raise Unfit(f"its text names the path of {leaf.name!r}, which is not there")
        return str(path)

    return whole


def _free_places(template: Boxed, folder: Path) -> dict[str, Path]:
    """Return where artifacts would be that nobody has to give, for texts to ask."""
    return {
        port.name: placed(port.path or f"inputs/{port.name}/{port.name}", folder)
        for port in template.inputs
        if isinstance(port, InputArtifact) and port.optional
    }


def _start_folder(launch: Launch, template: Boxed, site: Site) -> Path:
    work = site.folder.make_work(launch.path, launch.attempt)
    if not template.working_dir:
        return work
    folder = placed(template.working_dir, work)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _place_inputs(
    launch: Launch, template: Boxed, folder: Path, site: Site
) -> dict[str, Path | list[Path]]:
    places: dict[str, Path | list[Path]] = {}
    for port in template.inputs:
        value = launch.inputs.get(port.name)
        if not isinstance(port, InputArtifact) or value is None:
            continue
        if port.path:
            target = placed(port.path, folder)
            remove(target)
            places[port.name] = place(port, value, target, site)
        elif isinstance(value, list) and isinstance(template, Function):
            base = folder / "inputs" / port.name
            places[port.name] = [
                place(
                    port, part, base / str(index) / (name_of(part) or port.name), site
                )
                for index, part in enumerate(value)
            ]
        else:
            name = name_of(value) or port.name
            target = folder / "inputs" / port.name / name
            places[port.name] = place(port, value, target, site)
    return places


def _output_files(template: Boxed, folder: Path) -> dict[str, Path]:
    """Return where files are to be left; their folders are made, old files removed."""
    files: dict[str, Path] = {}
    for output in template.outputs:
        if isinstance(output, OutputArtifact):
            path = output.path
        else:
            path = output.source.path if isinstance(output.source, FromFile) else ""
        if path:
            file = files[output.name] = placed(path, folder)
            file.parent.mkdir(parents=True, exist_ok=True)
            if path.startswith("/"):
                remove(file)
    return files


def _command(
    template: Container | Script, look_up: LookUp, folder: Path, site: Site
) -> tuple[str, ...]:
    if isinstance(template, Script):
        return (*template.interpreter, str(_script(template, look_up, folder, site)))
    words = (*template.command, *template.args)
    argv = tuple(text_of(word, look_up) for word in words)
    if not argv:
        raise Unfit("has no command; an image's own is known only to a container")
    if any("\0" in word for word in argv):
        raise Unfit("its command holds a NUL character")
    return tuple(os.fsencode(word).decode(errors="surrogateescape") for word in argv)


def _in_python(template: Container | Script) -> bool:
    """Whether a script is for the Python that functions run in, and its packages.

    A step that sets its own PATH says itself which Python it means.
    """
    if not isinstance(template, Script) or template.interpreter[0] not in _PYTHON:
        return False
    return all(variable.name != "PATH" for variable in template.env)


def _script(template: Script, look_up: LookUp, folder: Path, site: Site) -> Path:
    """Return a file with the script; one that is like no other is the attempt's own."""
    if isinstance(template.source, str):
        return site.folder.source(template.source, ".script")
    file = folder / ".script"
    write_whole(
        file, text_of(template.source, look_up).encode(errors="surrogateescape")
    )
    return file
