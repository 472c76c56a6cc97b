"""Containers and scripts."""

from __future__ import annotations

from couler_jupyter.engines.argo.templates.around import Around, Fields, Write, said
from couler_jupyter.engines.argo.templates.boxes import box_fields
from couler_jupyter.engines.argo.templates.environment import variable_names
from couler_jupyter.engines.argo.templates.expansion import unexpanded
from couler_jupyter.engines.argo.templates.inputs import input_fields
from couler_jupyter.engines.argo.templates.outputs import output_fields
from couler_jupyter.ir import Container, Script


def container_fields(template: Container, write: Write, around: Around) -> Fields:
    """Return the fields of a template that runs a command in an image."""
    names = variable_names(template.env, template.env_from)
    command = [write(unexpanded(word, names)) for word in template.command]
    args = [write(unexpanded(word, names)) for word in template.args]
    main: Fields = {"image": template.image, **said(command=command, args=args)}
    return _whole(template, "container", main, write, around)


def script_fields(template: Script, write: Write, around: Around) -> Fields:
    """Return the fields of a template that runs a text with an interpreter."""
    main: Fields = {
        "image": template.image or around.image,
        "command": list(template.interpreter),
        "source": write(template.source),
    }
    return _whole(template, "script", main, write, around)


def _whole(
    template: Container | Script, kind: str, main: Fields, write: Write, around: Around
) -> Fields:
    inside, beside = box_fields(template, write, around)
    source = main.pop("source", None)
    folder = template.working_dir
    return {
        **said(
            inputs=input_fields(template.inputs, write, around, folder),
            outputs=output_fields(template.outputs, write, around, folder),
        ),
        kind: {**main, **inside, **({} if source is None else {"source": source})},
        **beside,
    }
