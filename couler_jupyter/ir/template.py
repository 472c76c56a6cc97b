"""What a step runs: a closed set of templates, compared by value."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

from couler_jupyter.ir.artifact import InputArtifact, OutputArtifact
from couler_jupyter.ir.condition import Operator
from couler_jupyter.ir.constant import Constant
from couler_jupyter.ir.parameter import InputParameter, OutputParameter
from couler_jupyter.ir.pod import ANYWHERE, EnvFrom, EnvVar, Mount, Pod, PullPolicy
from couler_jupyter.ir.resources import Resources
from couler_jupyter.ir.value import Text

if TYPE_CHECKING:
    from couler_jupyter.ir.workflow import Workflow

Input: TypeAlias = InputParameter | InputArtifact
Output: TypeAlias = OutputParameter | OutputArtifact


@dataclass(frozen=True, slots=True, kw_only=True)
class Boxed:
    """What all templates have that run a program in a place of its own.

    Attributes:
        inputs: what it takes.
        outputs: what it leaves behind.
        env: environment variables; `env_from`: whole sets of them.
        mounts: volumes of the workflow and where they are found.
        working_dir: folder the program starts in; empty for the place's own.
        resources: what it asks of the machine.
        pull_policy: when its image is fetched; None for the engine's own rule.
        pod: where it runs.
    """

    inputs: tuple[Input, ...] = ()
    outputs: tuple[Output, ...] = ()
    env: tuple[EnvVar, ...] = ()
    env_from: tuple[EnvFrom, ...] = ()
    mounts: tuple[Mount, ...] = ()
    working_dir: str = ""
    resources: Resources = Resources()
    pull_policy: PullPolicy | None = None
    pod: Pod = ANYWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class Container(Boxed):
    """Run a command in an image; no command runs what the image starts by itself."""

    image: str
    command: tuple[Text, ...] = ()
    args: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Script(Boxed):
    """Run source text with an interpreter; no image runs it on the machine itself."""

    source: Text
    interpreter: tuple[str, ...] = ("sh",)
    image: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Function(Boxed):
    """Call a Python function with the inputs as its arguments.

    Attributes:
        source: a whole module: imports, what the function uses, the function.
        entrypoint: the function's name in it.
        requirements: packages it needs, as pip writes them.
        image: an image that has Python and the packages; empty for the engine's own.
    """

    source: str
    entrypoint: str
    requirements: tuple[str, ...] = ()
    image: str = ""


class JobAction(StrEnum):
    """What is done with a Kubernetes manifest."""

    CREATE = "create"
    APPLY = "apply"
    REPLACE = "replace"
    PATCH = "patch"
    GET = "get"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class FieldTest:
    """Whether a field of the object, such as `status.succeeded`, compares so."""

    path: str
    operator: Operator
    value: Constant


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Hand Kubernetes a manifest and wait until it is done or has failed.

    Attributes:
        manifest: the object as YAML or JSON text, with references where needed.
        action: what is done with it.
        success: all of these make it done; none for done at once.
        failure: any of these makes it failed.
        own: whether the object goes when the run goes.
        patch_kind: how a patch is merged: strategic, merge or json.
        flags: further flags for kubectl.
    """

    manifest: Text
    action: JobAction = JobAction.CREATE
    success: tuple[FieldTest, ...] = ()
    failure: tuple[FieldTest, ...] = ()
    own: bool = False
    patch_kind: str = ""
    flags: tuple[Text, ...] = ()
    inputs: tuple[Input, ...] = ()
    outputs: tuple[Output, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspend:
    """Wait: for `seconds`, or with none until a person resumes it.

    Outputs are what the person types in.
    """

    seconds: Text | None = None
    message: str = ""
    inputs: tuple[Input, ...] = ()
    outputs: tuple[Output, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreign:
    """A template that only one engine has a word for, kept as that engine writes it.

    Attributes:
        engine: whose word it is; other engines refuse it.
        kind: what that engine calls it, for people, as `http`.
        body: an object, the engine's own; what its texts mean, and where the outputs
            come from, only that engine knows.
        inputs: what it takes.
        outputs: what it leaves behind.
    """

    engine: str
    kind: str
    body: Constant
    inputs: tuple[Input, ...] = ()
    outputs: tuple[Output, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SubWorkflow:
    """Run a whole workflow as one step; its parameters are the inputs."""

    workflow: Workflow


Template: TypeAlias = (
    Container | Script | Function | Job | Suspend | Foreign | SubWorkflow
)


def inputs_of(template: Template) -> tuple[Input, ...]:
    """Return what a template takes."""
    if isinstance(template, SubWorkflow):
        return (*template.workflow.parameters, *template.workflow.artifacts)
    return template.inputs


def output_names(template: Template) -> tuple[str, ...]:
    """Return the names of what a template leaves behind."""
    if isinstance(template, SubWorkflow):
        return tuple(output.name for output in template.workflow.outputs)
    return tuple(output.name for output in template.outputs)
