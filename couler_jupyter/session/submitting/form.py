"""What a person filled in, as it came from a browser: texts, none of them trusted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields

from couler_jupyter.errors import UsageFailed
from couler_jupyter.protocol.submit import FormView

_LONGEST = 100_000
_MOST = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """The fields are those of `FormView`."""

    target: str = "local"
    options: Mapping[str, str] = field(default_factory=dict[str, str])
    arguments: Mapping[str, str] = field(default_factory=dict[str, str])
    reuse: bool = True
    refresh: str = ""
    steps: str = ""
    passes: str = ""
    part: str = ""


def form_of(given: object) -> Form:
    """Return what a message holds as a form; what it has not is left at its default.

    Raises:
        UsageFailed: it is no form, or holds more than a person types.
    """
    if not isinstance(given, Mapping):
        raise UsageFailed("the form is no table of fields")
    known = {one.name: getattr(_EMPTY, one.name) for one in fields(Form)}
    for name, value in given.items():
        if name not in known:
            raise UsageFailed(f"the form has no field {str(name)[:80]!r}")
        if not _fits(value, known[name]):
            raise UsageFailed(f"field {name!r} of the form is not what it should be")
    return Form(**given)


def form_view(form: Form) -> FormView:
    """Return a form as JSON."""
    return {
        "target": form.target,
        "options": dict(form.options),
        "arguments": dict(form.arguments),
        "reuse": form.reuse,
        "refresh": form.refresh,
        "steps": form.steps,
        "passes": form.passes,
        "part": form.part,
    }


def _fits(value: object, default: object) -> bool:
    if isinstance(default, bool):
        return isinstance(value, bool)
    if isinstance(default, str):
        return _is_text(value)
    return (
        isinstance(value, Mapping)
        and len(value) <= _MOST
        and all(_is_text(name) and _is_text(text) for name, text in value.items())
    )


def _is_text(value: object) -> bool:
    return isinstance(value, str) and len(value) <= _LONGEST


_EMPTY = Form()
