"""Steps that hand Kubernetes a manifest and wait for it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Unpack, cast

from couler_jupyter.dsl.adding import add_step
from couler_jupyter.dsl.anything import Given
from couler_jupyter.dsl.box_options import BoxOptions
from couler_jupyter.dsl.current import open_scope
from couler_jupyter.dsl.field_tests import Tests, field_tests
from couler_jupyter.dsl.handle import Handle
from couler_jupyter.dsl.lift import Lift
from couler_jupyter.dsl.options import StepOptions, read_once, step_name_in
from couler_jupyter.dsl.origin import function_name, misused, user_frame
from couler_jupyter.dsl.program import outputs_of
from couler_jupyter.dsl.step_output import StepOutput
from couler_jupyter.dsl.texts import format  # noqa: A004
from couler_jupyter.dsl.values import value_of
from couler_jupyter.ir import (
    ConfigRef,
    Constant,
    FieldRef,
    Format,
    Job,
    JobAction,
    SecretRef,
    Text,
    Value,
    ValueType,
    as_text,
)

_USELESS = frozenset(BoxOptions.__annotations__) - {"env"}
_BARE = {ValueType.INTEGER, ValueType.NUMBER, ValueType.BOOLEAN} | {
    ValueType.LIST,
    ValueType.OBJECT,
}


def run_job(
    manifest: str | Handle | Mapping[str, Any],
    success_condition: Tests = None,
    failure_condition: Tests = None,
    *,
    action: JobAction | str = JobAction.CREATE,
    set_owner_reference: bool = True,
    merge_strategy: str = "",
    flags: Sequence[object] = (),
    pool: str | None = None,
    **options: Unpack[StepOptions],
) -> StepOutput:
    """Add a step that hands Kubernetes a manifest and waits until it is done.

    Args:
        manifest: the object as YAML or JSON text, or as a mapping; in a mapping,
            what is known only when the workflow runs may stand anywhere.
        success_condition: it is done when all of these hold, as
            `status.succeeded > 0`; without any it is done at once.
        failure_condition: it has failed when any of these holds.
        action: what is done: create, apply, replace, patch, get or delete.
        set_owner_reference: whether the object goes when the run goes.
        merge_strategy: how a patch is merged: strategic, merge or json.
        flags: further flags for kubectl.
        pool: accepted for old scripts; no engine has a word for it.
        options: those of `StepOptions` that are not about a program, and `env`:
            variables for all containers of the object.

    Returns:
        The step; its outputs `job-name`, `job-id` and `job-object` are always there.

    Raises:
        BuildFailed: no workflow is being written, or an argument makes no sense.
    """
    del pool
    scope = open_scope("run_job")
    wanted = read_once(options, "run_job", scope, but=_USELESS)
    lift = Lift(scope)
    lift.declare(wanted.inputs)
    if wanted.box.env:
        manifest = _with_env(manifest, wanted.box.env)
    template = Job(
        manifest=_manifest(manifest, lift),
        action=_action(action),
        success=field_tests(success_condition, "success_condition"),
        failure=field_tests(failure_condition, "failure_condition"),
        own=set_owner_reference,
        patch_kind=merge_strategy,
        flags=lift.texts(list(flags), "flags"),
        outputs=outputs_of(lift, wanted.outputs),
        inputs=tuple(lift.inputs),
    )
    frame = user_frame()
    return add_step(
        scope,
        base=function_name(frame, scope.bodies) or "job",
        step_name=step_name_in(options),
        template=scope.once(template),
        arguments=tuple(lift.arguments),
        options=wanted,
        frame=frame,
    )


def _action(given: JobAction | str) -> JobAction:
    try:
        return JobAction(given)
    except ValueError:
        raise misused(
            f"action={given!r} must be one of {', '.join(JobAction)}"
        ) from None


def _manifest(given: object, lift: Lift) -> Text:
    if not isinstance(given, Mapping):
        return lift.text(given)
    parts: list[str | Value] = []
    for part in _json(given, lift):
        if isinstance(part, str) and parts and isinstance(parts[-1], str):
            parts[-1] += part
        else:
            parts.append(part)
    return (
        parts[0]
        if len(parts) == 1 and isinstance(parts[0], str)
        else Format(tuple(parts))
    )


def _json(given: object, lift: Lift) -> list[str | Value]:
    """Return a mapping as JSON text, with inputs where values are not known yet."""
    if isinstance(given, Mapping):
        inner = [
            [json.dumps(str(name)), ": ", *_json(value, lift)]
            for name, value in given.items()
        ]
        return ["{", *_between(inner), "}"]
    if isinstance(given, list | tuple):
        return ["[", *_between([_json(value, lift) for value in given]), "]"]
    if isinstance(given, Handle):
        text = lift.text(given)
        parts = text.parts if isinstance(text, Format) else (text,)
        if given._type() in _BARE:
            return list(parts)
        return ['"', *(_escaped(part) for part in parts), '"']
    return [cast("Constant", value_of(given, lift.scope)).json]


def _between(parts: list[list[str | Value]]) -> list[str | Value]:
    joined: list[str | Value] = []
    for one in parts:
        joined += [", "] if joined else []
        joined += one
    return joined


def _escaped(part: str | Value) -> str | Value:
    return json.dumps(part)[1:-1] if isinstance(part, str) else part


def _with_env(
    manifest: str | Handle | Mapping[str, Any], env: tuple[tuple[str, object], ...]
) -> Mapping[str, Any]:
    """Return the manifest with variables added to all its containers."""
    if isinstance(manifest, str):
        import yaml

        try:
            manifest = yaml.safe_load(manifest)
        except yaml.YAMLError as error:
            raise misused(f"run_job: the manifest is no YAML: {error}") from None
    changed, count = _in_containers(manifest, [_variable(*one) for one in env])
    if not count:
        raise misused("run_job: env has no use; the manifest has no containers")
    return cast("Mapping[str, Any]", changed)


def _variable(name: str, value: object) -> dict[str, Any]:
    match value:
        case SecretRef(name=secret, key=key):
            return {"name": name, "valueFrom": _selector("secretKeyRef", secret, key)}
        case ConfigRef(name=config, key=key):
            return {
                "name": name,
                "valueFrom": _selector("configMapKeyRef", config, key),
            }
        case FieldRef(path=path):
            return {"name": name, "valueFrom": {"fieldRef": {"fieldPath": path}}}
        case Handle():
            return {"name": name, "value": format("{}", value)}
        case str():
            return {"name": name, "value": value}
        case _:
            return {"name": name, "value": as_text(value)}


def _selector(kind: str, name: str, key: str) -> dict[str, Any]:
    return {kind: {"name": name, "key": key}}


def _in_containers(given: Given, env: list[dict[str, Any]]) -> tuple[Any, int]:
    """Return a part of a manifest with variables added, and to how many containers."""
    if isinstance(given, list):
        pairs = [_in_containers(one, env) for one in given]
        return [one for one, _ in pairs], sum(count for _, count in pairs)
    if not isinstance(given, Mapping):
        return given, 0
    changed: dict[str, Any] = {}
    total = 0
    for name, value in given.items():
        if name == "containers" and isinstance(value, list):
            changed[name] = [
                {**one, "env": [*one.get("env", []), *env]} for one in value
            ]
            total += len(value)
        else:
            changed[name], count = _in_containers(value, env)
            total += count
    return changed, total
