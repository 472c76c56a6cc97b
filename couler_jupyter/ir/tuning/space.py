"""The space of hyper-parameters: what each may be, and which go only with others."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from random import Random

from couler_jupyter.errors import SpaceFault
from couler_jupyter.ir.name import name_fault, nearest
from couler_jupyter.ir.tuning.dimension import Dimension, normal
from couler_jupyter.ir.tuning.setting import Scalar, Setting, scalar_key, scalar_text

_MOST_LISTED = 100_000
_TRIES = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class OnlyWhere:
    """A hyper-parameter that is set only where another has one of some values.

    Attributes:
        name: the one that is set only then.
        other: the one it goes by.
        among: the values of the other that it is set for.
    """

    name: str
    other: str
    among: tuple[Scalar, ...]

    def __post_init__(self) -> None:
        """Take any sequence."""
        object.__setattr__(self, "among", tuple(self.among))

    def holds(self, values: Mapping[str, Scalar]) -> bool:
        """Return whether the other is set, and to one of the values."""
        if self.other not in values:
            return False
        key = scalar_key(values[self.other])
        return any(scalar_key(one) == key for one in self.among)


@dataclass(frozen=True, slots=True, kw_only=True)
class Space:
    """All settings that may be tried.

    Attributes:
        dimensions: what each hyper-parameter may be, by its name.
        conditions: which are set only where others have some value; if several are of
            one name, all must hold.

    Raises:
        SpaceFault: it is empty, has one setting only, or a condition names what is not
            there or goes round in a circle.
    """

    dimensions: tuple[tuple[str, Dimension], ...]
    conditions: tuple[OnlyWhere, ...] = ()

    def __post_init__(self) -> None:
        """Reject spaces that leave nothing to choose."""
        object.__setattr__(self, "dimensions", tuple(self.dimensions))
        object.__setattr__(self, "conditions", tuple(self.conditions))
        _check_names(self)
        for one in self.conditions:
            _check_condition(one, self)
        self._in_order()
        if self.size == 1:
            only = self.default()
            raise SpaceFault(
                f"the space has one setting only ({only}); nothing to tune"
            )

    @classmethod
    def of(cls, dimensions: Mapping[str, Dimension], *conditions: OnlyWhere) -> Space:
        """Return the space of these dimensions."""
        return cls(dimensions=tuple(dimensions.items()), conditions=conditions)

    @property
    def names(self) -> tuple[str, ...]:
        """The hyper-parameters, in order."""
        return tuple(name for name, _ in self.dimensions)

    @property
    def by_name(self) -> dict[str, Dimension]:
        """What each hyper-parameter may be."""
        return dict(self.dimensions)

    @property
    def size(self) -> int | None:
        """How many settings there are; None for no end, or more than can be counted."""
        sizes = [dimension.size for _, dimension in self.dimensions]
        known = [size for size in sizes if size is not None]
        if len(known) < len(sizes):
            return None
        if not self.conditions:
            return math.prod(known)
        if math.prod(known) > _MOST_LISTED:
            return None
        return sum(1 for _ in self._listed(None))

    def settings(self, points: int | None = None) -> tuple[Setting, ...]:
        """Return all settings, the last hyper-parameter changing fastest.

        Args:
            points: take so many values of each range, evenly; None for all.

        Raises:
            SpaceFault: there are too many.
        """
        found: list[Setting] = []
        for setting in self._listed(points):
            found.append(setting)
            if len(found) > _MOST_LISTED:
                raise SpaceFault(f"there are more than {_MOST_LISTED} settings; sample")
        return tuple(found)

    def default(self) -> Setting:
        """Return the setting of all defaults; of ranges without one, the middle."""
        values: dict[str, Scalar] = {}
        for name, dimension in self._in_order():
            if self.is_set(name, values):
                values[name] = dimension.usual
        return self._sorted(values)

    def sample(self, random: Random, count: int) -> tuple[Setting, ...]:
        """Return `count` different settings, or all if there are no more.

        Args:
            random: whose draws decide; the same seed, the same settings.
            count: how many.
        """
        found: dict[str, Setting] = {}
        for _ in range(count * _TRIES):
            if len(found) >= count:
                break
            setting = self._drawn(random)
            found.setdefault(setting.key, setting)
        if len(found) < count and self.size is not None:
            rest = [one for one in self.settings() if one.key not in found]
            random.shuffle(rest)
            found |= {one.key: one for one in rest}
        return tuple(found.values())[:count]

    def contains(self, setting: Mapping[str, Scalar]) -> bool:
        """Return whether `setting` sets all that it must, each to what it may be."""
        return self._fault_of(setting) is None

    def setting(self, values: Mapping[str, Scalar]) -> Setting:
        """Return the setting that has these values, in the order of the space.

        Raises:
            SpaceFault: it is none of the space.
        """
        if fault := self._fault_of(values):
            raise SpaceFault(fault)
        of = self.by_name
        return self._sorted({name: normal(of[name], v) for name, v in values.items()})

    def is_set(self, name: str, values: Mapping[str, Scalar]) -> bool:
        """Return whether a hyper-parameter is set beside these values of others."""
        return all(one.holds(values) for one in self.conditions if one.name == name)

    def _fault_of(self, values: Mapping[str, Scalar]) -> str | None:
        of = self.by_name
        for name, value in values.items():
            if name not in of:
                return f"no hyper-parameter {name!r}{nearest(name, of)}"
            if not self.is_set(name, values):
                return f"{name!r} goes only where {self._reasons(name)}"
            if not of[name].contains(value):
                shown = scalar_text(value)
                return f"{name!r} is {shown}, which is not among {of[name].text}"
        for name in of:
            if name not in values and self.is_set(name, values):
                return f"{name!r} is not set; it may be {of[name].text}"
        return None

    def _reasons(self, name: str) -> str:
        return " and ".join(
            f"{one.other!r} is {' or '.join(map(scalar_key, one.among))}"
            for one in self.conditions
            if one.name == name
        )

    def _in_order(self) -> list[tuple[str, Dimension]]:
        """Each after those it goes by."""
        waiting = self.by_name
        done: list[tuple[str, Dimension]] = []
        while waiting:
            ready = [
                name
                for name in waiting
                if not any(
                    one.other in waiting for one in self.conditions if one.name == name
                )
            ]
            if not ready:
                names = ", ".join(repr(name) for name in waiting)
                raise SpaceFault(f"the conditions of {names} go round in a circle")
            done += [(name, waiting.pop(name)) for name in ready]
        return done

    def _listed(self, points: int | None) -> Iterator[Setting]:
        order = self._in_order() if self.conditions else list(self.dimensions)
        for values in self._filled({}, order, points):
            yield self._sorted(values)

    def _filled(
        self,
        values: dict[str, Scalar],
        rest: list[tuple[str, Dimension]],
        points: int | None,
    ) -> Iterator[dict[str, Scalar]]:
        if not rest:
            yield values
            return
        (name, dimension), *others = rest
        if not self.is_set(name, values):
            yield from self._filled(values, others, points)
            return
        for value in dimension.spread(points):
            yield from self._filled({**values, name: value}, others, points)

    def _drawn(self, random: Random) -> Setting:
        values: dict[str, Scalar] = {}
        for name, dimension in self._in_order():
            if self.is_set(name, values):
                values[name] = dimension.draw(random)
        return self._sorted(values)

    def _sorted(self, values: Mapping[str, Scalar]) -> Setting:
        return Setting(tuple((n, values[n]) for n in self.names if n in values))


def _check_names(space: Space) -> None:
    if not space.dimensions:
        raise SpaceFault(
            "the space is empty; name a hyper-parameter and what it may be"
        )
    for name in space.names:
        if fault := name_fault(name):
            raise SpaceFault(f"hyper-parameter {name[:60]!r} {fault}")
        if space.names.count(name) > 1:
            raise SpaceFault(f"hyper-parameter {name!r} stands twice")


def _check_condition(one: OnlyWhere, space: Space) -> None:
    of = space.by_name
    for name in (one.name, one.other):
        if name not in of:
            raise SpaceFault(f"a condition names {name!r}{nearest(name, of)}")
    if not one.among:
        raise SpaceFault(f"the condition of {one.name!r} holds for no value")
    for value in one.among:
        if not of[one.other].contains(value):
            shown = scalar_key(value)
            raise SpaceFault(
                f"{one.name!r} goes where {one.other!r} is {shown}, which is not "
                f"among {of[one.other].text}"
            )
