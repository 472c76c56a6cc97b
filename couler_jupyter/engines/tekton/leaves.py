"""The task of one step: its program, and what lays out and keeps its files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from couler_jupyter.engines.kube.fields import Fields, said
from couler_jupyter.engines.tekton.boxes import beside_fields, box_fields
from couler_jupyter.engines.tekton.drafts import Draft
from couler_jupyter.engines.tekton.filing import MOST, Filing
from couler_jupyter.engines.tekton.functions import function_script, lay_values
from couler_jupyter.engines.tekton.inside import Inside
from couler_jupyter.engines.tekton.places import (
    HOME,
    MOUNT,
    OWN,
    SCRIPT,
    VOLUME,
    absolute,
    given_place,
    left_place,
    starts_at_home,
)
from couler_jupyter.engines.tekton.scope import kept_at
from couler_jupyter.engines.tekton.texts import Unsayable, is_safe, wire
from couler_jupyter.engines.tekton.wrapping import Wrapping
from couler_jupyter.ir import (
    Boxed,
    Container,
    Format,
    FromStdout,
    Function,
    InputArtifact,
    InputParameter,
    InputRef,
    Json,
    OutputArtifact,
    OutputParameter,
    Pod,
    Script,
    Text,
    as_text,
)

MAIN = "main"


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What a step's task must know of where the step stands.

    Attributes:
        image: of what names none, and of our own programs; it has Python.
        pod: of the workflow.
        volumes: what the workflow's volumes are called.
        artifacts: where inputs lie on the run's volume, by their names.
        inline: what is in inputs that are written in the workflow, by their names.
        pickles: where values of inputs lie on the run's volume that are no plain data.
        pickled: outputs that may be no plain data.
        texts: inputs of a function that arrive as text, though their type is any.
        results: what outputs are called.
        looked_for: outputs that others look for on the run's volume.
        mapped: whether it runs once per item.
    """

    image: str
    pod: Pod = field(default=Pod())
    volumes: Mapping[str, str] = field(default_factory=dict[str, str])
    artifacts: Mapping[str, str] = field(default_factory=dict[str, str])
    inline: Mapping[str, Text] = field(default_factory=dict[str, "Text"])
    pickles: Mapping[str, str] = field(default_factory=dict[str, str])
    pickled: frozenset[str] = frozenset()
    texts: frozenset[str] = frozenset()
    results: Mapping[str, str] = field(default_factory=dict[str, str])
    looked_for: frozenset[str] = frozenset()
    mapped: bool = False


def add_leaf(draft: Draft, template: Boxed, inside: Inside, around: Around) -> None:
    """Add the steps of a template to its task."""
    before, behind = Filing(draft, "stage"), Filing(draft, "leave", {"most": MOST})
    _lay_files(before, template, inside, around)
    if isinstance(template, Function):
        lay_values(before, template, inside, around.pickles)
    main = _main(template, inside, around, before)
    _keep(behind, template, around)
    for folder in _folders(template):
        before.add("folders", folder)
    for port in template.inputs:
        if isinstance(port, InputParameter) and port.choices:
            at = before.at(inside.look_up(InputRef(port.name)))
            before.add("choices", [port.name, at, [one.json for one in port.choices]])
    if before.plan:
        draft.steps.append(before.fields(around.image))
    _add_beside(draft, template, inside, around)
    draft.steps.append(main)
    if len(behind.plan) > 1:
        draft.steps.append(behind.fields(around.image))
    if before.plan or len(behind.plan) > 1 or starts_at_home(template):
        draft.volumes[VOLUME] = {"name": VOLUME, "emptyDir": {}}
        main["volumeMounts"] = [MOUNT, *main.get("volumeMounts", ())]


def _folders(template: Boxed) -> list[str]:
    """Return the folders that outputs are left in; the step may not make them."""
    places = (left_place(one, template.working_dir) for one in template.outputs)
    return sorted({one.shared.rpartition("/")[0] for one in places} - {HOME})


def _main(
    template: Boxed, inside: Inside, around: Around, before: Filing
) -> dict[str, Json]:
    wrapping = _wrapping(template)
    image, program = _program(template, inside, around, before, wrapping)
    start = template.working_dir
    if starts_at_home(template):
        start = absolute("", template.working_dir)
    return {
        "name": MAIN,
        "image": image,
        **program,
        **said(workingDir=start),
        **box_fields(template, inside.write, around.volumes),
    }


def _program(
    template: Boxed, inside: Inside, around: Around, before: Filing, wrapping: Wrapping
) -> tuple[str, Fields]:
    match template:
        case Container():
            words = [inside.write(word) for word in template.command]
            args = [inside.write(word) for word in template.args]
            return template.image, _wrapped(words, args, wrapping)
        case Script():
            return template.image or around.image, _script(
                template, inside, before, wrapping
            )
        case Function():
            text = function_script(
                template, around.pickles, around.pickled, around.texts
            )
            image = template.image or around.image
            if not wrapping.is_needed:
                return image, {"script": text}
            before.add("texts", [SCRIPT, [text]])
            return image, _wrapped(["python3"], [SCRIPT], wrapping)
        case _:
            raise AssertionError(f"{type(template).__name__} runs no program")


