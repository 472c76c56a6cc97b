"""The features that a template uses, told part by part."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from couler_jupyter.ir.artifact import (
    GCS,
    HDFS,
    OSS,
    S3,
    Azure,
    Dataset,
    DatasetCache,
    Git,
    Http,
    Inline,
    InputArtifact,
    LocalPath,
    Managed,
    SecretRef,
    Storage,
)
from couler_jupyter.ir.features import Feature
from couler_jupyter.ir.parameter import OutputParameter, ValueType
from couler_jupyter.ir.pod import (
    ANYWHERE,
    Claim,
    ConfigFiles,
    ConfigRef,
    EmptyDir,
    EnvSource,
    EnvVar,
    FieldRef,
    HostPath,
    NewClaim,
    Pod,
    RawVolume,
    SecretFiles,
    VolumeSource,
)
from couler_jupyter.ir.step import storage_values
from couler_jupyter.ir.template import (
    Boxed,
    Container,
    Foreign,
    Function,
    Job,
    Script,
    SubWorkflow,
    Suspend,
    Template,
)
from couler_jupyter.ir.validate_template import texts_of
from couler_jupyter.ir.value import (
    AttemptRef,
    DictOf,
    FirstOf,
    Format,
    GlobalRef,
    ListOf,
    ParameterRef,
    Raw,
    RunRef,
    StepRef,
    Text,
    TurnRef,
    Value,
)


def template_uses(template: Template) -> Iterator[Feature]:
    """Yield the features of a template; of a sub-workflow only that it is one."""
    match template:
        case Container():
            yield Feature.CONTAINER
        case Script():
            yield Feature.SCRIPT
        case Function(image=image, requirements=requirements):
            yield Feature.FUNCTION
            if image:
                yield Feature.FUNCTION_IMAGE
            if requirements:
                yield Feature.FUNCTION_REQUIREMENTS
        case Job():
            yield Feature.JOB
        case Suspend(seconds=seconds):
            yield Feature.SUSPEND_PERSON if seconds is None else Feature.SUSPEND_TIMED
        case Foreign():
            yield Feature.FOREIGN
        case SubWorkflow():
            yield Feature.SUBWORKFLOW
            return
        case _ as never:
            assert_never(never)
    for text in texts_of(template):
        yield from value_uses(text)
    yield from _port_uses(template)
    if isinstance(template, Boxed):
        yield from _boxed_uses(template)


def _port_uses(template: Boxed | Job | Suspend | Foreign) -> Iterator[Feature]:
    for one in template.inputs:
        if isinstance(one, InputArtifact):
            yield from input_artifact_uses(one)
        else:
            yield Feature.PARAMETER
            if one.type is ValueType.PYTHON:
                yield Feature.PYTHON_VALUE
    for output in template.outputs:
        if output.global_name:
            yield Feature.GLOBAL_OUTPUT
        if isinstance(output, OutputParameter):
            yield Feature.OUTPUT_PARAMETER
            if output.type is ValueType.PYTHON:
                yield Feature.PYTHON_VALUE
            if output.default is not None:
                yield Feature.OUTPUT_DEFAULT
            continue
        yield Feature.ARTIFACT
        yield from storage_uses(output.storage)
        asked: tuple[tuple[object, Feature], ...] = (
            (output.optional, Feature.ARTIFACT_OPTIONAL),
            (output.archive, Feature.ARTIFACT_ARCHIVE),
            (output.mode is not None, Feature.ARTIFACT_MODE),
            (output.delete_after, Feature.ARTIFACT_DELETE),
        )
        yield from (feature for there, feature in asked if there)


def input_artifact_uses(artifact: InputArtifact) -> Iterator[Feature]:
    """Yield the features of a file or folder that is taken in."""
    yield Feature.ARTIFACT
    if artifact.optional:
        yield Feature.ARTIFACT_OPTIONAL
    if artifact.mode is not None:
        yield Feature.ARTIFACT_MODE
    if artifact.default is not None:
        yield Feature.ARTIFACT_DEFAULT
        yield from storage_uses(artifact.default)
        for value in storage_values(artifact.default):
            yield from value_uses(value)


def _boxed_uses(template: Boxed) -> Iterator[Feature]:
    resources = template.resources
    asked: tuple[tuple[object, Feature], ...] = (
        (resources.gpu, Feature.GPU),
        (resources.ephemeral or resources.ephemeral_limit, Feature.EPHEMERAL),
        (resources.cpu or resources.cpu_limit, Feature.RESOURCES),
        (resources.memory or resources.memory_limit, Feature.RESOURCES),
        (template.env, Feature.ENV),
        (template.env_from, Feature.ENV_FROM),
        (template.working_dir, Feature.WORKING_DIR),
        (template.pull_policy, Feature.PULL_POLICY),
    )
    yield from (feature for there, feature in asked if there)
    yield from _env_uses(template.env)
    for source in template.env_from:
        is_secret = source.source is EnvSource.SECRET
        yield Feature.SECRET if is_secret else Feature.CONFIG_MAP
    yield from pod_uses(template.pod)


def pod_uses(pod: Pod) -> Iterator[Feature]:
    """Yield the features of where a step runs."""
    if pod is ANYWHERE:  # as nearly all say
        return
    asked: tuple[tuple[object, Feature], ...] = (
        (pod.service_account, Feature.SERVICE_ACCOUNT),
        (pod.image_pull_secrets, Feature.PULL_SECRET),
        (pod.node_selector, Feature.NODE_SELECTOR),
        (pod.tolerations, Feature.TOLERATION),
        (pod.affinity, Feature.AFFINITY),
        (pod.priority_class, Feature.PRIORITY_CLASS),
        (pod.scheduler, Feature.SCHEDULER),
        (pod.labels or pod.annotations, Feature.POD_LABELS),
        (pod.host_network, Feature.HOST_NETWORK),
        (pod.security, Feature.SECURITY),
        (pod.patch, Feature.POD_PATCH),
        (pod.init, Feature.INIT_CONTAINER),
        (pod.sidecars, Feature.SIDECAR),
    )
    yield from (feature for there, feature in asked if there)
    for beside in (*pod.init, *pod.sidecars):
        yield from _env_uses(beside.env)


def _env_uses(env: tuple[EnvVar, ...]) -> Iterator[Feature]:
    for variable in env:
        match variable.value:
            case SecretRef():
                yield Feature.SECRET
            case ConfigRef():
                yield Feature.CONFIG_MAP
            case FieldRef():
                yield Feature.ENV_FIELD
            case _:
                pass


def volume_use(source: VolumeSource) -> Feature:
    """Return the feature of a kind of volume."""
    match source:
        case EmptyDir():
            return Feature.VOLUME_EMPTY
        case HostPath():
            return Feature.VOLUME_HOST
        case Claim():
            return Feature.VOLUME_CLAIM
        case NewClaim():
            return Feature.VOLUME_NEW_CLAIM
        case SecretFiles():
            return Feature.VOLUME_SECRET
        case ConfigFiles():
            return Feature.VOLUME_CONFIG
        case RawVolume():
            return Feature.VOLUME_RAW
        case _ as never:
            assert_never(never)


def storage_uses(storage: Storage) -> Iterator[Feature]:
    """Yield the features of where an artifact is kept."""
    match storage:
        case Managed():
            return
        case LocalPath():
            yield Feature.STORAGE_LOCAL
        case S3():
            yield Feature.STORAGE_S3
        case GCS():
            yield Feature.STORAGE_GCS
        case OSS():
            yield Feature.STORAGE_OSS
        case Azure():
            yield Feature.STORAGE_AZURE
        case HDFS():
            yield Feature.STORAGE_HDFS
        case Git():
            yield Feature.STORAGE_GIT
        case Http():
            yield Feature.STORAGE_HTTP
        case Inline():
            yield Feature.STORAGE_INLINE
        case Dataset():
            yield from _dataset_uses(storage)
        case _ as never:
            assert_never(never)
    if any(isinstance(getattr(storage, n), SecretRef) for n in type(storage).__slots__):
        yield Feature.SECRET


def _dataset_uses(dataset: Dataset) -> Iterator[Feature]:
    yield from storage_uses(dataset.source)
    match dataset.cache:
        case DatasetCache.NONE:
            pass
        case DatasetCache.LOCAL:
            yield Feature.DATASET
        case DatasetCache.SHARED:
            yield Feature.DATASET_SHARED
        case _ as never:
            assert_never(never)
    if dataset.version:
        yield Feature.DATASET_VERSION


def value_uses(value: Text) -> Iterator[Feature]:
    """Yield the features of a value or text and all its parts."""
    match value:
        case str():
            return
        case Format():
            yield Feature.FORMAT
        case ListOf() | DictOf():
            yield Feature.NESTED_VALUE
        case FirstOf():
            yield Feature.FIRST_OF
        case _:
            pass
    for inner in _parts(value):
        yield from value_uses(inner)
    match value:
        case StepRef():
            yield Feature.STEP_FACT
        case RunRef():
            yield Feature.RUN_FACT
        case AttemptRef():
            yield Feature.ATTEMPT_FACT
        case GlobalRef():
            yield Feature.GLOBAL_OUTPUT
        case ParameterRef(of_run=True):
            yield Feature.RUN_PARAMETER
        case Raw():
            yield Feature.RAW
        case TurnRef():
            yield Feature.REPEAT
        case _:
            pass


def _parts(value: Value) -> tuple[Text, ...]:
    match value:
        case Format(parts=inner):
            return inner
        case ListOf(items=items):
            return items
        case FirstOf(options=options):
            return options
        case DictOf(items=pairs):
            return tuple(part for _, part in pairs)
        case _:
            return ()
