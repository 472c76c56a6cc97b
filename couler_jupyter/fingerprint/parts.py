"""The parts of a step that its outputs depend on, each under a name, and their hash.

The template counts: source (of Python, its syntax tree), image, command, declared
packages, environment (secrets by reference), what it takes and leaves. So do its
arguments: constants as JSON, all else by the hash of its content. How and where it runs does not:
resources, placement, retries, time-outs, order.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from functools import lru_cache
from pathlib import PurePosixPath
from types import MappingProxyType

from couler_jupyter.fingerprint.python_source import normalised
from couler_jupyter.ir import Boxed, Function, Script, Step, Template

_NOTHING: Mapping[str, str] = MappingProxyType({})
_HOW = frozenset({"resources", "pull_policy", "pod"})
"""Fields of a template that say how or where it runs, not what it does."""


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that the outputs of a step depend on.

    Attributes:
        name: such as `source`, `image` or `input data`.
        text: what is compared.
        shown: the same as people wrote it; empty if `text` is that.
    """

    name: str
    text: str
    shown: str = ""


def parts_of(
    step: Step,
    inputs: Mapping[str, str],
    *,
    known: Mapping[str, str] = _NOTHING,
    key: str = "",
) -> tuple[Part, ...]:
    """Return the parts of a step, by name.

    Args:
        step: what is run.
        inputs: for each input that is given, a text that is the same for the same content.
        known: what references in the template's texts to the workflow stand for.
        key: the user's own cache key, with its references filled in; it then stands
            for all but the template's outputs.
    """
    if key:
        outputs = repr(getattr(step.template, "outputs", ()))
        return (Part("key", key), Part("outputs", outputs))
    given = [Part(f"input {name}", text) for name, text in inputs.items()]
    known_parts = [Part(f"value of {name}", text) for name, text in known.items()]
    parts = (*_template_parts(step.template), *given, *known_parts)
    return tuple(sorted(parts, key=_name))


def fingerprint_of(parts: tuple[Part, ...]) -> str:
    """Return the SHA-256 of the parts as a hexadecimal text."""
    pieces: list[bytes] = []
    for part in parts:
        for text in (part.name, part.text):
            data = text.encode("utf-8", "surrogatepass")
            pieces.append(b"%d:%b" % (len(data), data))
    return hashlib.sha256(b"".join(pieces)).hexdigest()


@lru_cache(maxsize=4096)
def own_of(template: Template) -> str:
    """Return the fingerprint of what a step itself is, whatever it is given."""
    return fingerprint_of(tuple(sorted(_template_parts(template), key=_name)))


def _name(part: Part) -> str:
    return part.name


@lru_cache(maxsize=4096)
def _template_parts(template: Template) -> tuple[Part, ...]:
    return tuple(_each_part(template))


def _each_part(template: Template) -> Iterator[Part]:
    yield Part("kind", type(template).__name__.lower())
    for field in fields(template):
        value = getattr(template, field.name)
        if field.name in _HOW or value == field.default:
            continue
        if field.name == "env":
            yield from (Part(f"env {one.name}", repr(one.value)) for one in value)
        elif field.name == "source" and _is_python(template) and isinstance(value, str):
            yield Part("source", normalised(value), value)
        else:
            yield Part(field.name, value if isinstance(value, str) else repr(value))
    if isinstance(template, Boxed):
        yield from _pod_parts(template)
    if isinstance(template, Function) and not template.image:
        yield Part("python", f"{sys.version_info.major}.{sys.version_info.minor}")


def _pod_parts(template: Boxed) -> Iterator[Part]:
    """Yield what of a pod the program can see."""
    pod = template.pod
    for name, value in (("init", pod.init), ("sidecars", pod.sidecars)):
        if value:
            yield Part(name, repr(value))
    if pod.patch is not None:
        yield Part("pod patch", pod.patch.json)


def _is_python(template: Template) -> bool:
    if isinstance(template, Script):
        return PurePosixPath(template.interpreter[0]).name.startswith("python")
    return isinstance(template, Function)
