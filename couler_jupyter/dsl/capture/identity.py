"""What a value says of itself, its name and module, read without running code.

An instance of a user's class may answer any question by running something, so only
plain text attributes and those that Python itself computes are looked at.
"""

from __future__ import annotations

import inspect
from types import GetSetDescriptorType, MemberDescriptorType, MethodType

_COMPUTED = (GetSetDescriptorType, MemberDescriptorType)


def own_name(value: object) -> str:
    """Return the name `value` was defined by, empty if it knows none."""
    name = told(value, "__name__") or ""
    return name if name.isidentifier() else ""


def qualified_name(value: object) -> str:
    """Return the dotted name `value` was defined by, empty if it knows none."""
    return told(value, "__qualname__") or told(value, "__name__") or ""


def module_of(value: object) -> str:
    """Return the module of `value`, or else that of its type."""
    return told(value, "__module__") or type(value).__module__


def told(value: object, attribute: str) -> str | None:
    """Return an attribute that is text, None if there is none or code would run."""
    if isinstance(value, MethodType):
        value = value.__func__
    found: object = inspect.getattr_static(value, attribute, None)
    if isinstance(found, _COMPUTED) and not isinstance(value, _COMPUTED):
        found = getattr(value, attribute, None)
    return found if isinstance(found, str) else None
