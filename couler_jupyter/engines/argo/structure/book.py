"""The templates of a manifest: equal ones stand in it once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from couler_jupyter.engines.argo.braces import has_stray, without_stray
from couler_jupyter.engines.argo.names import Taken, fits_template, label
from couler_jupyter.ir import Json

Object = dict[str, Json]


class Book:
    """Templates by name; one that is equal to another but for its name is shared."""

    def __init__(self, reserved: Iterable[str] = ()) -> None:
        self._taken = Taken()
        self._by_name: dict[str, Object] = {}
        self._names: dict[str, str] = {}
        self._reserved = frozenset(reserved)

    def __len__(self) -> int:
        return len(self._by_name)

    def __getitem__(self, name: str) -> Object:
        return self._by_name[name]

    def add(
        self, wanted: str, body: Object, *, named: bool = False, plain: bool = False
    ) -> str:
        """Return the name of a template with this body, made if there is none.

        Args:
            wanted: what it is to be called, if it is new.
            body: its fields without the name.
            named: whether the name was chosen by a person; such a template is not
                shared with one of another name.
            plain: whether texts in it may hold braces that are no tags.
        """
        key = repr(body)
        if plain and has_stray(key):
            body = without_stray(body)
            key = repr(body)
        return self._add(wanted, key, lambda _: body, named=named)

    def add_alone(self, wanted: str, body: Object) -> str:
        """Return the name of a new template with this body, which no other has."""
        name = self._new(wanted, named=False)
        self._by_name[name] = {"name": name, **body}
        return name

    def add_recursive(self, wanted: str, make: Callable[[str], Object]) -> str:
        """Return the name of a template whose body names the template itself."""
        return self._add(wanted, repr(make("")), make, named=False)

    def _add(
        self, wanted: str, key: str, make: Callable[[str], Object], *, named: bool
    ) -> str:
        if named:
            key = f"{wanted} {key}"
        if key in self._names:
            return self._names[key]
        name = self._new(wanted, named=named)
        self._names[key] = name
        self._by_name[name] = {"name": name, **make(name)}
        return name

    def names(self) -> list[str]:
        """Return the names of all templates, as they were made."""
        return [*self._by_name]

    def copy(self) -> Book:
        """Return a book with the same templates, for who puts others in their place."""
        made = Book(self._reserved)
        made._taken, made._names = self._taken, self._names
        made._by_name = dict(self._by_name)
        return made

    def replace(self, bodies: dict[str, Object]) -> None:
        """Put other templates in the place of all."""
        self._by_name = bodies

    def in_order(self, firsts: Iterable[str]) -> list[Object]:
        """Return the templates in the order of first use, beginning with `firsts`."""
        found: dict[str, None] = {}
        waiting = [name for name in (*firsts,) if name][::-1]
        while waiting:
            name = waiting.pop()
            if name in found or name not in self._by_name:
                continue
            found[name] = None
            used = dict.fromkeys(templates_used(self._by_name[name]))
            waiting.extend(reversed([one for one in used if one not in found]))
        rest = [name for name in self._by_name if name not in found]
        return [self._by_name[name] for name in (*found, *rest)]

    def _new(self, wanted: str, *, named: bool) -> str:
        if named and wanted not in self._taken:
            return self._taken.take(wanted)
        plain = wanted if fits_template(wanted) and wanted.islower() else label(wanted)
        name = self._taken.take(plain)
        while name in self._reserved:
            name = self._taken.take(plain)
        return name


def templates_used(template: Object) -> Iterator[str]:
    """Yield the templates that the tasks or steps of a template name, as they stand."""
    for task in (template.get("dag") or {}).get("tasks") or ():
        yield from _of_task(task)
    for group in template.get("steps") or ():
        for step in group:
            yield from _of_task(step)


def _of_task(task: Object) -> Iterator[str]:
    if task.get("template"):
        yield task["template"]
    for hook in (task.get("hooks") or {}).values():
        if hook and hook.get("template"):
            yield hook["template"]
