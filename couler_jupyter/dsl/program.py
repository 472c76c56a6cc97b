"""Steps that run a program: a container, or a script."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Callable, Hashable, Sequence
from pathlib import PurePath
from types import FrameType
from typing import TYPE_CHECKING, Any, Unpack

from couler_jupyter.dsl.adding import add_step
from couler_jupyter.dsl.boxing import boxed
from couler_jupyter.dsl.capture import capture
from couler_jupyter.dsl.capture.free_names import FUTURE
from couler_jupyter.dsl.current import open_scope
from couler_jupyter.dsl.handle import Handle
from couler_jupyter.dsl.lift import Lift
from couler_jupyter.dsl.options import Options, StepOptions, read_once, step_name_in
from couler_jupyter.dsl.origin import function_name, misused, user_frame
from couler_jupyter.dsl.ports import ArtifactSpec, ParameterSpec, given_outputs, spec_of
from couler_jupyter.dsl.scope import AnyTemplate
from couler_jupyter.dsl.step_output import StepOutput
from couler_jupyter.dsl.values import is_storage
from couler_jupyter.ir import (
    Container,
    Managed,
    Output,
    OutputArtifact,
    OutputParameter,
    Script,
)

if TYPE_CHECKING:
    from couler_jupyter.dsl.scope import Scope

_NOT_A_NAME = re.compile(r"[^\w.-]+")
_PRINTED = """

if __name__ == "__main__":
    import json as _couler_json

    _couler_value = {call}
    if isinstance(_couler_value, str):
        print(_couler_value)
    elif _couler_value is not None:
        print(_couler_json.dumps(_couler_value))
