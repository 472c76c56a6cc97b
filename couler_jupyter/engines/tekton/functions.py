"""Functions: scripts that read the inputs, call the function, leave what it returns.

Parameters reach a function as one file, which is put together before, since text in its
source could break out of it.
"""

from __future__ import annotations

from collections.abc import Mapping

from couler_jupyter.engines.kube.runner import (
    Given,
    Left,
    Task,
    script_of,
    whole_program,
)
from couler_jupyter.engines.tekton.filing import Filing
from couler_jupyter.engines.tekton.inside import Inside
from couler_jupyter.engines.tekton.names import OWN as OWN_NAMES
from couler_jupyter.engines.tekton.names import port_name
from couler_jupyter.engines.tekton.places import (
    OWN,
    RUNNER,
    VALUES,
    given_place,
    left_place,
)
from couler_jupyter.engines.tekton.programs import SHEBANG
from couler_jupyter.ir import (
    FromReturn,
    Function,
    Input,
    InputArtifact,
    InputParameter,
    InputRef,
    Output,
    OutputArtifact,
    OutputParameter,
    ValueType,
)

LONGEST = 1000
"""Characters of a value's text above which it passes as a file, if it can."""
_ANY = frozenset({ValueType.JSON, ValueType.PYTHON})
_HOLDS_PYTHON = _ANY | {ValueType.LIST, ValueType.OBJECT}


def takes_any(port: Input) -> bool:
    """Whether a parameter of a function is read as whatever its text says."""
    return isinstance(port, InputParameter) and port.type in _ANY


def holds_python(port: Input | Output) -> bool:
    """Whether a parameter of a function may be what only Python can hold."""
    if isinstance(port, OutputParameter):
        return isinstance(port.source, FromReturn) and port.type in _HOLDS_PYTHON
    return isinstance(port, InputParameter) and port.type in _HOLDS_PYTHON


def runner_text() -> str:
    """Return the text of what all functions run in."""
    return whole_program(LONGEST)


def function_script(
    template: Function,
    pickles: Mapping[str, str],
    pickled: frozenset[str],
    texts: frozenset[str],
) -> str:
    """Return the script that calls a function.

    Args:
        template: the function.
        pickles: inputs that may come as files, by name.
        pickled: outputs that may leave as files.
        texts: inputs that arrive as text, though their type is any.
    """
    folder = template.working_dir
    left = [one for one in template.outputs if _is_returned(one)]
    task = Task(
        source=template.source,
        function=template.entrypoint,
        requirements=template.requirements,
        values=VALUES if any(map(_is_parameter, template.inputs)) else "",
        inputs=tuple(_given(one, folder, pickles, texts) for one in template.inputs),
        outputs=tuple(_left(one, folder, pickled) for one in left),
    )
    return SHEBANG + script_of(task, RUNNER).replace("$(", "\\x24(")


def lay_values(
    before: Filing, template: Function, inside: Inside, pickles: Mapping[str, str]
) -> None:
    """See to it that the function's parameters and what it runs in are there."""
    runner = before.draft.take(f"{OWN_NAMES}runner", f"$(params.{OWN_NAMES}runner)")
    before.draft.programs["runner"] = None
    before.add("texts", [RUNNER, [before.at(runner)]])
    ports = [one.name for one in template.inputs if _is_parameter(one)]
    if ports:
        at = [before.at(inside.look_up(InputRef(name))) for name in ports]
        named = zip((port_name(name) for name in ports), at, strict=True)
        before.plan["values"] = [VALUES, [list(one) for one in named]]
    for name, source in pickles.items():
        place = {"name": name, "optional": True, "to": _pickle(name)}
        start = before.at(before.draft.in_files(source))
        before.add("files", {**place, "from": start})


def _given(
    port: Input, folder: str, pickles: Mapping[str, str], texts: frozenset[str]
) -> Given:
    if isinstance(port, InputArtifact):
        path = given_place(port, folder).seen
        return Given(name=port.name, type="artifact", path=path)
    return Given(
        name=port.name,
        type=ValueType.STRING if port.name in texts else port.type,
        port=port_name(port.name),
        path=_pickle(port.name) if port.name in pickles else "",
        choices=tuple(choice.json for choice in port.choices),
    )


def _left(output: Output, folder: str, pickled: frozenset[str]) -> Left:
    path = left_place(output, folder).shared
    if isinstance(output, OutputArtifact):
        return Left(
            name=output.name,
            type="artifact",
            path=path,
            part=output.part,
            optional=output.optional,
        )
    assert isinstance(output.source, FromReturn)
    may_be_pickled = output.name in pickled
    return Left(
        name=output.name,
        type=output.type,
        path=path,
        part=output.source.path,
        pickle=f"{path}.value" if may_be_pickled else "",
        plain=holds_python(output) and not may_be_pickled,
        optional=output.default is not None,
        choices=tuple(choice.json for choice in output.choices),
    )


def _is_returned(output: Output) -> bool:
    if isinstance(output, OutputArtifact):
        return not output.path
    return isinstance(output.source, FromReturn)


def _is_parameter(port: Input) -> bool:
    return isinstance(port, InputParameter)


def _pickle(name: str) -> str:
    return f"{OWN}/in/{port_name(name)}.value"
