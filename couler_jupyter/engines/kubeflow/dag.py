"""One DAG in the making: its tasks, and what crosses its border.

In a PipelineSpec a value crosses the border of a DAG only as an input of it. So a value
that a DAG does not have itself is asked for where the DAG stands, and so on outwards.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from couler_jupyter.engines.kubeflow.book import Book, Object
from couler_jupyter.engines.kubeflow.names import CHANNEL, Taken
from couler_jupyter.ir import Leaf

ARTIFACT: Object = {
    "artifactType": {"schemaTitle": "system.Artifact", "schemaVersion": "0.0.1"}
}
"""How the files and folders of steps are declared."""
ENDED = ("ended", "kube-ended")
"""Kinds of values that tell how other tasks ended, in our words and Kubernetes'."""


@dataclass(frozen=True, slots=True)
class Known:
    """A value as tasks in one DAG are given it.

    Attributes:
        given: as an input of a task.
        kind: what its text is read as; `artifact` for a file, one of `ENDED` for how others did.
        each: whether it is the list of what the items of a map gave.
    """

    given: Object
    kind: str = "json"
    each: bool = False

    @property
    def definition(self) -> Object:
        """The input or output that takes it."""
        if self.kind == "artifact":
            return dict(ARTIFACT)
        if self.kind in ENDED:
            return {"parameterType": "TASK_FINAL_STATUS"}
        return {"parameterType": "LIST" if self.each else "STRING"}


@dataclass(slots=True, kw_only=True, eq=False)
class Dag:
    """A DAG that is being built.

    Attributes:
        book: of the pipeline.
        parent: the DAG it stands in; None for the outermost.
        known: what it has itself, or has asked for.
        loops: maps it stands in.
        tasks: what it is made of, by name; `placed` has the names by step.
        inputs: what it takes: definitions of parameters and of artifacts, by name.
        given: what it is given, in terms of its parent.
        outputs: what it leaves: definition and where from, of each kind.
        inside: DAGs that its tasks run, by task.
        body: task that goes on with the step this DAG is of, or with all steps.
        again: task that holds the next turn; `last`: that holds the exit handlers.
    """

    book: Book
    parent: Dag | None = None
    known: dict[Leaf, Known] = field(default_factory=dict["Leaf", "Known"])
    loops: int = 0
    tasks: dict[str, Object] = field(default_factory=dict[str, Object])
    inputs: dict[str, dict[str, Object]] = field(
        default_factory=lambda: {"parameters": {}, "artifacts": {}}
    )
    given: dict[str, dict[str, Object]] = field(
        default_factory=lambda: {"parameters": {}, "artifacts": {}}
    )
    outputs: dict[str, dict[str, tuple[Object, Object]]] = field(
        default_factory=lambda: {"parameters": {}, "artifacts": {}}
    )
    placed: dict[str, str] = field(default_factory=dict[str, str])
    inside: dict[str, Dag] = field(default_factory=dict["str", "Dag"])
    body: str = ""
    again: str = ""
    last: str = ""
    names: Taken = field(default_factory=Taken)
    channels: Taken = field(default_factory=Taken)

    def find(self, leaf: Leaf) -> Known:
        """Return a value, asked for where this DAG stands if it is not had here."""
        if leaf in self.known:
            return self.known[leaf]
        assert self.parent is not None, leaf
        outer = self.parent.find(leaf)
        if "runtimeValue" in outer.given:
            return outer
        own = self.take(outer)
        self.known[leaf] = own
        return own

    def take(self, outer: Known, wanted: str = "") -> Known:
        """Return a value of the parent as this DAG has it, through a new input.

        Args:
            outer: the value.
            wanted: name of the input, if that is free; else it tells where it is from.
        """
        name = self.channels.take(wanted or _name_of(outer))
        kind = "artifacts" if outer.kind == "artifact" else "parameters"
        self.inputs[kind][name] = outer.definition
        self.given[kind][name] = outer.given
        return Known(own_input(kind, name), outer.kind, outer.each)

    def add(
        self,
        wanted: str,
        component: str,
        *,
        given: Mapping[str, Mapping[str, Object]],
        after: Iterable[str] = (),
        inner: Dag | None = None,
        **more: object,
    ) -> str:
        """Add a task and return its name.

        Args:
            wanted: its name, if that is free.
            component: what it runs.
            given: its inputs, of each kind.
            after: tasks that it waits for beside those it gets something from.
            inner: the DAG that it runs, if it runs one.
            more: further fields; those that are empty are left out.
        """
        name = self.names.take(wanted)
        waits = sorted({*_producers(given), *after})
        inputs = {kind: dict(of_kind) for kind, of_kind in given.items() if of_kind}
        fields: Object = {
            "taskInfo": {"name": name},
            "componentRef": {"name": component},
            "dependentTasks": waits,
            "inputs": inputs,
            **more,
        }
        self.tasks[name] = {key: value for key, value in fields.items() if value}
        if inner is not None:
            self.inside[name] = inner
        return name

    def leave(self, name: str, made: Known, description: str = "") -> None:
        """Make an output of a task one of this DAG."""
        definition = made.definition
        if description:
            definition["description"] = description
        selector = _selector(made)
        if made.kind == "artifact":
            self.outputs["artifacts"][name] = (
                definition,
                {"artifactSelectors": [selector]},
            )
        else:
            found = {"valueFromParameter": selector}
            self.outputs["parameters"][name] = definition, found

    def leave_first(self, name: str, each: Sequence[Known]) -> None:
        """Make an output of that one of several tasks which runs one of this DAG."""
        selectors = {"parameterSelectors": [_selector(one) for one in each]}
        found = {"valueFromOneof": selectors}
        self.outputs["parameters"][name] = each[0].definition, found

    def spec(self) -> Object:
        """Return the component that this DAG is."""
        selected = _filled(
            {
                kind: {name: one[1] for name, one in of_kind.items()}
                for kind, of_kind in self.outputs.items()
            }
        )
        dag: Object = {"tasks": self.tasks}
        if selected:
            dag["outputs"] = selected
        left = {
            kind: {name: one[0] for name, one in of_kind.items()}
            for kind, of_kind in self.outputs.items()
        }
        return {"dag": dag, **ports_of(self.inputs, left)}