"""


def run_container(
    image: str,
    command: object = None,
    args: object = None,
    output: object = None,
    input: object = None,  # noqa: A002 (the SDK's name)
    *,
    pool: str | None = None,
    enable_ulogfs: bool = True,
    **options: Unpack[StepOptions],
) -> StepOutput:
    """Add a step that runs a command in an image.

    What is known only when the workflow runs may stand in `command`, `args` and
    `env`: it becomes an input of the step.

    Args:
        image: the image.
        command: instead of the image's entry point; one text or a list.
        args: after the command; one value or a list.
        output: what it leaves behind: paths, `couler.create_..._artifact`,
            `couler.from_file`, `couler.from_stdout`; `outputs` by name.
        input: files it takes; `inputs` by name.
        pool: accepted for old scripts; no engine has a word for it.
        enable_ulogfs: likewise.
        options: see `StepOptions`.

    Returns:
        The step; as a value its output or, without one, its standard output.

    Raises:
        BuildFailed: no workflow is being written, or an argument makes no sense.
    """
    del pool, enable_ulogfs
    scope = open_scope("run_container")
    _check_image(image, "run_container")
    wanted = read_once(options, "run_container", scope)
    lift = Lift(scope)
    lift.declare(wanted.inputs)
    lift.declare(input)
    words = lift.texts(command, "command")
    more = lift.texts(args, "args")

    def template() -> Container:
        fields = _fields(lift, wanted, output)
        return Container(image=image, command=words, args=more, **fields)

    key = (image, words, more, *lift.inputs)
    frame = user_frame()
    step_name = step_name_in(options)
    return add_step(
        scope,
        base=step_name or _name(scope, frame, _image_name(image)),
        step_name=step_name,
        template=_once(lift, wanted, output, key, template),
        arguments=tuple(lift.arguments),
        options=wanted,
        frame=frame,
    )


def run_script(
    image: str = "",
    command: str | Sequence[str] | None = None,
    source: str | Handle | Callable[[], object] | None = None,
    *,
    output: object = None,
    input: object = None,  # noqa: A002 (the SDK's name)
    pool: str | None = None,
    **options: Unpack[StepOptions],
) -> StepOutput:
    """Add a step that runs source text, or a function without parameters.

    Its result is what it prints; a function's value is printed, too.

    Args:
        image: an image that has the interpreter; empty runs it on the machine.
        command: the interpreter; by default what the first line of the source says
            after `#!`, else Python.
        source: the text, made with `couler.format` if values are to stand in it, or
            the function.
        output: what it leaves behind beside its standard output.
        input: files it takes; `inputs` by name.
        pool: accepted for old scripts; no engine has a word for it.
        options: see `StepOptions`.

    Raises:
        BuildFailed: no workflow is being written, or an argument makes no sense.
        CannotTravel: the function uses what cannot go with it.
    """
    del pool
    scope = open_scope("run_script")
    _check_image(image, "run_script")
    if source is None:
        raise misused("run_script has no source; give a text or a function")
    wanted = read_once(options, "run_script", scope)
    lift = Lift(scope)
    lift.declare(wanted.inputs)
    lift.declare(input)
    text = _called(source) if callable(source) else lift.text(source)
    interpreter = _interpreter(command, source)

    def template() -> Script:
        fields = _fields(lift, wanted, output)
        return Script(image=image, source=text, interpreter=interpreter, **fields)

    key = (image, text, interpreter, *lift.inputs)
    frame = user_frame()
    return add_step(
        scope,
        base=_name(scope, frame, _function_name(source) or "script"),
        step_name=step_name_in(options),
        template=_once(lift, wanted, output, key, template),
        arguments=tuple(lift.arguments),
        options=wanted,
        frame=frame,
    )


def outputs_of(lift: Lift, *given: object) -> tuple[Output, ...]:
    """Return what a program leaves behind, as the user asks for it.

    Raises:
        BuildFailed: an output does not say where it is taken from.
    """
    found: list[Output] = []
    for one in given:
        for name, what in given_outputs(one):
            named, spec = spec_of(name, what)
            match spec:
                case ParameterSpec():
                    found.append(spec.named(named))
                case ArtifactSpec(storage=storage):
                    kept = lift.storage(storage) if is_storage(storage) else Managed()
                    found.append(spec.named(named, kept))
                case OutputParameter() | OutputArtifact():
                    found.append(spec)
    return tuple(found)


def _once(
    lift: Lift,
    wanted: Options,
    output: object,
    key: tuple[Hashable, ...],
    make: Callable[[], AnyTemplate],
) -> AnyTemplate:
    """Return a template, the same for calls that say the same.

    Plain options cannot hold what becomes an input, so `key` has all that differs.
    """
    if output is not None or not wanted.is_shared:
        return lift.scope.once(make())
    remembered = lift.scope.shared.remembered
    whole = (id(wanted.box), wanted.inputs, wanted.outputs, *key)
    known: tuple[Options, AnyTemplate] | None = remembered.get(whole)
    if known is None:
        known = remembered[whole] = wanted, make()
    return known[1]


def _fields(lift: Lift, wanted: Options, output: object) -> dict[str, Any]:
    """Return what containers and scripts have in common; inputs come last."""
    fields = boxed(wanted.box, lift.scope, lift.text)
    if output is not None or wanted.outputs is not None:
        fields["outputs"] = outputs_of(lift, output, wanted.outputs)
    if lift.inputs:
        fields["inputs"] = tuple(lift.inputs)
    return fields


def _check_image(image: object, call: str) -> None:
    if not isinstance(image, str):
        raise misused(f"{call}: image={image!r} is no text; it must be known now")


def _name(scope: Scope, frame: FrameType | None, otherwise: str) -> str:
    """Return the name of the function a step is written in, if it is no workflow."""
    return function_name(frame, scope.bodies) or otherwise


def _image_name(image: str) -> str:
    """Return the last part of an image's name, without tag or digest."""
    last = image.partition("@")[0].rpartition("/")[2].partition(":")[0]
    return _NOT_A_NAME.sub("-", last).strip("-.") or "container"


def _function_name(source: object) -> str:
    return str(getattr(source, "__name__", "")).strip("<>").replace("lambda", "")


def _called(source: Callable[[], object]) -> str:
    """Return a function as a script that calls it and prints what it returns."""
    taken = [
        one.name
        for one in inspect.signature(source).parameters.values()
        if one.default is one.empty
        and one.kind not in {one.VAR_POSITIONAL, one.VAR_KEYWORD}
    ]
    if taken:
        raise misused(
            f"run_script: the function takes {', '.join(taken)}, and nothing gives it that; "
            "make it a @couler.step and call it"
        )
    captured = capture(source, name=_function_name(source) or "script")
    return _plain(captured.source) + _PRINTED.format(call=f"{captured.entrypoint}()")


def _plain(source: str) -> str:
    """Return a module without what only annotations need: old images have old Pythons."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.AnnAssign) or getattr(node, "annotation", None):
            return source
        if getattr(node, "returns", None):
            return source
    return source.removeprefix(FUTURE).lstrip("\n")


def _interpreter(command: object, source: object) -> tuple[str, ...]:
    if isinstance(command, str):
        return (command,)
    if command is not None:
        return tuple(str(one) for one in command)  # type: ignore[attr-defined]
    if isinstance(source, str) and source.startswith("#!"):
        words = source[2:].partition("\n")[0].split()
        if words and PurePath(words[0]).name == "env":
            words = words[1:]
        if words:
            return tuple(words)
    return ("python3",)
