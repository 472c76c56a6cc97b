"""Placeholders in texts of executors: `{{$.inputs.parameters['x']}}`, in pieces.

Source: https://github.com/kubeflow/pipelines/blob/master/api/v2alpha1/pipeline_spec.proto
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from couler_jupyter.engines.kube.reading.fields import NoWord
from couler_jupyter.ir import (
    Format,
    InputRef,
    PathRef,
    RunField,
    RunRef,
    Text,
    Value,
)

_PLACEHOLDER = re.compile(r"\{\{\$(.*?)\}\}", re.DOTALL)
_PORT = re.compile(
    r"\.(?P<side>inputs|outputs)\.(?P<kind>parameters|artifacts)"
    r"\[(?P<quote>['\"])(?P<name>[^'\"\]]+)(?P=quote)\](?P<rest>\.[a-z_]+)?"
)
FACTS: Mapping[str, RunField] = MappingProxyType(
    {
        ".pipeline_job_name": RunField.RUN,
        ".pipeline_job_uuid": RunField.ID,
        ".pipeline_job_create_time_utc": RunField.STARTED,
        ".pipeline_job_schedule_time_utc": RunField.SCHEDULED,
    }
)
"""Facts about a run, by what names them in a placeholder."""


@dataclass(frozen=True, slots=True)
class Ports:
    """Names of what a component takes and leaves.

    Attributes:
        inputs: its parameters; `files`: its artifacts.
        outputs: parameters that it leaves; `left`: its artifacts.
    """

    inputs: frozenset[str] = frozenset()
    files: frozenset[str] = frozenset()
    outputs: frozenset[str] = frozenset()
    left: frozenset[str] = frozenset()


def read_text(text: str, ports: Ports) -> Text:
    """Return a text with its placeholders as values.

    Raises:
        NoWord: the IR has no word for one of them.
    """
    if "{{$" not in text:
        return text
    parts = [*_parts(text, ports)]
    if len(parts) == 1:
        return parts[0]
    return Format(tuple(parts))


def _parts(text: str, ports: Ports) -> Iterator[str | Value]:
    at = 0
    for match in _PLACEHOLDER.finditer(text):
        if match.start() > at:
            yield text[at : match.start()]
        yield _value(match[1], ports)
        at = match.end()
    if "{{$" in text[at:]:
        raise NoWord("a placeholder does not end")
    if at < len(text):
        yield text[at:]


def _value(inner: str, ports: Ports) -> Value:
    if inner in FACTS:
        return RunRef(FACTS[inner])
    match = _PORT.fullmatch(inner)
    if match is not None:
        name, rest = match["name"], match["rest"] or ""
        match match["side"], match["kind"], rest:
            case "inputs", "parameters", "" if name in ports.inputs:
                return InputRef(name)
            case "inputs", "artifacts", ".path" if name in ports.files:
                return PathRef(name)
            case "outputs", "parameters", ".output_file" if name in ports.outputs:
                return PathRef(name, output=True)
            case "outputs", "artifacts", ".path" if name in ports.left:
                return PathRef(name, output=True)
            case _:
                pass
    raise NoWord(f"{{{{${inner}}}}} has no word here")
