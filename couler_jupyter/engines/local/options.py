"""What a person may choose about how a run is run on this machine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields

from couler_jupyter.errors import UsageFailed
from couler_jupyter.ir import Json, nearest

_MIB = 2**20
CHOICES: Mapping[str, tuple[str, ...]] = {
    "runtime": ("auto", "process"),
    "scripts": ("process", "container"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Options of a run; as JSON they are kept with it.

    Attributes:
        runtime: `auto` runs container steps in podman or docker; `process` runs their
            commands on the machine itself, without the image.
        scripts: whether scripts with an image run as a `process` all the same, or in
            a `container`.
        slots: how many steps that ask for no CPU run at once; None for one per core,
            at least two.
        log_limit: bytes of a step's log after which only its end is kept.
        keep_work: whether the working folders of steps stay.
        network: of containers: `none`, `host`, `bridge` or the name of one.
        dask: address of a dask scheduler that places the steps; empty for here.
        folder: what relative paths in the workflow are relative to.
        path: where steps find Python modules; None for where this package does.
        cache: the name of what is asked whether a step has to run; `none` for nothing.
        refresh: names or paths of steps that are run whatever the cache has.
    """

    runtime: str = "auto"
    scripts: str = "process"
    slots: float | None = None
    log_limit: int = 64 * _MIB
    keep_work: bool = False
    network: str = "bridge"
    dask: str = ""
    folder: str = ""
    path: tuple[str, ...] | None = None
    cache: str = "store"
    refresh: tuple[str, ...] = ()

    @classmethod
    def of(cls, given: Mapping[str, Json]) -> Options:
        """Return the options in `given`; those that are not there have their default.

        Raises:
            UsageFailed: with everything in it that is no option or has a wrong value.
        """
        known = {field.name: field for field in fields(cls)}
        faults = [
            f"no option {name!r}{nearest(name, known)}"
            for name in given
            if name not in known
        ]
        faults += [
            f"option {name} is {value!r}; {why}"
            for name, value in given.items()
            if name in known and (why := _fault(name, value))
        ]
        if faults:
            raise UsageFailed("; ".join(faults))
        values = dict(given)
        for name in ("path", "refresh"):
            if isinstance(values.get(name), list):
                values[name] = tuple(values[name])
        return cls(**values)

    def to_json(self) -> dict[str, Json]:
        """Return the options as plain data, those with their default left out."""
        default = Options()
        return {
            name: value
            for name, value in asdict(self).items()
            if value != getattr(default, name)
        }


def _fault(name: str, value: Json) -> str:
    """Return what would be right for an option; empty if `value` is."""
    if name in CHOICES:
        choices = CHOICES[name]
        return "" if value in choices else f"write {' or '.join(choices)}"
    if name in ("slots", "log_limit"):
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        fine = (is_number and value > 0) or (value is None and name == "slots")
        return "" if fine else "write a number more than 0"
    if name == "keep_work":
        return "" if isinstance(value, bool) else "write true or false"
    if name in ("path", "refresh"):
        is_list = isinstance(value, list | tuple) and all(
            isinstance(one, str) for one in value
        )
        fine = is_list or (value is None and name == "path")
        what = "folders" if name == "path" else "steps"
        return "" if fine else f"write a list of {what}"
    return "" if isinstance(value, str) else "write text"
