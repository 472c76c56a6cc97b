"""What the inputs of a step's template are given."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast, get_args

from couler_jupyter.engines.local.scheduling.accept import accept
from couler_jupyter.engines.local.scheduling.data import Data, Kept, Located, handle_in
from couler_jupyter.engines.local.scheduling.evaluate import (
    LookUp,
    Unfit,
    Unknown,
    evaluate,
    text_of,
)
from couler_jupyter.engines.local.scheduling.names import inside
from couler_jupyter.ir import (
    Argument,
    Function,
    InputArtifact,
    InputParameter,
    Json,
    LocalPath,
    Step,
    Storage,
    Value,
    Workflow,
    nearest,
    with_parts,
)
from couler_jupyter.ir.template import Input, inputs_of

_STORAGES = get_args(Storage)
_VALUES = get_args(Value)


def bind(step: Step, look_up: LookUp) -> dict[str, Data]:
    """Return what each input of the step's template is; those without are left out.

    Raises:
        Unknown: something that was to be given is not there.
        Unfit: something is of the wrong type.
    """
    ports = inputs_of(step.template)
    if not ports:
        return {}
    given = {argument.name: argument for argument in step.arguments}
    pickles = isinstance(step.template, Function)
    bound: dict[str, Data] = {}
    for port in ports:
        if isinstance(port, InputParameter):
            bound[port.name] = _parameter(port, given.get(port.name), look_up, pickles)
    for port in ports:  # parameters are known by now: a default may name them
        if isinstance(port, InputArtifact):
            artifact = _artifact(port, given.get(port.name), look_up, bound)
            if artifact is not None:
                bound[port.name] = artifact
    return bound


def given_arguments(workflow: Workflow, given: Mapping[str, Json]) -> dict[str, Data]:
    """Return the arguments of a run: for an artifact, text is a path of this machine.

    Raises:
        Unfit: the workflow has no such input, or an artifact is given no path.
    """
    ports: tuple[Input, ...] = (*workflow.parameters, *workflow.artifacts)
    inputs = {port.name: port for port in ports}
    arguments: dict[str, Data] = {}
    for name, value in given.items():
        if name not in inputs:
            raise Unfit(f"there is no input {name!r}{nearest(name, inputs)}")
        if isinstance(inputs[name], InputParameter):
            arguments[name] = value
        elif isinstance(value, str):
            arguments[name] = Located(LocalPath(value))
        else:
            raise Unfit(
                f"input {name!r} is an artifact; give the path of a file or folder"
            )
    return arguments


def bind_arguments(
    ports: tuple[Input, ...], arguments: Mapping[str, Data]
) -> dict[str, Data]:
    """Return what each input of a whole run is; defaults where nothing was given.

    Raises:
        Unfit: something is missing or of the wrong type.
    """
    bound: dict[str, Data] = {}
    for port in ports:
        if port.name in arguments:
            value = arguments[port.name]
            if isinstance(port, InputParameter):
                value = _accepted(port, value, pickles=False)
            bound[port.name] = value
        elif isinstance(port, InputParameter) and port.default is not None:
            bound[port.name] = port.default.value
        elif isinstance(port, InputArtifact) and port.default is not None:
            bound[port.name] = Located(port.default)
        elif not (isinstance(port, InputArtifact) and port.optional):
            raise Unfit(f"input {port.name!r} is not given and has no default")
    return bound


def _parameter(
    port: InputParameter, given: Argument | None, look_up: LookUp, pickles: bool
) -> Data:
    if given is None:
        if port.default is None:
            raise Unknown(f"input {port.name!r} is not given and has no default")
        return port.default.value
    value = evaluate(cast("Value", given.value), look_up)
    return _accepted(port, value, pickles=pickles)


def _accepted(port: InputParameter, value: Data, *, pickles: bool) -> Data:
    try:
        return accept(value, port.type, port.choices, pickles=pickles)
    except Unfit as error:
        raise Unfit(f"input {port.name!r} {error}") from None


def _artifact(
    port: InputArtifact,
    given: Argument | None,
    look_up: LookUp,
    bound: Mapping[str, Data],
) -> Data:
    """Return the handle of an artifact, or a list of them; None where there is none."""
    try:
        if given is not None and isinstance(given.value, _STORAGES):
            return Located(rendered(cast("Storage", given.value), look_up))
        if given is not None:
            return _checked(port, evaluate(cast("Value", given.value), look_up))
    except Unknown:
        if port.default is None and not port.optional:
            raise
    if port.default is not None:
        return Located(rendered(port.default, inside(bound, look_up, 0)))
    if port.optional:
        return None
    raise Unknown(f"input {port.name!r} is not given and has no default")


def _checked(port: InputArtifact, value: Data) -> Data:
    parts = value if isinstance(value, list) else [value]
    if all(isinstance(handle_in(part), Kept | Located) for part in parts):
        return value
    raise Unfit(f"input {port.name!r} is an artifact; what it is given is none")


def rendered(storage: Storage, look_up: LookUp) -> Storage:
    """Return `storage` with all its texts known.

    Raises:
        Unknown, Unfit: as `evaluate`.
    """

    def known(part: object) -> object:
        is_value = isinstance(part, _VALUES)
        return text_of(cast("Value", part), look_up) if is_value else part

    return with_parts(storage, known)
