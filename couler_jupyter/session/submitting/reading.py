"""From a form to what would be submitted; what is wrong is told by field."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypedDict, TypeVar

from couler_jupyter.engines import Engine, Submitter
from couler_jupyter.engines.choices import Choice
from couler_jupyter.errors import CoulerError, UsageFailed
from couler_jupyter.ir import Json, Step, ValueType, Workflow, nearest, places_in
from couler_jupyter.session.arguments import argument_faults, read_argument
from couler_jupyter.session.session import Session
from couler_jupyter.session.submitting.form import Form
from couler_jupyter.targets import Target

T = TypeVar("T")
_WORD = re.compile(r"[^\s,;]+")
_YES_NO = {"true": True, "false": False}


class Given(TypedDict):
    """What goes with a workflow, as `Session.submit` and `Session.rehearse` have it."""

    engine: str
    options: Mapping[str, Json]
    arguments: Mapping[str, Json]
    passes: str
    targets: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What would be submitted; the fields are those of `Session.submit`."""

    workflow: Workflow
    engine: str
    options: Mapping[str, Json]
    arguments: Mapping[str, Json]
    passes: str
    targets: tuple[str, ...]

    @property
    def given(self) -> Given:
        """All but the workflow."""
        return Given(
            engine=self.engine,
            options=self.options,
            arguments=self.arguments,
            passes=self.passes,
            targets=self.targets,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a form comes to.

    Attributes:
        engine: of the chosen target; None where there is none.
        target: the chosen one.
        options: of the engine, as far as they can be read.
        order: what would be submitted; None where something is wrong.
        faults: what is wrong, by field.
    """

    engine: Engine | None
    target: Target | None
    order: Order | None
    faults: Mapping[str, str]
    options: Mapping[str, Json] = field(default_factory=dict[str, Json])


def read_form(
    session: Session, workflow: Workflow, form: Form, targets: Iterable[Target]
) -> Reading:
    """Return what a form comes to; nothing is run and nothing asked of anybody."""
    reader = _Reader()
    target = {one.name: one for one in targets}.get(form.target)
    engine = reader.get("target", lambda: _engine(session, form, target), None)
    if engine is None or target is None:
        return Reading(engine=None, target=None, order=None, faults=reader.faults)
    options = _options(reader, engine, target, form)
    if not form.reuse:
        options["cache"] = "none"
    arguments = _arguments(reader, workflow, form)
    none: tuple[str, ...] = ()
    refresh = reader.get("refresh", lambda: _steps(workflow, form.refresh), none)
    if refresh:
        options["refresh"] = list(refresh)
    steps = reader.get("steps", lambda: _steps(workflow, form.steps, top=True), none)
    passes = _passes(reader, session, engine, form)
    order = Order(
        workflow=workflow,
        engine=engine.name,
        options=options,
        arguments=arguments,
        passes=passes,
        targets=steps,
    )
    return Reading(
        engine=engine,
        target=target,
        order=None if reader.faults else order,
        faults=reader.faults,
        options=options,
    )


@dataclass(slots=True)
class _Reader:
    """Reads field by field; what is wrong with one is kept, not raised."""

    faults: dict[str, str] = field(default_factory=dict[str, str])

    def get(self, place: str, read: Callable[[], T], otherwise: T) -> T:
        try:
            return read()
        except CoulerError as error:
            self.faults[place] = " ".join(f"{error}".split())
            return otherwise


def _engine(session: Session, form: Form, target: Target | None) -> Engine:
    if target is None:
        raise UsageFailed(
            f"there is no target {form.target!r} any more; choose another"
        )
    engine = session.engine_named(target.engine)
    if not isinstance(engine, Submitter):
        raise UsageFailed(
            f"{engine.name} only compiles; nothing can be submitted to it"
        )
    engine.configured(target.run_options())
    return engine


def _options(
    reader: _Reader, engine: Engine, target: Target, form: Form
) -> dict[str, Json]:
    """Return what the target says, and what was typed in place of it."""
    options: dict[str, Json] = dict(target.run_options())
    known = {one.name: one for one in engine.choices()}
    for name, text in form.options.items():
        if name not in known or not text.strip():
            continue  # of the engine that was chosen before, or left at its default

        def read(one: Choice = known[name], text: str = text) -> Json:
            value = _option(one, text.strip())
            engine.configured({one.name: value})
            return value

        options[name] = reader.get(f"option:{name}", read, None)
    return options


def _option(one: Choice, text: str) -> Json:
    if isinstance(one.default, bool):
        if text not in _YES_NO:
            raise UsageFailed("write true or false")
        return _YES_NO[text]
    if isinstance(one.default, int | float) or one.number:
        return _number(text, whole=isinstance(one.default, int))
    return text


def _number(text: str, *, whole: bool) -> int | float:
    try:
        return int(text)
    except ValueError:
        pass
    try:
        number = float(text)
    except ValueError:
        raise UsageFailed(f"{text!r} is no number") from None
    if whole or number - number != 0:
        raise UsageFailed(f"{text!r} is no {'whole ' if whole else ''}number")
    return number


def _arguments(reader: _Reader, workflow: Workflow, form: Form) -> dict[str, Json]:
    words = {
        one.name
        for one in workflow.parameters
        if one.type is ValueType.STRING and not one.choices
    }
    arguments: dict[str, Json] = {}
    for name, text in form.arguments.items():
        if not text.strip() and name not in words:
            continue

        def read(name: str = name, text: str = text) -> Json:
            return read_argument(workflow, name, text)

        arguments[name] = reader.get(f"argument:{name}", read, None)
    for name, fault in argument_faults(workflow, arguments).items():
        reader.faults.setdefault(f"argument:{name}", fault)
    return arguments


def _steps(workflow: Workflow, text: str, *, top: bool = False) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(_WORD.findall(text)))
    known = [one.name for one in workflow.steps]
    if not top:
        known += [path for one, path in places_in(workflow) if isinstance(one, Step)]
    for name in names:
        if name not in known:
            raise UsageFailed(f"there is no step {name!r}{nearest(name, known)}")
    return names


def _passes(reader: _Reader, session: Session, engine: Engine, form: Form) -> str:
    """Return the passes as text; empty for what is usual."""
    from couler_jupyter.passes import Pass, parse_passes, passes_text

    none: tuple[Pass, ...] = ()
    made = reader.get("passes", lambda: session.passes_for(engine, form.passes), none)
    if not form.part.strip():
        return form.passes.strip()

    def cut() -> str:
        steps = _number(form.part.strip(), whole=True)
        if steps < 1:
            raise UsageFailed("a part has at least one step")
        split = parse_passes(f"split{{max-steps={steps}}}")
        others = [one for one in made if one.name != "split"]
        names = [one.name for one in others]
        place = names.index("fit") if "fit" in names else len(names)
        return passes_text((*others[:place], *split, *others[place:]))

    return reader.get("part", cut, "")
