"""A plan as the code of a cell: step functions of the lake, and calls that join them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from couler_jupyter.nl.draft.joints import ANYTHING, Given, Joint, joint
from couler_jupyter.nl.draft.naming import Names, identifier
from couler_jupyter.nl.draft.pieces import OWN, Parameter, Piece, piece_for, piece_of
from couler_jupyter.nl.draft.plan import Activity, Exit, Item, Loop, Plan
from couler_jupyter.nl.lake import Lake
from couler_jupyter.nl.modules import Kind

_IMPORT = "import couler_jupyter as couler"
_ROWS = (
    'rows = [{"x": n, "label": str(int(n > 9))} for n in range(20)]'
    "  # put your own table here"
)
_FOR_ITEMS = ANYTHING | {"path", "algorithm", "file"}
_PLACE = re.compile(r"\b[A-Z]{3,}\b|<\w+>|\{\w*\}|\$\w+")
"""Where a command has a word that stands for the item, as `weather CITY`."""
_TABLES = frozenset({"table", "train", "test"})


@dataclass(slots=True)
class Writing:
    """The code of a cell as it grows.

    Attributes:
        plan: what is written.
        lake: where steps come from.
        name: of the workflow; no function is called so.
        entries: names of entries that were used.
    """

    plan: Plan
    lake: Lake
    name: str = ""
    entries: list[str] = field(default_factory=list[str])
    _names: Names = field(default_factory=Names)
    _before: list[str] = field(default_factory=list[str])
    _functions: dict[tuple[str, str], str] = field(
        default_factory=dict[tuple[str, str], str]
    )
    _sources: list[str] = field(default_factory=list[str])
    _calls: list[str] = field(default_factory=list[str])
    _orders: list[str] = field(default_factory=list[str])
    _known: dict[str, Given] = field(default_factory=dict[str, Given])
    _margin: str = ""

    def code(self, missing: Sequence[tuple[str, str]] = ()) -> str:
        """Return the whole code.

        Args:
            missing: what is left out, and how it is written; both go into comments.
        """
        self._names.avoided = identifier(self.name)
        for item in _in_order(self.plan):
            if isinstance(item, Loop):
                self._map(item)
            else:
                self._call(item)
        for end in self.plan.exits:
            self._exit(end)
        options = self._options()
        calls = "\n".join([*options, *self._calls, *self._orders])
        notes = [
            f"# not drafted: {what}; it is written with {how}" for what, how in missing
        ]
        head = "\n".join(dict.fromkeys((_IMPORT, *notes, *self._before)))
        return "\n\n".join(one for one in (head, *self._sources, calls) if one) + "\n"

    def _options(self) -> list[str]:
        given: list[str] = []
        if self.plan.cron:
            given.append(f"schedule={_text(self.plan.cron)}")
        if self.plan.parallelism:
            given.append(f"parallelism={self.plan.parallelism}")
        return [f"couler.config_workflow({', '.join(given)})"] if given else []

    def _call(self, activity: Activity, item: str = "") -> Given:
        """Write the call of an activity; `item` is what it gets in a map."""
        call, gives, sources = self._spoken(activity, item)
        return self._written(activity, call, gives, sources)

    def _spoken(
        self, activity: Activity, item: str = ""
    ) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
        """Return a call as it is written, what it gives, and what that comes from."""
        if activity.image or activity.command:
            return self._program(activity, item), ("data",), ()
        piece = self._piece(activity, item)
        arguments, sources, word = self._arguments(activity, piece, item)
        function = self._function(activity, piece)
        if identifier(activity.name) != function or activity.name != function:
            arguments.append(f"step_name={_text(activity.name)}")
        gives = (word,) if piece.entry == OWN and word else piece.gives
        return f"{function}({', '.join(arguments)})", gives, sources

    def _exit(self, end: Exit) -> None:
        call = self._spoken(end.activity)[0]
        self._orders.append(f"couler.set_exit_handler(couler.{end.on}, lambda: {call})")

    def _program(self, activity: Activity, item: str) -> str:
        name = f"step_name={_text(activity.name)}"
        spoken = _text(activity.command)
        if item and (place := _PLACE.search(activity.command)):
            before, behind = (
                activity.command[: place.start()],
                activity.command[place.end() :],
            )
            plain = (before + "{}" + behind).replace("{", "{{").replace("}", "}}")
            spoken = f"couler.format({_text(plain.replace('{{}}', '{}'))}, {item})"
        if activity.image:
            command = f', "sh", ["-c", {spoken}]' if activity.command else ""
            return f"couler.run_container({_text(activity.image)}{command}, {name})"
        return f'couler.run_script(command="sh", source={spoken}, {name})'

    def _written(
        self,
        activity: Activity,
        call: str,
        gives: tuple[str, ...],
        sources: tuple[str, ...],
    ) -> Given:
        value = self._names.value(activity, gives)
        self._calls.append(f"{self._margin}{value} = {call}")
        given = Given(
            name=activity.name, value=value, gives=gives, needs=activity.needs
        )
        self._known[activity.name] = given
        waited = [self._known[one] for one in activity.needs if one not in sources]
        self._order(waited, value)
        return given

    def _order(self, waited: list[Given], value: str) -> None:
        if waited:
            names = ", ".join(one.value for one in waited)
            left = f"[{names}]" if len(waited) > 1 else names
            line = f"{left} >> {value}"
            if len(waited) > 1:
                line = "\n".join(f"{one.value} >> {value}" for one in waited)
            where = self._calls if self._margin else self._orders
            where += [f"{self._margin}{one}" for one in line.splitlines()]

    def _piece(self, activity: Activity, item: str) -> Piece:
        if activity.kind is Kind.LOADING and item:
            return piece_of(self.lake.named("load-path"))
        if activity.kind is Kind.TRAINING and (item or self._is_scored(activity)):
            return piece_of(self.lake.named("train-by-name"))
        if activity.verb == "load" and activity.needs and not activity.named:
            return piece_of(self.lake.named("save-table"))
        return piece_for(activity, self.lake)

    def _is_scored(self, activity: Activity) -> bool:
        """Whether what comes next compares what the training gives."""
        after = [one.kind for one in self.plan.activities if activity.name in one.needs]
        return Kind.COMPARISON in after or Kind.SELECTION in after

    def _arguments(
        self, activity: Activity, piece: Piece, item: str
    ) -> tuple[list[str], tuple[str, ...], str]:
        """Return arguments, names of what they come from, and what the first one is."""
        texts: list[str] = []
        sources: list[str] = []
        word = ""
        for parameter in piece.parameters:
            found = self._argument(parameter, activity, item if not texts else "")
            if found is None:
                continue
            texts.append(f"{parameter.name}={found.text}" if texts else found.text)
            if parameter.name != piece.parameters[0].name and len(texts) == 1:
                texts = [f"{parameter.name}={found.text}"]
            sources += found.sources
            word = word or found.word
        return texts, tuple(sources), word

    def _argument(
        self, parameter: Parameter, activity: Activity, item: str
    ) -> Joint | None:
        if item and _takes_item(parameter, activity):
            return Joint(item, ())
        named = dict(activity.named)
        literal = _literal(parameter, activity, named)
        if literal:
            return Joint(literal, ())
        found = joint(parameter, activity.needs, self._known)
        if found is None and parameter.name in _TABLES and not parameter.optional:
            self._before.append(_ROWS)
            return Joint("rows", (), "table")
        if found is None and not parameter.optional and parameter.name != "text":
            return Joint(_nothing(parameter), ())
        return found

    def _function(self, activity: Activity, piece: Piece) -> str:
        alike = (piece.entry, activity.verb)
        if alike not in self._functions:
            plain = replace(activity, name=activity.verb or "work")
            name = self._names.function(plain)
            self._functions[alike] = name
            self._before += piece.before
            comment = f"# {activity.does[:80]!r}: drafted from {piece.entry!r}"
            self._sources.append(f"{comment}; change what differs\n{piece.named(name)}")
            self.entries.append(piece.entry)
        return self._functions[alike]

    def _map(self, loop: Loop) -> None:
        body = [one for one in self.plan.activities if one.loop == loop.name]
        over = self._known.get(loop.over)
        items = over.expression(over.gives[0]) if over and over.gives else _items(loop)
        if over and not over.gives:
            items = "[]"
        if loop.parameter:
            items = self._names.plain(loop.parameter)
            self._calls.append(
                f"{items} = couler.parameter({_text(loop.parameter)}, type=list)"
            )
        name = self._names.plain(f"for_each_{body[0].verb or 'item'}")
        self._calls.append(f"def {name}(item):")
        self._margin = "    "
        gives: tuple[str, ...] = ()
        last = ""
        for place, one in enumerate(body):
            inner = tuple(need for need in one.needs if need in self._known)
            given = self._call(replace(one, needs=inner), "" if place else "item")
            gives, last = given.gives, given.value
        if gives:
            self._calls.append(f"    return {last}")
        self._margin = ""
        value = self._names.plain(f"all_{body[-1].verb or 'items'}")
        limit = f", parallelism={loop.parallelism}" if loop.parallelism else ""
        step = f", step_name={_text(loop.name)}"
        self._calls += ["", f"{value} = couler.map_({name}, {items}{limit}{step})"]
        needs = tuple(one for one in loop.needs if one != loop.over)
        self._known[loop.name] = Given(
            name=loop.name, value=value, gives=gives[:1], needs=loop.needs, many=True
        )
        self._order([self._known[one] for one in needs], value)


def _in_order(plan: Plan) -> list[Activity | Loop]:
    """Return activities outside of maps, and maps, each after what it waits for."""
    left: list[Activity | Loop] = [*plan.loops]
    left += [one for one in plan.activities if not one.loop]
    order = {one.name: place for place, one in enumerate(plan.activities)}
    for loop in plan.loops:
        inner = [order[one.name] for one in plan.activities if one.loop == loop.name]
        order[loop.name] = min(inner)
    left.sort(key=lambda one: order[one.name])
    names = {one.name for one in left}
    found: list[Activity | Loop] = []
    while left:
        done = {one.name for one in found}
        ready = [one for one in left if {*one.needs} & names <= done]
        one = ready[0] if ready else left[0]
        found.append(one)
        left.remove(one)
    return found


def _items(loop: Loop) -> str:
    return "[" + ", ".join(_item(one) for one in loop.items) + "]"


def _item(item: Item) -> str:
    return _text(item) if isinstance(item, str) else repr(item)


def _takes_item(parameter: Parameter, activity: Activity) -> bool:
    """Whether a parameter is what an item of a map is given to."""
    if parameter.name in _TABLES:
        return activity.kind is not Kind.TRAINING
    return parameter.name in _FOR_ITEMS or not parameter.optional


def _literal(parameter: Parameter, activity: Activity, named: dict[str, str]) -> str:
    if parameter.name in ("file", "path") and ("file" in named or "url" in named):
        return _text(named.get("url") or named["file"])
    if parameter.name in named and parameter.name in ("sql", "url"):
        return _text(named[parameter.name])
    if parameter.name == "algorithm" and activity.about:
        return _text(activity.about)
    return ""


def _nothing(parameter: Parameter) -> str:
    match parameter.name:
        case "file" | "path":
            return _text("data.csv")
        case "sql":
            return _text("SELECT * FROM orders")
        case "results" if parameter.annotation == "list":
            return "[]"
        case "model":
            return "None"
        case _:
            return "None"


def _text(text: str) -> str:
    """Return a text as the notebook writes one, with double quotes."""
    plain = repr(text)
    if plain.startswith("'") and '"' not in text:
        return '"' + plain[1:-1].replace("\\'", "'") + '"'
    return plain
