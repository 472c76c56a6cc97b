"""What a template's own references are in the task that is made of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from couler_jupyter.engines.tekton.drafts import Draft
from couler_jupyter.engines.tekton.names import OWN
from couler_jupyter.engines.tekton.places import given_place, left_place
from couler_jupyter.engines.tekton.texts import Unsayable, text_of
from couler_jupyter.ir import (
    Boxed,
    InputArtifact,
    InputRef,
    Leaf,
    ParameterRef,
    PathRef,
    RunRef,
    Suspend,
    Text,
    Value,
)


@dataclass(slots=True)
class Inside:
    """Writes the texts of one template.

    Attributes:
        template: whose texts they are.
        draft: the task that is made of it.
        ports: what its inputs are called there.
        inlined: texts that stand for inputs which are no parameters of the task.
        outer: what a reference is in the pipeline.
    """

    template: Boxed | Suspend
    draft: Draft
    ports: Mapping[str, str]
    inlined: Mapping[str, str]
    outer: Callable[[Leaf], str]
    _taken: dict[Leaf, str] = field(default_factory=dict["Leaf", str])

    def write(self, text: Text) -> str:
        """Return a text as it stands in the task."""
        return text_of(text, self.look_up, _too_much)

    def look_up(self, leaf: Leaf) -> str:
        """Return what a reference is in the task."""
        match leaf:
            case InputRef(name=name):
                return self.inlined.get(name) or f"$(params.{self.ports[name]})"
            case PathRef(name=name, output=output):
                return self._path(name, output)
            case RunRef() | ParameterRef():
                if leaf not in self._taken:
                    name = f"{OWN}{len(self._taken) + 1}"
                    self._taken[leaf] = self.draft.take(name, self.outer(leaf))
                return self._taken[leaf]
            case _:
                raise Unsayable("its template holds what only other engines know")

    def _path(self, name: str, is_output: bool) -> str:
        assert isinstance(self.template, Boxed)
        folder = self.template.working_dir
        if is_output:
            found = next(one for one in self.template.outputs if one.name == name)
            return left_place(found, folder).seen
        port = next(one for one in self.template.inputs if one.name == name)
        assert isinstance(port, InputArtifact)
        return given_place(port, folder).seen


def _too_much(_: Value) -> str:
    raise Unsayable(
        "a text of its template is a list or an object of what only the run knows; "
        "give it to an input instead"
    )
