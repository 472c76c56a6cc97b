"""Resource templates: a Kubernetes object is handed over, and watched."""

from __future__ import annotations

from types import MappingProxyType

from couler_jupyter.engines.argo.importing.lookup import Known
from couler_jupyter.engines.argo.reading.tags import read_text
from couler_jupyter.engines.kube.reading.fields import (
    NoWord,
    Object,
    flag_at,
    object_at,
    text_at,
    texts_at,
)
from couler_jupyter.ir import (
    Constant,
    FieldTest,
    Input,
    Job,
    JobAction,
    Operator,
    Output,
)

_OPERATORS = MappingProxyType(
    {
        "==": Operator.EQUAL,
        "!=": Operator.NOT_EQUAL,
        "=": Operator.EQUAL,
        ">": Operator.BIGGER,
        "<": Operator.SMALLER,
    }
)


def read_job(
    node: Object, known: Known, inputs: tuple[Input, ...], outputs: tuple[Output, ...]
) -> Job:
    """Return what a resource template hands Kubernetes.

    Raises:
        NoWord: the IR has no such job.
    """
    body = object_at(node, "resource")
    action = text_at(body, "action")
    if action not in set(JobAction):
        raise NoWord(f"a resource is to be {action!r}")
    return Job(
        manifest=read_text(text_at(body, "manifest"), known),
        action=JobAction(action),
        success=_tests(text_at(body, "successCondition")),
        failure=_tests(text_at(body, "failureCondition")),
        own=flag_at(body, "setOwnerReference"),
        patch_kind=text_at(body, "mergeStrategy"),
        flags=tuple(read_text(one, known) for one in texts_at(body, "flags")),
        inputs=inputs,
        outputs=outputs,
    )


def _tests(text: str) -> tuple[FieldTest, ...]:
    return tuple(_test(one) for one in text.split(",")) if text.strip() else ()


def _test(text: str) -> FieldTest:
    for sign, operator in _OPERATORS.items():
        path, there, value = text.partition(sign)
        if there:
            plain = value.strip()
            number = int(plain) if plain.isdecimal() and len(plain) < 10 else plain
            return FieldTest(path.strip(), operator, Constant.of(number))
    raise NoWord(f"{text!r} is a condition of another kind")
