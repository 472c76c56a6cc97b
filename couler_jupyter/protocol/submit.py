"""What a form for submitting a workflow shows and is told. All that a person types is text."""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict

from couler_jupyter.protocol.message import Request

FieldKind = Literal["text", "integer", "number", "boolean", "choice", "json", "file"]
SubmitState = Literal[
    "editing", "checking", "ready", "submitting", "following", "ended"
]
"""EDITING: something has to be put right first. READY: Submit would do what is shown."""


class FieldView(TypedDict):
    """One thing to fill in.

    Attributes:
        name: what it is called.
        kind: what may be typed.
        required: whether it has to be given.
        default: what it is if nothing is given, as text.
        choices: the only values there may be, as texts.
        suggested: some that there may be.
        help: for people.
        main: whether it is among those that most people ask for.
    """

    name: str
    kind: FieldKind
    required: bool
    default: str
    choices: list[str]
    suggested: list[str]
    help: str
    main: bool


class TargetView(TypedDict):
    """A place to run at: its name, its engine, and what is set for it in a few words."""

    name: str
    engine: str
    told: str


class FormView(TypedDict):
    """What was filled in; what is not there, or empty, is left at its default.

    Attributes:
        target: where it runs.
        options: of the engine, by name.
        arguments: of the workflow, by name.
        reuse: whether what earlier runs made may stand for steps.
        refresh: names of steps that run in any case.
        steps: names of the steps that are asked for; empty for all.
        passes: what it goes through before; empty for the usual.
        part: steps that a part may have at the most; empty for what is usual.
    """

    target: str
    options: dict[str, str]
    arguments: dict[str, str]
    reuse: bool
    refresh: str
    steps: str
    passes: str
    part: str


class SubmitView(TypedDict):
    """Where a submission stands.

    Attributes:
        workflow: what it is about; `engine`: of the chosen target.
        state: where it stands.
        submission: id of what Submit would start; each can be used once.
        edit: id of the last change that was heard of; `checked`: of the last one that
            plan and manifest are of.
        form: as it was last heard of.
        fields: of the workflow; `options`: of the engine; `targets`: there are.
        faults: what is wrong with single fields: `argument:factor`, `option:slots`,
            `target`, `passes`, `part`, `steps`, `refresh`.
        errors: what else is wrong, one line each.
        rehearsal: what a dry run found good; `rehearsing`: whether one goes on.
        run: id of the run that came of it; `page`: where its engine shows it.
        phase: where that run stands; `rerun`: whether it can be run again from a step.
        steps: paths of its steps, once it has ended.
    """

    type: Literal["submit"]
    version: int
    workflow: str
    engine: str
    state: SubmitState
    submission: str
    edit: str
    checked: str
    form: FormView
    fields: list[FieldView]
    options: list[FieldView]
    targets: list[TargetView]
    faults: dict[str, str]
    errors: list[str]
    rehearsal: list[str]
    rehearsing: bool
    run: str
    page: str
    phase: str
    rerun: bool
    steps: list[str]


class DiffLineView(TypedDict):
    """A line of a diff: `+` is new, `-` is gone, a space stays, `@` says where."""

    sign: Literal["+", "-", " ", "@"]
    text: str


class ManifestView(TypedDict):
    """What the engine would be handed.

    Attributes:
        text: its beginning; `more`: lines that are left out.
        against: the run that it is compared with; empty if there is none.
        diff: what differs from what that run was; empty where nothing does.
        added, removed: lines, counted in full.
        note: what there is to say of the comparison.
    """

    type: Literal["manifest"]
    version: int
    text: str
    more: int
    against: str
    diff: list[DiffLineView]
    added: int
    removed: int
    note: str


class SubmitRequest(Request):
    """What a form asks of the kernel, by the `type` of the request.

    `change` has the whole `form` and an id of its own as `edit`; `submit` the
    `submission`; `retry_from` a `step`; `rehearse`, `anew`, `cancel` and `retry` nothing.
    """

    form: NotRequired[FormView]
    edit: NotRequired[str]
    submission: NotRequired[str]
