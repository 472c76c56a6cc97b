"""Steps that run a program: `run_container` and `run_script`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from couler_jupyter import dsl
from couler_jupyter.compat.arguments import given_to, texts
from couler_jupyter.compat.artifacts import Artifact, named_outputs, path_of
from couler_jupyter.compat.caching import Cache
from couler_jupyter.compat.current import adding, remembered
from couler_jupyter.compat.order import in_turn
from couler_jupyter.compat.result import Results, StepResult, outputs_of
from couler_jupyter.compat.step_options import ProgramWanted, program_options
from couler_jupyter.compat.tags import with_tags
from couler_jupyter.compat.volumes import VolumeMount
from couler_jupyter.dsl.handle import Handle
from couler_jupyter.dsl.origin import misused
from couler_jupyter.dsl.scope import Scope
from couler_jupyter.ir import Mount

Outputs: TypeAlias = Artifact | Sequence[Artifact] | None
Words: TypeAlias = object


def run_container(
    image: str,
    command: str | Sequence[object] | None = None,
    args: Words = None,
    output: Outputs = None,
    input: object = None,  # noqa: A002 (the SDK's name)
    env: Mapping[str, Any] | None = None,
    secret: str | None = None,
    resources: Mapping[str, Any] | None = None,
    timeout: float | None = None,
    retry: int | None = None,
    step_name: str | None = None,
    image_pull_policy: object = None,
    pool: str | None = None,
    enable_ulogfs: bool = True,
    daemon: bool = False,
    volume_mounts: list[VolumeMount | Mount] | None = None,
    working_dir: str | None = None,
    node_selector: Mapping[str, str] | None = None,
    cache: Cache | None = None,
) -> StepResult:
    """Add a step that runs a command in an image.

    Args:
        image: the image.
        command: instead of the image's entry point; a text is one word.
        args: after the command; results of steps among them become its inputs.
        output: what it leaves behind, made by `create_..._artifact`.
        input: files it takes.
        env: environment variables.
        secret: a secret whose keys become variables.
        resources: what it asks for and may use at the most, as Kubernetes writes it.
        timeout: seconds an attempt may take.
        retry: how often it is tried again, however it ended.
        step_name: what it is called.
        image_pull_policy: an `ImagePullPolicy`.
        pool: without effect, and a warning says so.
        enable_ulogfs: without effect; it was for one company's clusters.
        daemon: whether it goes on in the background.
        volume_mounts: where it finds volumes.
        working_dir: the folder it starts in.
        node_selector: labels of the nodes it may run on.
        cache: when it need not run again.

    Returns:
        Its outputs; what it prints if it names none.

    Raises:
        BuildFailed: an argument makes no sense.
    """
    del enable_ulogfs
    wanted = ProgramWanted(
        env=env,
        secret=secret,
        resources=resources,
        timeout=timeout,
        retry=retry,
        step_name=step_name,
        image_pull_policy=image_pull_policy,
        pool=pool,
        daemon=daemon,
        volume_mounts=volume_mounts,
        working_dir=working_dir,
        node_selector=node_selector,
        cache=cache,
    )
    with adding() as scope, in_turn(scope):
        outputs = named_outputs(output)
        given = given_to(args, input, scope)
        options = program_options(wanted, [path_of(one) for one in outputs], scope)
        step = dsl.run_container(
            image,
            texts(command, scope),
            [*given.words, *given.passed] or None,
            outputs or None,
            given.files or None,
            **options,
        )
        return known(outputs_of(step, prints=False), scope)


def run_script(
    image: str,
    command: str | Sequence[str] | None = None,
    source: str | Callable[[], object] | None = None,
    args: Words = None,
    output: Outputs = None,
    input: object = None,  # noqa: A002 (the SDK's name)
    env: Mapping[str, Any] | None = None,
    secret: str | None = None,
    resources: Mapping[str, Any] | None = None,
    timeout: float | None = None,
    retry: int | None = None,
    step_name: str | None = None,
    image_pull_policy: object = None,
    pool: str | None = None,
    enable_ulogfs: bool = True,
    daemon: bool = False,
    volume_mounts: list[VolumeMount | Mount] | None = None,
    working_dir: str | None = None,
    node_selector: Mapping[str, str] | None = None,
    cache: Cache | None = None,
) -> StepResult:
    """Add a step that runs source text, or a function without parameters.

    Args:
        image: an image that has the interpreter.
        command: the interpreter; by default `python`.
        source: the text, or the function; what a function uses goes with it.
        args: for the interpreter, before the file with the source: that is where
            Argo puts them. They must be known now.
        output: what it leaves behind, beside what it prints.
        input: files it takes; those of results passed to it come as well.
        env, secret, resources, timeout, retry, step_name, image_pull_policy, pool,
        enable_ulogfs, daemon, volume_mounts, working_dir, node_selector, cache: as for
            `run_container`.

    Returns:
        Its outputs, and last what it prints.

    Raises:
        BuildFailed: an argument makes no sense, or there is no source.
        CannotTravel: the function uses what cannot go with it.
    """
    del enable_ulogfs
    wanted = ProgramWanted(
        env=env,
        secret=secret,
        resources=resources,
        timeout=timeout,
        retry=retry,
        step_name=step_name,
        image_pull_policy=image_pull_policy,
        pool=pool,
        daemon=daemon,
        volume_mounts=volume_mounts,
        working_dir=working_dir,
        node_selector=node_selector,
        cache=cache,
    )
    with adding() as scope, in_turn(scope):
        outputs = named_outputs(output)
        files, flags = _files_and_flags(args, input, scope)
        text: Any = with_tags(source, scope)
        options = program_options(wanted, [path_of(one) for one in outputs], scope)
        step = dsl.run_script(
            image,
            _interpreter(command, flags),
            text,
            output=outputs or None,
            input=files or None,
            **options,
        )
        return known(outputs_of(step, prints=True), scope)


def known(result: StepResult, scope: Scope) -> StepResult:
    """Remember a result by the name of its step; return it."""
    remembered(scope, Results).by_name[result.name] = result
    return result


def get_step_output(step_name: str) -> StepResult | None:
    """Return the outputs of the step of this name; None if there is none."""
    with adding() as scope:
        return remembered(scope, Results).by_name.get(step_name)


def _files_and_flags(
    args: Words, files: object, scope: Scope
) -> tuple[list[object], list[str]]:
    """Return the files a script takes, and arguments of its interpreter.

    Values passed without being named are none of its arguments: nothing of a script
    could read them.
    """
    given = given_to(args, files, scope)
    for word in given.words:
        if isinstance(word, Handle):
            raise misused(
                "run_script: args are for the interpreter and must be known now; give "
                f"{word._what()} as a variable, env={{'NAME': value}}"
            )
    return given.files, [str(word) for word in given.words]


def _interpreter(
    command: str | Sequence[str] | None, flags: list[str]
) -> tuple[str, ...]:
    if command is None:
        return ("python", *flags)
    words = (command,) if isinstance(command, str) else tuple(command)
    return (*words, *flags)
