"""A task of a pipeline while it is put together."""

from __future__ import annotations

from dataclasses import dataclass, field

from couler_jupyter.engines.kube.fields import Fields, said
from couler_jupyter.engines.tekton.names import OWN
from couler_jupyter.ir import Extra, InputParameter, Json, as_text

FILES = f"{OWN}files"
"""The workspace that files pass through from task to task."""


IN_FILES = f"$(workspaces.{FILES}.path)/"
"""What paths on the run's volume begin with."""


@dataclass(slots=True, kw_only=True)
class Draft:
    """What is known so far of a task.

    Attributes:
        name: of the task in its pipeline.
        params: what it declares, by name; `given`: what the pipeline gives it.
        results: what it declares to leave, by name.
        volumes: of its pod, by name; `claims`: workspaces made for the run, by name,
            with where they are mounted.
        steps: its containers, in their order; `sidecars` run beside them.
        programs: names of the programs of ours that it runs.
        files: whether it takes files from the run's volume, or leaves some there.
        beside: further fields of the task in its pipeline: order, conditions, retries.
        extras: of its step.
        own: what a template of Tekton's own says; then nothing else is declared.
    """

    name: str
    params: dict[str, Fields] = field(default_factory=dict[str, Fields])
    given: dict[str, Json] = field(default_factory=dict[str, Json])
    results: dict[str, Fields] = field(default_factory=dict[str, Fields])
    volumes: dict[str, Fields] = field(default_factory=dict[str, Fields])
    claims: dict[str, Fields] = field(default_factory=dict[str, Fields])
    steps: list[Fields] = field(default_factory=list[Fields])
    sidecars: list[Fields] = field(default_factory=list[Fields])
    programs: dict[str, None] = field(default_factory=dict[str, None])
    files: bool = False
    description: str = ""
    beside: Fields = field(default_factory=dict[str, Json])
    extras: tuple[Extra, ...] = ()
    own: Fields | None = None

    def take(self, name: str, text: Json, kind: str = "string") -> str:
        """Declare a parameter, give it a text, and return how it is referred to."""
        self.params[name] = {"name": name, "type": kind}
        self.given[name] = text
        return f"$(params.{name})"

    def leave(self, name: str, kind: str = "string", description: str = "") -> str:
        """Declare a result and return how the path of its file is referred to."""
        about = said(description=description)
        self.results[name] = {"name": name, "type": kind, **about}
        return f"$(results.{name}.path)"

    def program(self, name: str) -> str:
        """Return how the text of a program of ours is referred to."""
        self.programs[name] = None
        return self.take(f"{OWN}{name}", f"$(params.{OWN}{name})")

    def in_files(self, path: str) -> str:
        """Return how a path on the run's volume is referred to."""
        self.files = True
        return f"{IN_FILES}{path}"

    @property
    def workspaces(self) -> tuple[str, ...]:
        """Names of the workspaces it needs."""
        return ((FILES,) if self.files else ()) + tuple(self.claims)

    def fields(self) -> Fields:
        """Return the task as it stands in its pipeline."""
        if self.own is not None:
            given = [{"name": name, "value": one} for name, one in self.given.items()]
            return {"name": self.name, **self.beside, **said(params=given), **self.own}
        files = [{"name": FILES}] if self.files else []
        spec = said(
            description=self.description,
            params=list(self.params.values()),
            workspaces=[*files, *self.claims.values()],
            results=list(self.results.values()),
            volumes=list(self.volumes.values()),
            steps=self.steps,
            sidecars=self.sidecars,
        )
        given = [{"name": name, "value": one} for name, one in self.given.items()]
        used = [{"name": name, "workspace": name} for name in self.workspaces]
        about = said(params=given, workspaces=used)
        return {"name": self.name, **self.beside, **about, "taskSpec": spec}


def about_input(one: InputParameter) -> str:
    """Return what people are told of a parameter, with the values it may have."""
    if not one.choices:
        return one.description
    some = ", ".join(as_text(choice.value) for choice in one.choices)
    return f"{one.description} (one of {some})".lstrip()
