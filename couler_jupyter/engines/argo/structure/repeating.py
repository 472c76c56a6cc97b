"""A repeat as a template that runs itself, turn by turn, with a counter."""

from __future__ import annotations

from collections.abc import Callable

from couler_jupyter.engines.argo.conditions import condition_expression
from couler_jupyter.engines.argo.names import Taken, port_name
from couler_jupyter.engines.argo.structure.book import Book, Object
from couler_jupyter.engines.argo.structure.lifting import joined_arguments
from couler_jupyter.engines.argo.structure.scope import TURN
from couler_jupyter.engines.argo.structure.within import Within
from couler_jupyter.engines.argo.templates import leaf_fields
from couler_jupyter.engines.argo.terms import expression_of
from couler_jupyter.engines.argo.texts import text_of
from couler_jupyter.ir import (
    AtLimit,
    Format,
    InputParameter,
    InputRef,
    Json,
    Repeat,
    Script,
    Step,
    Suspend,
)
from couler_jupyter.ir.template import output_names

MOST_TURNS = 90
"""Turns that fit: each is one level deeper, and Argo goes 100 levels deep."""
_TURN = f"int(inputs.parameters.{TURN})"


def repeat_body(
    step: Step, within: Within, book: Book, first: Object, image: str
) -> Callable[[str], Object]:
    """Return what makes the body of the template, given the template's own name."""
    repeat = step.repeat
    if repeat is None:
        raise AssertionError(f"step {step.name!r} is not repeated")
    taken = Taken()
    run = taken.take(within.task)
    again = taken.take("again")
    holds = condition_expression(repeat.condition, within)
    waits, pause = _pause(repeat, within, book, run, taken, holds)
    tasks = [first, *pause]

    def body(own: str) -> Object:
        parameters, artifacts = within.lift.passed_on()
        turn = {"name": TURN, "value": f"{{{{=string({_TURN} + 1)}}}}"}
        next_turn: Object = {
            "name": again,
            "template": own,
            "arguments": joined_arguments(([*parameters, turn], artifacts)),
            "dependencies": waits,
            "when": f"{{{{={_TURN} < {repeat.limit} && ({holds})}}}}",
        }
        counter = {"name": TURN, "default": "1"}
        inputs = joined_arguments(within.lift.inputs(), ([counter], ()))
        made: Object = {"inputs": inputs}
        if outputs := _outputs(step, within, again):
            made["outputs"] = outputs
        last = _at_limit(repeat, book, run, taken, holds, image)
        made["dag"] = {"failFast": False, "tasks": [*tasks, next_turn, *last]}
        return made

    return body


def _pause(
    repeat: Repeat, within: Within, book: Book, run: str, taken: Taken, holds: str
) -> tuple[list[str], list[Object]]:
    """Return what the next turn waits for, and the task that waits between turns."""
    if repeat.pause == "0":
        return [run], []
    name = taken.take("pause")
    seconds = Format((InputRef("seconds"),))
    wait = Suspend(seconds=seconds, inputs=(InputParameter(name="seconds"),))
    write = _plain_write
    template = book.add("pause", dict(leaf_fields(wait, write)))
    task: Object = {
        "name": name,
        "template": template,
        "arguments": {
            "parameters": [
                {"name": "seconds", "value": text_of(repeat.pause, within)}
            ]
        },
        "dependencies": [run],
        "when": f"{{{{={_TURN} < {repeat.limit} && ({holds})}}}}",
    }
    return [run, name], [task]


def _plain_write(text: object) -> str:
    return "{{inputs.parameters.seconds}}" if isinstance(text, Format) else str(text)


def _at_limit(
    repeat: Repeat, book: Book, run: str, taken: Taken, holds: str, image: str
) -> list[Object]:
    """Return the task that fails when the condition still holds after the last turn."""
    if repeat.at_limit is AtLimit.ACCEPT:
        return []
    words = f"its condition still holds after {repeat.limit} turns"
    fails = Script(
        source=f"raise SystemExit({words!r})", interpreter=("python",), image=image
    )
    template = book.add("limit-reached", dict(leaf_fields(fails, str)))
    return [
        {
            "name": taken.take("limit-reached"),
            "template": template,
            "dependencies": [run],
            "when": f"{{{{={_TURN} >= {repeat.limit} && ({holds})}}}}",
        }
    ]


def _outputs(step: Step, within: Within, again: str) -> Object:
    """Return the outputs of the last turn: of the next one, if there was one."""
    parameters: list[Json] = []
    artifacts: list[Json] = []
    went_on = f"tasks.{again}.status == 'Succeeded'"
    for name in output_names(step.template):
        own = within.output(name, ("tasks", within.task))
        later = within.left(name, ("tasks", again))
        chosen = f"{went_on} ? {expression_of(later)} : {expression_of(own)}"
        if own.artifact:
            artifacts.append({"name": port_name(name), "fromExpression": chosen})
        else:
            source = {"expression": chosen}
            parameters.append({"name": port_name(name), "valueFrom": source})
    outputs: Object = {"parameters": parameters} if parameters else {}
    return outputs | ({"artifacts": artifacts} if artifacts else {})
