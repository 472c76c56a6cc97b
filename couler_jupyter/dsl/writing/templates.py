"""What a step runs as the call that adds it, by the kind of its template."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from couler_jupyter.dsl.writing.boxes import box_options
from couler_jupyter.dsl.writing.code import (
    Code,
    call,
    dict_of,
    list_of,
    literal,
    quoted,
    text,
)
from couler_jupyter.dsl.writing.ports import given_code, inputs_code, outputs_code
from couler_jupyter.dsl.writing.values import Known, NoWord
from couler_jupyter.ir import (
    Constant,
    Container,
    FieldTest,
    Foreign,
    Function,
    Job,
    JobAction,
    Script,
    Step,
    SubWorkflow,
    Suspend,
    Template,
    Workflow,
)


def template_call(
    step: Step,
    known: Known,
    workflows: Mapping[int, str],
    *,
    plain: bool,
    options: Mapping[str, Code],
) -> Code:
    """Return the call that adds a step.

    Args:
        step: the step.
        known: what variables hold there.
        workflows: variables that hold workflows, by their identity.
        plain: whether what it is given is written in words of the IR.
        options: those that are not about its template.

    Raises:
        NoWord: the unified interface cannot say it.
    """
    template = step.template
    match template:
        case Container():
            named = _boxed(template, step, known, plain=plain)
            words = {"command": template.command, "args": template.args}
            texts = {
                name: list_of(map(known.text, given))
                for name, given in words.items()
                if given
            }
            every = {**texts, **named, **options}
            return call("couler.run_container", quoted(template.image), **every)
        case Script():
            named = _boxed(template, step, known, plain=plain)
            if template.image:
                named = {"image": quoted(template.image), **named}
            named["command"] = list_of(map(quoted, template.interpreter))
            named["source"] = known.text(template.source)
            return call("couler.run_script", **named, **options)
        case Job():
            named = dict(_job_options(template, known))
            ports = _ports(template, step, known, plain=plain)
            manifest = known.text(template.manifest)
            return call("couler.run_job", manifest, **named, **ports, **options)
        case Suspend():
            return _suspend(template, known, options)
        case Foreign():
            ports = _ports(template, step, known, plain=plain)
            body = literal(template.body.value)
            kind = quoted(template.kind)
            engine = quoted(template.engine)
            return call("couler.run_foreign", engine, kind, body, **ports, **options)
        case SubWorkflow(workflow=inner):
            return _sub_workflow(inner, step, known, workflows, options)
        case Function():
            raise NoWord("a function is written where it is defined")


def _boxed(
    template: Container | Script, step: Step, known: Known, *, plain: bool
) -> dict[str, Code]:
    return {
        **_ports(template, step, known, plain=plain),
        **box_options(template, known),
    }


def _ports(
    template: Template, step: Step, known: Known, *, plain: bool
) -> dict[str, Code]:
    if isinstance(template, SubWorkflow):
        raise NoWord("a workflow has inputs of its own")
    found: dict[str, Code] = {}
    if template.inputs:
        found["inputs"] = inputs_code(template.inputs, step, known, plain=plain)
    if template.outputs:
        found["outputs"] = outputs_code(template.outputs)
    return found


def _suspend(template: Suspend, known: Known, options: Mapping[str, Code]) -> Code:
    if template.inputs:
        raise NoWord("a wait has inputs")
    named: dict[str, Code] = {}
    if template.seconds is not None:
        given = template.seconds
        named["duration"] = given if isinstance(given, str) else known.value(given)
    if template.message:
        named["message"] = text(template.message)
    if template.outputs:
        named["outputs"] = outputs_code(template.outputs)
    return call("couler.suspend", **named, **options)


def _sub_workflow(
    inner: Workflow,
    step: Step,
    known: Known,
    workflows: Mapping[int, str],
    options: Mapping[str, Code],
) -> Code:
    parts: list[Code] = [workflows[id(inner)]]
    if step.arguments:
        parts.append(
            dict_of((one.name, given_code(one, known)) for one in step.arguments)
        )
    return call("couler.run_workflow", *parts, **options)


def _job_options(template: Job, known: Known) -> Iterator[tuple[str, Code]]:
    if template.success:
        yield "success_condition", list_of(map(_test, template.success))
    if template.failure:
        yield "failure_condition", list_of(map(_test, template.failure))
    if template.action is not JobAction.CREATE:
        yield "action", quoted(str(template.action))
    if not template.own:
        yield "set_owner_reference", "False"
    if template.patch_kind:
        yield "merge_strategy", quoted(template.patch_kind)
    if template.flags:
        yield "flags", list_of(map(known.text, template.flags))


def _test(test: FieldTest) -> Code:
    value = test.value.value
    shown = value if isinstance(value, str) else Constant.of(value).json
    return quoted(f"{test.path} {test.operator} {shown}")
