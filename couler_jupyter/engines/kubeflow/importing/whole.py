"""A PipelineSpec as a workflow: its root DAG, and the DAGs inside as sub-workflows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from couler_jupyter.engines.as_read import whole, with_documents
from couler_jupyter.engines.kube.reading.fields import (
    NoWord,
    Object,
    list_at,
    object_at,
    only,
    text_at,
    whole_at,
)
from couler_jupyter.engines.kubeflow.importing.ports import (
    artifacts_of,
    parameters_of,
)
from couler_jupyter.engines.kubeflow.importing.spec import Spec
from couler_jupyter.engines.kubeflow.importing.tasks import (
    COMPLETED,
    ENGINE,
    Part,
    TaskReader,
)
from couler_jupyter.errors import InvalidWorkflow
from couler_jupyter.ir import (
    Constant,
    ExitHandler,
    Extra,
    FirstOf,
    InputParameter,
    Json,
    OutputRef,
    TimeToLive,
    Value,
    Workflow,
    WorkflowOutput,
    name_fault,
)

_SPEC = frozenset(
    {"pipelineInfo", "schemaVersion", "sdkVersion", "root", "components"}
    | {"deploymentSpec", "defaultPipelineRoot"}
)
_ROOT = frozenset({"dag", "inputDefinitions", "outputDefinitions"})
_TTL = {
    "resourceTtlOnCompletion": "after_end",
    "resourceTtlOnSuccess": "after_success",
    "resourceTtlOnFailure": "after_failure",
}
_DEEPEST = 100


def workflow_of(spec: Spec, documents: tuple[dict[str, Json], ...]) -> Workflow:
    """Return the workflow that was written; compiled, it is that again."""
    name = name_of(spec.body)
    try:
        made = _Reading(spec).root(name)
    except (NoWord, InvalidWorkflow, ValueError, RecursionError):
        return whole(name, ENGINE, documents)
    return with_documents(made, ENGINE, documents)


def name_of(body: Object) -> str:
    """Return how a pipeline is called."""
    info: Json = body.get("pipelineInfo")
    name = info.get("name") if isinstance(info, dict) else None
    return name if isinstance(name, str) and name_fault(name) is None else "pipeline"


@dataclass(slots=True)
class _Reading:
    spec: Spec
    made: dict[str, Workflow] = field(default_factory=dict[str, Workflow])
    open: list[str] = field(default_factory=list[str])
    parts: dict[str, dict[str, Part]] = field(
        default_factory=dict[str, dict[str, Part]]
    )

    def root(self, name: str) -> Workflow:
        body = self.spec.body
        only(body, _SPEC)
        info = object_at(body, "pipelineInfo")
        only(info, frozenset({"name", "displayName", "description"}))
        only(self.spec.kubernetes, frozenset({"deploymentSpec", "pipelineConfig"}))
        config = object_at(self.spec.kubernetes, "pipelineConfig")
        only(object_at(body, "root"), _ROOT)
        timeout = whole_at(config, "activeDeadlineSeconds")
        return replace(
            self._dag(name, object_at(body, "root")),
            description=text_at(info, "description"),
            timeout=None if timeout is None else float(timeout),
            ttl=_ttl(config),
            extras=tuple(_extras(body, info, config)),
        )

    def inner(self, component: str) -> Workflow:
        """Return the workflow that the DAG of a component is."""
        if component in self.open or len(self.open) > _DEEPEST:
            raise NoWord(f"component {component!r} runs itself")
        if component not in self.made:
            self.open.append(component)
            name = component.removeprefix("comp-")
            parts = self.parts.setdefault(component, {})
            found = self._dag(name, self.spec.component(component), parts)
            self.open.pop()
            self.made[component] = found
        return self.made[component]

    def _dag(
        self, name: str, component: Object, parts: dict[str, Part] | None = None
    ) -> Workflow:
        dag = object_at(component, "dag")
        only(dag, frozenset({"tasks", "outputs"}))
        nodes = {key: object_at(object_at(dag, "tasks"), key) for key in dag["tasks"]}
        reader = TaskReader(
            self.spec, self.inner, lambda one: self.parts.get(one, {}), parts
        )
        last = _at_end(nodes)
        definitions = object_at(component, "inputDefinitions")
        steps = [reader.step(k, one) for k, one in nodes.items() if k not in last]
        handlers = [reader.step(key, nodes[key]) for key in last]
        return Workflow(
            name=name,
            steps=tuple(steps),
            exit_handlers=tuple(
                ExitHandler(step=replace(one, after=())) for one in handlers
            ),
            parameters=(
                *parameters_of(definitions),
                *(InputParameter(name=one) for one in parts or ()),
            ),
            artifacts=tuple(artifacts_of(definitions)),
            outputs=tuple(_outputs(dag, object_at(component, "outputDefinitions"))),
        )


def _at_end(nodes: dict[str, Object]) -> list[str]:
    """Return the tasks that run when all others have ended, whatever happened."""
    completed = [
        name
        for name, node in nodes.items()
        if object_at(node, "triggerPolicy").get("strategy") == COMPLETED
    ]
    others = nodes.keys() - set(completed)
    awaited = {
        one for node in nodes.values() for one in list_at(node, "dependentTasks")
    }
    if others and all(
        set(list_at(nodes[name], "dependentTasks")) == others and name not in awaited
        for name in completed
    ):
        return completed
    return []


def _outputs(dag: Object, definitions: Object) -> Iterator[WorkflowOutput]:
    found = object_at(dag, "outputs")
    only(found, frozenset({"parameters", "artifacts"}))
    told = object_at(definitions, "parameters")
    parameters = object_at(found, "parameters")
    for name in parameters:
        about = text_at(object_at(told, name), "description")
        value = _parameter(object_at(parameters, name))
        yield WorkflowOutput(name=name, value=value, description=about)
    artifacts = object_at(found, "artifacts")
    told = object_at(definitions, "artifacts")
    for name in artifacts:
        each = list_at(object_at(artifacts, name), "artifactSelectors")
        refs = [_ref(one, "outputArtifactKey") for one in each]
        if len(refs) != 1:
            raise NoWord(f"output {name!r} is put together from others")
        about = text_at(object_at(told, name), "description")
        yield WorkflowOutput(name=name, value=refs[0], description=about)


def _parameter(source: Object) -> Value:
    only(source, frozenset({"valueFromParameter", "valueFromOneof"}))
    if "valueFromOneof" in source:
        each = list_at(object_at(source, "valueFromOneof"), "parameterSelectors")
        return FirstOf(tuple(_ref(one, "outputParameterKey") for one in each))
    return _ref(object_at(source, "valueFromParameter"), "outputParameterKey")


def _ref(node: Json, key: str) -> OutputRef:
    if not isinstance(node, dict):
        raise NoWord("an output is selected by no object")
    only(node, frozenset({"producerSubtask", key}))
    return OutputRef(text_at(node, "producerSubtask"), text_at(node, key))


def _ttl(config: Object) -> TimeToLive | None:
    found = {name: whole_at(config, word) for word, name in _TTL.items()}
    return (
        TimeToLive(**found) if any(one is not None for one in found.values()) else None
    )


def _extras(body: Object, info: Object, config: Object) -> Iterator[Extra]:
    """Yield what is said of the whole that has no word."""
    told = text_at(info, "displayName")
    if told and told != info.get("name"):
        yield _extra("spec.pipelineInfo.displayName", told, ignorable=True)
    if "defaultPipelineRoot" in body:
        yield _extra("spec.defaultPipelineRoot", body["defaultPipelineRoot"])
    known = {"activeDeadlineSeconds", *_TTL}
    for key, value in config.items():
        if key not in known:
            yield _extra(f"platform.pipelineConfig.{key}", value)


def _extra(path: str, value: Json, *, ignorable: bool = False) -> Extra:
    return Extra(
        engine=ENGINE, path=path, value=Constant.of(value), ignorable=ignorable
    )