def ports_of(inputs: Mapping[str, Object], outputs: Mapping[str, Object]) -> Object:
    """Return the definitions of a component's inputs and outputs."""
    fields = {
        "inputDefinitions": _filled(inputs),
        "outputDefinitions": _filled(outputs),
    }
    return {key: value for key, value in fields.items() if value}


def own_input(kind: str, name: str) -> Object:
    """Return an input of a DAG as its tasks are given it."""
    word = (
        "componentInputArtifact" if kind == "artifacts" else "componentInputParameter"
    )
    return {word: name}


def constant(text: str) -> Object:
    """Return a text as a task is given it."""
    return {"runtimeValue": {"constant": text}}


def output_of(task: str, key: str, kind: str = "json", *, each: bool = False) -> Known:
    """Return an output of a task as another one is given it."""
    word = "Artifact" if kind == "artifact" else "Parameter"
    found = {"producerTask": task, f"output{word}Key": key}
    return Known({f"taskOutput{word}": found}, kind, each)


def _selector(made: Known) -> Object:
    ((_, of_task),) = made.given.items()
    return {
        "producerSubtask" if key == "producerTask" else key: value
        for key, value in of_task.items()
    }


def _name_of(outer: Known) -> str:
    """Return what an input is called that a value comes in by.

    Kubeflow's local runner reads the task and its output from such a name.
    """
    ((word, source),) = outer.given.items()
    if word.startswith("componentInput"):
        return str(source) if source.startswith(CHANNEL) else f"{CHANNEL}{source}"
    key = source.get("outputParameterKey") or source.get("outputArtifactKey") or "end"
    return f"{CHANNEL}{source['producerTask']}-{key}"


def _producers(given: Mapping[str, Mapping[str, Object]]) -> Iterable[str]:
    for of_kind in given.values():
        for one in of_kind.values():
            for source in one.values():
                if isinstance(source, dict) and "producerTask" in source:
                    yield str(source["producerTask"])


def _filled(found: Mapping[str, Object]) -> Object:
    return {kind: dict(of_kind) for kind, of_kind in found.items() if of_kind}
