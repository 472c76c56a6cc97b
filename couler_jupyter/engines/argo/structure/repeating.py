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
    holds = condition_expression(repeat.condition, within)
    turns = _Turns(repeat, within, book, holds)
    before = [first, *turns.pause()]
    last = turns.at_limit(image)

    def body(own: str) -> Object:
        counter = {"name": TURN, "default": "1"}
        inputs = joined_arguments(within.lift.inputs(), ([counter], ()))
        made: Object = {"inputs": inputs}
        if outputs := _outputs(step, within, turns.again):
            made["outputs"] = outputs
        tasks = [*before, turns.next_turn(own), *last]
        made["dag"] = {"failFast": False, "tasks": tasks}
        return made

    return body


class _Turns:
    """The tasks that come after the step itself, in one turn of its repeat."""

    def __init__(self, repeat: Repeat, within: Within, book: Book, holds: str) -> None:
        self._repeat = repeat
        self._within = within
        self._book = book
        self._holds = holds
        taken = Taken()
        self._run = taken.take(within.task)
        self.again = taken.take("again")
        self._wait = taken.take("pause")
        self._fails = taken.take("limit-reached")

    def next_turn(self, own: str) -> Object:
        """Return the task that goes on with the next turn, of template `own`."""
        parameters, artifacts = self._within.lift.passed_on()
        turn = {"name": TURN, "value": f"{{{{=string({_TURN} + 1)}}}}"}
        waits = [self._run] if self._repeat.pause == "0" else [self._run, self._wait]
        return {
            "name": self.again,
            "template": own,
            "arguments": joined_arguments(([*parameters, turn], artifacts)),
            "dependencies": waits,
            "when": self._when(f"< {self._repeat.limit}"),
        }

    def pause(self) -> list[Object]:
        """Return the task that waits between two turns, if they are to wait."""
        if self._repeat.pause == "0":
            return []
        seconds = Format((InputRef("seconds"),))
        wait = Suspend(seconds=seconds, inputs=(InputParameter(name="seconds"),))
        template = self._book.add("pause", dict(leaf_fields(wait, _plain_write)))
        text = text_of(self._repeat.pause, self._within)
        task: Object = {
            "name": self._wait,
            "template": template,
            "arguments": {"parameters": [{"name": "seconds", "value": text}]},
            "dependencies": [self._run],
            "when": self._when(f"< {self._repeat.limit}"),
        }
        return [task]

    def at_limit(self, image: str) -> list[Object]:
        """Return the task that fails where the condition holds after the last turn."""
        if self._repeat.at_limit is AtLimit.ACCEPT:
            return []
        words = f"its condition still holds after {self._repeat.limit} turns"
        fails = Script(
            source=f"raise SystemExit({words!r})", interpreter=("python",), image=image
        )
        task: Object = {
            "name": self._fails,
            "template": self._book.add("limit-reached", dict(leaf_fields(fails, str))),
            "dependencies": [self._run],
            "when": self._when(f">= {self._repeat.limit}"),
        }
        return [task]

    def _when(self, bound: str) -> str:
        return f"{{{{={_TURN} {bound} && ({self._holds})}}}}"


def _plain_write(text: object) -> str:
    return "{{inputs.parameters.seconds}}" if isinstance(text, Format) else str(text)


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
