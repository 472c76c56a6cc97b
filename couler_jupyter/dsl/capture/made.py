"""How values of well-known types are made again: a callable and its arguments.

Types are told by name, so that nothing is imported to look for them.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias, TypeVar


@dataclass(frozen=True, slots=True, kw_only=True)
class Making:
    """A call that makes a value.

    Attributes:
        by: module and name of the callable, as `datetime:date`; or the callable.
        args: its positional arguments.
        kwargs: its keyword arguments.
    """

    by: object
    args: tuple[object, ...] = ()
    kwargs: Mapping[str, object] = field(default_factory=dict)


Recipe: TypeAlias = Callable[[Any], Making]


def making(value: object) -> Making | None:
    """Return how to make `value`, None if its type is not a well-known one."""
    kind = type(value)
    recipe = _RECIPES.get(f"{kind.__module__}.{kind.__qualname__}")
    return None if recipe is None else recipe(value)


def class_making(cls: type) -> Making | None:
    """Return how to make a class that no class statement made, if it is known."""
    fields = getattr(cls, "_fields", None)
    if cls.__bases__ == (tuple,) and isinstance(fields, tuple):
        if "__annotations__" in vars(cls):
            return None
        defaults = tuple(getattr(cls, "_field_defaults", {}).values())
        kwargs = {"defaults": defaults} if defaults else {}
        args = (cls.__name__, fields)
        return Making(by="collections:namedtuple", args=args, kwargs=kwargs)
    if issubclass(cls, enum.Enum):
        members = {name: each.value for name, each in cls.__members__.items()}
        return Making(by=cls.__bases__[-1], args=(cls.__name__, members))
    return None


def _call(by: str, *attributes: str) -> Recipe:
    """Return a recipe that calls `by` with attributes of the value, in order."""
    return lambda value: Making(
        by=by, args=tuple(getattr(value, each) for each in attributes)
    )


def _text(by: str) -> Recipe:
    """Return a recipe that calls `by` with the value as text."""
    return lambda value: Making(by=by, args=(str(value),))


def _moment(by: str, *attributes: str) -> Recipe:
    """Return a recipe for a clock time: its zone and fold are named if they matter."""

    def recipe(value: object) -> Making:
        named = {name: getattr(value, name) for name in ("tzinfo", "fold")}
        return Making(
            by=by,
            args=tuple(getattr(value, each) for each in attributes),
            kwargs={name: each for name, each in named.items() if each},
        )

    return recipe


def _type_variable(value: TypeVar) -> Making:
    named = {
        "bound": value.__bound__,
        "covariant": value.__covariant__,
        "contravariant": value.__contravariant__,
    }
    return Making(
        by="typing:TypeVar",
        args=(value.__name__, *value.__constraints__),
        kwargs={name: each for name, each in named.items() if each},
    )


_DAY = ("year", "month", "day")
_CLOCK = ("hour", "minute", "second", "microsecond")
_PATH = _text("pathlib:Path")

_RECIPES: Mapping[str, Recipe] = {
    "builtins.bytearray": lambda value: Making(
        by="builtins:bytearray", args=(bytes(value),)
    ),
    "builtins.object": _call("builtins:object"),
    "builtins.range": _call("builtins:range", "start", "stop", "step"),
    "builtins.slice": _call("builtins:slice", "start", "stop", "step"),
    "collections.Counter": lambda value: Making(
        by="collections:Counter", args=(dict(value),)
    ),
    "collections.OrderedDict": lambda value: Making(
        by="collections:OrderedDict", args=(dict(value),)
    ),
    "collections.defaultdict": lambda value: Making(
        by="collections:defaultdict", args=(value.default_factory, dict(value))
    ),
    "collections.deque": lambda value: Making(
        by="collections:deque", args=(list(value), value.maxlen)
    ),
    "datetime.date": _call("datetime:date", *_DAY),
    "datetime.datetime": _moment("datetime:datetime", *_DAY, *_CLOCK),
    "datetime.time": _moment("datetime:time", *_CLOCK),
    "datetime.timedelta": _call(
        "datetime:timedelta", "days", "seconds", "microseconds"
    ),
    "datetime.timezone": lambda value: Making(
        by="datetime:timezone", args=value.__getinitargs__()
    ),
    "decimal.Decimal": _text("decimal:Decimal"),
    "fractions.Fraction": _call("fractions:Fraction", "numerator", "denominator"),
    "functools.partial": lambda value: Making(
        by="functools:partial", args=(value.func, *value.args), kwargs=value.keywords
    ),
    "logging.Logger": _call("logging:getLogger", "name"),
    "logging.RootLogger": lambda _: Making(by="logging:getLogger"),
    "operator.attrgetter": lambda value: Making(
        by="operator:attrgetter", args=value.__reduce__()[1]
    ),
    "operator.itemgetter": lambda value: Making(
        by="operator:itemgetter", args=value.__reduce__()[1]
    ),
    "pathlib.PosixPath": _PATH,
    "pathlib._local.PosixPath": _PATH,
    "pathlib.PurePosixPath": _text("pathlib:PurePosixPath"),
    "pathlib._local.PurePosixPath": _text("pathlib:PurePosixPath"),
    "re.Pattern": _call("re:compile", "pattern", "flags"),
    "types.SimpleNamespace": lambda value: Making(
        by="types:SimpleNamespace", kwargs=vars(value)
    ),
    "typing.TypeVar": _type_variable,
    "uuid.UUID": _text("uuid:UUID"),
    "zoneinfo.ZoneInfo": _call("zoneinfo:ZoneInfo", "key"),
}