def _script(
    template: Script, inside: Inside, before: Filing, wrapping: Wrapping
) -> Fields:
    source = template.source
    if (
        isinstance(source, str)
        and is_safe(source)
        and len(template.interpreter) == 1
        and not wrapping.is_needed
    ):
        return {"script": f"{_shebang(template.interpreter[0])}{source}"}
    before.add("texts", [SCRIPT, _parts(source, inside, before)])
    words = [wire(word) for word in template.interpreter]
    return _wrapped(words, [SCRIPT], wrapping)


def _shebang(interpreter: str) -> str:
    path = "" if interpreter.startswith("/") else "/usr/bin/env "
    return f"#!{path}{interpreter}\n"


def _parts(text: Text, inside: Inside, filing: Filing) -> list[str | int]:
    """Return the parts of a text: those known, and the numbers of the others."""
    if isinstance(text, str):
        return [text]
    if isinstance(text, Format):
        return [one for part in text.parts for one in _parts(part, inside, filing)]
    return [filing.at(inside.write(text))]


def _wrapped(words: list[str], args: list[str], wrapping: Wrapping) -> Fields:
    if not wrapping.is_needed:
        return said(command=words, args=args)
    if not words:
        raise Unsayable(
            "it leaves files, or what it prints, and names no command; "
            "name the command that its image runs"
        )
    shell, flag, text, name = wrapping.words()
    return {"command": [shell, flag, wire(text), name], "args": [*words, *args]}


def _wrapping(template: Boxed) -> Wrapping:
    folder = template.working_dir
    links = [
        given_place(port, folder)
        for port in template.inputs
        if isinstance(port, InputArtifact)
    ]
    copies = [left_place(one, folder) for one in template.outputs]
    printed = any(
        isinstance(one, OutputParameter) and isinstance(one.source, FromStdout)
        for one in template.outputs
    )
    return Wrapping(
        links=tuple(one for one in links if one.is_apart),
        copies=tuple(dict.fromkeys(one for one in copies if one.is_apart)),
        stdout=printed,
    )


def _lay_files(before: Filing, template: Boxed, inside: Inside, around: Around) -> None:
    for port in template.inputs:
        if not isinstance(port, InputArtifact):
            continue
        target = given_place(port, template.working_dir).shared
        about = said(
            name=port.name,
            optional=port.optional,
            mode=port.mode,
            recurse=port.recurse_mode,
        )
        if port.name in around.inline:
            parts = _parts(around.inline[port.name], inside, before)
            source = target if port.mode is None else f"{OWN}/raw/{len(before.given)}"
            before.add("texts", [source, parts])
            if port.mode is not None:
                file = {"from": before.at(source), "to": target}
                before.add("files", {**about, **file})
        elif port.name in around.artifacts:
            source = inside.draft.in_files(around.artifacts[port.name])
            before.add("files", {**about, "from": before.at(source), "to": target})


def _keep(behind: Filing, template: Boxed, around: Around) -> None:
    end = "/$(context.taskRun.name)" if around.mapped else ""
    for output in template.outputs:
        place = left_place(output, template.working_dir)
        kept = f"{behind.draft.name}/{around.results[output.name]}{end}"
        if isinstance(output, OutputArtifact):
            about = said(
                name=output.name,
                optional=output.optional,
                mode=output.mode,
                recurse=output.recurse_mode,
            )
            own = kept_at(output)
            target = behind.at(behind.draft.in_files(f"{own}{end}" if own else kept))
            behind.add("files", {**about, "from": place.shared, "to": target})
            continue
        result = behind.draft.leave(
            around.results[output.name], description=output.description
        )
        about = said(name=output.name, choices=[one.json for one in output.choices])
        if output.default is not None:
            about["default"] = as_text(output.default.value)
        file: Fields = {"type": str(output.type), "from": place.shared}
        if output.name in around.looked_for:
            file["also"] = behind.at(behind.draft.in_files(f"{kept}.text"))
        behind.add("results", {**about, **file, "to": behind.at(result)})
        if output.name in around.pickled:
            source = f"{place.shared}.value"
            target = behind.at(behind.draft.in_files(f"{kept}.value"))
            about = {"name": output.name, "optional": True}
            behind.add("files", {**about, "from": source, "to": target})


def _add_beside(draft: Draft, template: Boxed, inside: Inside, around: Around) -> None:
    """Add what runs before the program and beside it: the step's, else the workflow's."""
    write, volumes = inside.write, around.volumes
    for one in template.pod.init or around.pod.init:
        name = f"init-{one.name}"
        draft.steps.append(
            {"name": name, **beside_fields(one, template, write, volumes)}
        )
    for one in template.pod.sidecars or around.pod.sidecars:
        draft.sidecars.append(
            {"name": one.name, **beside_fields(one, template, write, volumes)}
        )
