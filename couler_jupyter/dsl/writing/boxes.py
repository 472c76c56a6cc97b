"""What a program finds where it runs, as options of the call that adds its step."""

from __future__ import annotations

from collections.abc import Iterator

from couler_jupyter.dsl.writing.code import Code, dict_of, list_of, quoted
from couler_jupyter.dsl.writing.plain import source_of
from couler_jupyter.dsl.writing.values import Known, NoWord
from couler_jupyter.ir import (
    Boxed,
    ConfigRef,
    EnvVar,
    FieldRef,
    Pod,
    Resources,
    SecretRef,
    bytes_text,
    cores_text,
)


def box_options(template: Boxed, known: Known) -> dict[str, Code]:
    """Return the options that say what a program finds.

    Raises:
        NoWord: two variables have one name.
    """
    return dict(_options(template, known))


def _options(template: Boxed, known: Known) -> Iterator[tuple[str, Code]]:
    if template.env:
        if len({one.name for one in template.env}) < len(template.env):
            raise NoWord("two variables have one name")
        yield "env", dict_of((one.name, _variable(one, known)) for one in template.env)
    if template.env_from:
        yield "env_from", list_of(map(source_of, template.env_from))
    if template.mounts:
        yield "mounts", list_of(map(source_of, template.mounts))
    if template.working_dir:
        yield "working_dir", quoted(template.working_dir)
    yield from _amounts(template.resources)
    if template.pull_policy is not None:
        yield "image_pull_policy", quoted(str(template.pull_policy))
    if template.pod != Pod():
        yield "pod", source_of(template.pod)


def _variable(one: EnvVar, known: Known) -> Code:
    if isinstance(one.value, SecretRef | ConfigRef | FieldRef):
        return source_of(one.value)
    return known.text(one.value)


def _amounts(resources: Resources) -> Iterator[tuple[str, Code]]:
    for name in ("cpu", "cpu_limit"):
        if (cores := getattr(resources, name)) is not None:
            yield name, quoted(cores_text(cores))
    for name in ("memory", "memory_limit", "ephemeral", "ephemeral_limit"):
        if (size := getattr(resources, name)) is not None:
            yield name, quoted(bytes_text(size))
    if resources.gpu:
        yield "gpu", repr(resources.gpu)
    if resources.gpu_kind != Resources().gpu_kind:
        yield "gpu_kind", repr(resources.gpu_kind)
