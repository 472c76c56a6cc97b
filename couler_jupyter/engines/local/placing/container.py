"""Attempts that are containers: what is mounted, what is taken out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from couler_jupyter.engines.local.attempt import (
    Attempt,
    ContainerCall,
    ContainerImage,
    Pull,
)
from couler_jupyter.engines.local.attempt import Mount as Seen
from couler_jupyter.engines.local.options import Options
from couler_jupyter.engines.local.placing.common import attempt_of
from couler_jupyter.engines.local.placing.environment import Environment
from couler_jupyter.engines.local.placing.inputs import name_of, place
from couler_jupyter.engines.local.placing.outputs import Left
from couler_jupyter.engines.local.placing.process import with_paths
from couler_jupyter.engines.local.placing.run_folder import write_whole
from couler_jupyter.engines.local.placing.site import Site
from couler_jupyter.engines.local.placing.volumes import mounts_of
from couler_jupyter.engines.local.scheduling.evaluate import LookUp, text_of
from couler_jupyter.engines.local.scheduling.orders import Launch
from couler_jupyter.ir import (
    Container,
    FromFile,
    InputArtifact,
    OutputArtifact,
    Pod,
    PullPolicy,
    Script,
    Sidecar,
)
from couler_jupyter.ir.template import Boxed

HOME = "/couler"
"""Where a container sees the attempt's own folder."""

_OPEN = 0o777  # the folders around it are for their owner alone


@dataclass(slots=True)
class _Box:
    """What a container sees of this machine, while it is put together.

    Attributes:
        work: the attempt's own folder, which it sees as `HOME`.
        start: the folder it starts in; empty for the image's own.
        mounts: what else it sees.
        inputs: where it finds inputs; `outputs`: where it leaves files.
        files: where files are after it has ended.
        collect: what has to be copied out of it.
    """

    work: Path
    start: str
    mounts: list[Seen] = field(default_factory=list)
    inputs: dict[str, Path | list[Path]] = field(default_factory=dict)
    outputs: dict[str, Path] = field(default_factory=dict)
    files: dict[str, Path] = field(default_factory=dict)
    collect: list[tuple[str, Path]] = field(default_factory=list)


def prepare_container(
    launch: Launch, template: Container | Script, site: Site
) -> tuple[Attempt, Left]:
    """Return a container to run; see `prepare`."""
    work = site.folder.make_work(launch.path, launch.attempt)
    work.chmod(_OPEN)
    box = _Box(work, template.working_dir or _start_of(template))
    box.mounts.append(Seen(source=work, target=HOME))
    _place_inputs(launch, template, box, site)
    _place_outputs(template, box)
    look_up = with_paths(launch.look_up, box.inputs, box.outputs)
    environment = Environment(launch, site, look_up)
    box.mounts += mounts_of(template.mounts, launch, site, environment)
    call = ContainerCall(
        main=_main(template, box, look_up),
        before=_beside(_pod(launch, template).init, launch, site, environment, look_up),
        sidecars=_beside(
            _pod(launch, template).sidecars, launch, site, environment, look_up
        ),
        network=network_of(_pod(launch, template), site.options),
        collect=tuple(box.collect),
        labels=(("couler.run", site.run_id), ("couler.step", launch.path)),
    )
    attempt = attempt_of(launch, call, work, environment, site)
    left = Left(
        folder=work,
        files=box.files,
        stdout=attempt.stdout,
        value=site.folder.value(launch.path, launch.attempt),
        parts=(),
        look_up=look_up,
    )
    return attempt, left


def _start_of(template: Boxed) -> str:
    """Return the folder to start in: its own, if it leaves files by relative paths."""
    paths = [_path_of(output) for output in template.outputs]
    paths += [one.path for one in template.inputs if isinstance(one, InputArtifact)]
    return HOME if any(path and not path.startswith("/") for path in paths) else ""


def _path_of(output: object) -> str:
    if isinstance(output, OutputArtifact):
        return output.path
    source = getattr(output, "source", None)
    return source.path if isinstance(source, FromFile) else ""


def _within(path: str, start: str) -> PurePosixPath:
    return PurePosixPath(HOME) / start / path


def _place_inputs(
    launch: Launch, template: Container | Script, box: _Box, site: Site
) -> None:
    for port in template.inputs:
        if not isinstance(port, InputArtifact):
            continue
        value = launch.inputs.get(port.name)
        name = name_of(value) or port.name
        seen = _within(port.path or f"{HOME}/inputs/{port.name}/{name}", box.start)
        box.inputs[port.name] = Path(seen)
        if value is not None:
            target = box.work / ".inputs" / port.name / name
            here = place(port, value, target, site)
            read_only = port.mode is None
            box.mounts.append(Seen(source=here, target=str(seen), read_only=read_only))


def _place_outputs(template: Container | Script, box: _Box) -> None:
    for output in template.outputs:
        path = _path_of(output)
        if not path:
            continue
        seen = _within(path, box.start)
        box.outputs[output.name] = Path(seen)
        if seen.is_relative_to(HOME):
            file = box.work / seen.relative_to(HOME)
            file.parent.mkdir(mode=_OPEN, parents=True, exist_ok=True)
        else:
            file = box.work / ".outputs" / output.name / seen.name
            file.parent.mkdir(parents=True)
            box.collect.append((str(seen), file))
        box.files[output.name] = file


def _main(template: Container | Script, box: _Box, look_up: LookUp) -> ContainerImage:
    if isinstance(template, Script):
        file = box.work / ".source"
        write_whole(file, text_of(template.source, look_up).encode(), mode=0o644)
        command: tuple[str, ...] = (*template.interpreter, f"{HOME}/.source")
        args: tuple[str, ...] = ()
    else:
        command = _texts(template.command, look_up)
        args = _texts(template.args, look_up)
    return ContainerImage(
        image=template.image,
        command=command,
        args=args,
        mounts=tuple(box.mounts),
        working_dir=box.start,
        pull=_pull(template.pull_policy),
    )


def _beside(
    given: Iterable[Sidecar],
    launch: Launch,
    site: Site,
    environment: Environment,
    look_up: LookUp,
) -> tuple[ContainerImage, ...]:
    return tuple(
        ContainerImage(
            name=one.name,
            image=one.image,
            command=_texts(one.command, look_up),
            args=_texts(one.args, look_up),
            env=tuple(environment.of(one.env).items()),
            mounts=tuple(mounts_of(one.mounts, launch, site, environment)),
        )
        for one in given
    )


def _pod(launch: Launch, template: Boxed) -> Pod:
    """Return where the step runs: what it says itself, else what its workflow says."""
    around = launch.workflow.pod
    own = template.pod
    return Pod(
        init=own.init or around.init,
        sidecars=own.sidecars or around.sidecars,
        host_network=own.host_network or around.host_network,
    )


def network_of(pod: Pod, options: Options) -> str:
    """Return the network of a container: that of the machine if its pod asks for it."""
    return "host" if pod.host_network else options.network


def _texts(texts: Iterable[object], look_up: LookUp) -> tuple[str, ...]:
    return tuple(text_of(text, look_up) for text in texts)  # type: ignore[arg-type]


def _pull(policy: PullPolicy | None) -> Pull:
    known: Mapping[PullPolicy | None, Pull] = {
        PullPolicy.ALWAYS: Pull.ALWAYS,
        PullPolicy.NEVER: Pull.NEVER,
    }
    return known.get(policy, Pull.IF_NOT_PRESENT)
