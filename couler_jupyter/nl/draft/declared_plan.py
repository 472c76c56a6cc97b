"""A declared graph as a plan."""

from __future__ import annotations

from collections.abc import Sequence

from couler_jupyter.nl.draft.declared import Declared
from couler_jupyter.nl.draft.lists import algorithms_in
from couler_jupyter.nl.draft.plan import Activity, Plan
from couler_jupyter.nl.draft.programs import named_program, program_in
from couler_jupyter.nl.draft.things import Sort
from couler_jupyter.nl.draft.verbs import kind_of, verb_at_start, verb_in
from couler_jupyter.nl.modules import Kind


def plan_declared(graph: Declared) -> Plan | None:
    """Return a declared graph as a plan; None if it says too little."""
    if len(graph.steps) < 2 or not graph.edges:
        return None
    activities = [_activity(graph, name, said) for name, said in graph.steps.items()]
    return Plan(activities=in_order(activities))


def in_order(activities: Sequence[Activity]) -> tuple[Activity, ...]:
    """Return activities after those they wait for; of a circle no edge back."""
    left, found, names = list(activities), list[Activity](), set[str]()
    own = {one.name for one in activities}
    while left:
        ready = [one for one in left if {*one.needs} & own <= names]
        for one in ready or left[:1]:
            found.append(one)
            names.add(one.name)
            left.remove(one)
    return tuple(found)


def _activity(graph: Declared, name: str, said: str) -> Activity:
    prose = graph.prose
    plain = name.replace("_", " ").replace("-", " ")
    verb = verb_at_start(plain) or verb_in(plain) or verb_in(said)
    abouts = algorithms_in(plain)
    kind = Kind.TRAINING if abouts and not verb else kind_of(verb, plain)
    if len(name) == 1 or not (verb or abouts):
        kind, verb = Kind.CUSTOM, verb if len(name) > 1 else ""
    image, command = program_in(said, prose) or ("", "")
    if not image:
        image, command = _shared(name, graph)
    return Activity(
        name=name,
        verb=verb,
        kind=kind,
        does=said,
        needs=tuple(one for one, other in graph.edges if other == name),
        about=abouts[0] if abouts else "",
        image=image,
        command=command,
    )


def _shared(name: str, graph: Declared) -> tuple[str, str]:
    """Return the program of a step that does not name its own."""
    prose = graph.prose
    images = [one.text for one in prose.things if one.sort is Sort.IMAGE]
    if len(name) == 1:
        return named_program(name, prose)
    for image in images:
        if name in image:
            whole = program_in(prose.text, prose)
            return image, whole[1] if whole else ""
    return "", ""
