"""Every option of a step, in one place, whatever it runs."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from couler_jupyter.dsl.anything import Given
from couler_jupyter.dsl.box_options import PLAIN_BOX, Box, BoxOptions, box_of
from couler_jupyter.dsl.duration import Duration, seconds
from couler_jupyter.dsl.origin import misused
from couler_jupyter.dsl.predicate import Predicate
from couler_jupyter.dsl.retrying import Reuse, cache_of, retry_of
from couler_jupyter.dsl.scope import Scope
from couler_jupyter.ir import Cache, Extra, Retry, Tune, nearest

Outputs: TypeAlias = object
"""One output or several: names, or a mapping from names to what each is."""

Dependencies: TypeAlias = object
"""Steps, names of steps, a text as `A.Succeeded && B.Failed`, or a condition."""


class StepOptions(BoxOptions, total=False):
    """All options of a step beside what it runs."""

    step_name: str
    outputs: Outputs
    inputs: object
    retry: int | Retry
    timeout: Duration
    cache: bool | Duration | Cache | Reuse
    daemon: bool
    tune: Tune
    when: Predicate
    after: Dependencies
    extras: Extra | Sequence[Extra]


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The options of a step but its name; what is of the workflow as it was written.

    With `is_shared` they are plain data that calls in a loop have in common.
    """

    box: Box = PLAIN_BOX
    outputs: object = None
    inputs: object = None
    retry: Retry | None = None
    timeout: float | None = None
    cache: Reuse | Cache | None = None
    daemon: bool = False
    tune: Tune | None = None
    when: object = None
    after: object = None
    extras: tuple[Extra, ...] = ()
    is_shared: bool = False


NONE = Options(is_shared=True)
STEP_OPTIONS = frozenset(StepOptions.__annotations__)


def read(given: Mapping[str, Any], call: str, *, but: Collection[str] = ()) -> Options:
    """Return the options of a call.

    Args:
        given: the keywords as the user wrote them; None stands for not given.
        call: what was called, for messages.
        but: options that this call has no use for.

    Raises:
        BuildFailed: an option is unknown, or its value makes no sense.
    """
    if not given:
        return NONE
    for name in given:
        if name not in STEP_OPTIONS or name in but:
            known = STEP_OPTIONS.difference(but)
            raise misused(f"{call} has no option {name!r}{nearest(name, known)}")
    wanted = {name: value for name, value in given.items() if value is not None}
    own = {name: reader(wanted.pop(name)) for name, reader in _OWN if name in wanted}
    return Options(box=box_of(wanted), **own)


def read_once(
    given: Mapping[str, Any],
    call: str,
    scope: Scope,
    *,
    but: Collection[str] = (),
) -> Options:
    """Return the options of a call, read once where calls in a loop have the same.

    Raises:
        BuildFailed: an option is unknown, or its value makes no sense.
    """
    if not given:
        return NONE
    key: list[object] = [call]
    for option, value in given.items():
        if option in _OF_ONE_STEP and option not in but:
            continue
        if option in but or type(value) not in _SIMPLE:
            return read(given, call, but=but)
        key += (option, type(value), value)
    remembered = scope.shared.remembered
    options: Options | None = remembered.get(tuple(key))
    if options is None:
        common = {name: given[name] for name in given if name not in _OF_ONE_STEP}
        options = replace(read(common, call, but=but), is_shared=True)
        remembered[tuple(key)] = options
    after, when = given.get("after"), given.get("when")
    if after is None and when is None:
        return options
    return Options(
        box=options.box,
        outputs=options.outputs,
        inputs=options.inputs,
        retry=options.retry,
        timeout=options.timeout,
        cache=options.cache,
        daemon=options.daemon,
        tune=options.tune,
        when=when,
        after=after,
        extras=options.extras,
        is_shared=True,
    )


def step_name_in(given: Mapping[str, Any]) -> str:
    """Return the name the user gives a step; empty for none.

    Raises:
        BuildFailed: it is no name.
    """
    name = given.get("step_name")
    return "" if name is None else _step_name(name)


def _step_name(given: object) -> str:
    if not isinstance(given, str) or not given:
        raise misused(f"step_name={given!r} is no name")
    return given


def _extras(given: Given) -> tuple[Extra, ...]:
    many = (given,) if isinstance(given, Extra) else tuple(given)
    for one in many:
        if not isinstance(one, Extra):
            raise misused(
                f"extras: {one!r} is none; write couler.extra(ENGINE, PATH, VALUE)"
            )
    return many


def _tune(given: Given) -> Tune:
    if not isinstance(given, Tune):
        raise misused(f"tune={given!r} must be a couler.Tune; couler.tune makes one")
    return given


def _as_it_is(given: Given) -> object:
    return given


_OF_ONE_STEP = frozenset({"step_name", "after", "when"})
_SIMPLE = frozenset({str, int, float, bool, type(None)})
_OWN: tuple[tuple[str, Callable[[Any], Any]], ...] = (
    ("outputs", _as_it_is),
    ("inputs", _as_it_is),
    ("retry", retry_of),
    ("timeout", lambda given: seconds(given, "timeout")),
    ("cache", cache_of),
    ("daemon", bool),
    ("tune", _tune),
    ("when", _as_it_is),
    ("after", _as_it_is),
    ("extras", _extras),
)
