"""What a program of an old script is given: words, files and variables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from couler_jupyter.compat.order import line_of
from couler_jupyter.compat.result import JobOutput, Printed, key_of, one
from couler_jupyter.compat.tags import with_tags
from couler_jupyter.dsl.handle import Handle
from couler_jupyter.dsl.origin import misused
from couler_jupyter.dsl.scope import Scope
from couler_jupyter.ir import ConfigRef, FieldRef, SecretRef


@dataclass(slots=True)
class Given:
    """The words on a program's command line, and the files it finds.

    Attributes:
        words: what it is given by the script.
        passed: what it is given by its dependencies.
        files: what it finds, from both.
    """

    words: list[object] = field(default_factory=list[object])
    passed: list[object] = field(default_factory=list[object])
    files: list[object] = field(default_factory=list[object])


def given_to(args: object, files: object, scope: Scope) -> Given:
    """Return what a program is given.

    A file among the arguments is put where the step that made it left it, and is no
    word. Of a job there are three words: its UID, its name and the whole object.

    Args:
        args: as the script has them: one, or a list; results of steps are their outputs.
        files: likewise.
        scope: where the step stands.
    """
    given = Given(files=_flat(files))
    named = _flat(args)
    taken = {key_of(each) for each in (*named, *given.files)}
    passed = [each for each in line_of(scope).passed if key_of(each) not in taken]
    for each in named:
        _put(each, given, given.words, scope)
    for each in passed:
        _put(each, given, given.passed, scope)
    return given


def passed_on(result: object) -> tuple[object, ...]:
    """Return what of a step is passed to those that name it as their dependency.

    It is what the step leaves behind by name, and not what it prints.
    """
    return tuple(each for each in _flat(result) if not isinstance(each, Printed))


def variables(given: object, scope: Scope) -> dict[str, object]:
    """Return environment variables; `secrets` holds some as Kubernetes writes them.

    Raises:
        BuildFailed: it is no mapping, or one of those is not understood.
    """
    if given is None:
        return {}
    if not isinstance(given, Mapping):
        raise misused(f"env={given!r} is no mapping of names to values")
    found: dict[str, object] = {}
    for name, value in cast("Mapping[object, object]", given).items():
        if name == "secrets":
            found |= dict(map(_variable, _flat(value)))
        else:
            found[str(name)] = _value(one(value), scope)
    return found


def texts(given: object, scope: Scope) -> object:
    """Return a command with Argo's tags in it as values."""
    if isinstance(given, list | tuple):
        return [with_tags(one(each), scope) for each in cast("list[object]", given)]
    return with_tags(given, scope)


def _put(each: object, given: Given, words: list[object], scope: Scope) -> None:
    if isinstance(each, JobOutput):
        words += [each.job_id, each.job_name, each.job_obj]
    elif isinstance(each, Handle) and each._type() is None:
        given.files.append(each)
    else:
        words.append(with_tags(each, scope))


def _value(given: object, scope: Scope) -> object:
    if isinstance(given, Handle | SecretRef | ConfigRef | FieldRef):
        return given
    return with_tags(str(given), scope)


def _flat(given: object) -> list[object]:
    """Return one thing, or several, as a list; a result of a step is its outputs."""
    if given is None:
        return []
    if not isinstance(given, list | tuple):
        return [given]
    found: list[object] = []
    for each in cast("list[object]", given):
        is_result = isinstance(each, list) and any(isinstance(o, Handle) for o in each)
        found.extend(_flat(each) if is_result else [each])
    return found


def _variable(given: object) -> tuple[str, object]:
    match given:
        case {"name": str(name), "value": value}:
            return name, str(value)
        case {"name": str(name), "valueFrom": {"secretKeyRef": {**ref}}}:
            return name, SecretRef(*_named(ref))
        case {"name": str(name), "valueFrom": {"configMapKeyRef": {**ref}}}:
            return name, ConfigRef(*_named(ref))
        case {"name": str(name), "valueFrom": {"fieldRef": {"fieldPath": str(path)}}}:
            return name, FieldRef(path)
        case _:
            raise misused(
                f"env: {given!r} among the secrets is no variable; write {{'name': ..., "
                "'valueFrom': {'secretKeyRef': {'name': ..., 'key': ...}}}"
            )


def _named(ref: Mapping[Any, Any]) -> tuple[str, str]:
    return str(ref.get("name")), str(ref.get("key"))
