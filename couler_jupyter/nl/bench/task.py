"""One task of the benchmark: a wish in three wordings, and what has to come of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from couler_jupyter.ir import Json
from couler_jupyter.nl.bench.shape import Shape


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What matters of one step beside its place.

    Attributes:
        kind: `program` (container, script or function), `job` or `wait`.
        image: it runs in.
        words: texts that stand in its command, or in its source, word for word.
        given: values it is given, in whichever way.
        hints: one of these is in its name, its source or what it is given; tells apart
            steps that the graph does not.
        takes: what it is given at run time: `$name` a parameter or file of the
            workflow, `#turn` the turn, `%status` a fact about the run.
        files: labels of the steps whose files, rather than values, it takes.
        secret: `name` and `key` of the secret behind the variable `env`.
        no_secrets: whether it must not have any; `one_secret`: none but that one.
        mount: the `path`, and what is there: `claim`, `new` (its size), `secret`,
            `config`; steps with the same `shared` have the same volume.
        cpu, memory, gpu: what it asks for.
        reads: storage of a file it is given: its `kind` and fields.
        keeps: storage of a file it leaves.
        manifest: of a job: what stands at dotted paths.
        success: of a job: the field that tells when it is done.
        node: labels of the nodes it may run on.
        beside: image of a container beside it.
    """

    kind: str = "program"
    image: str = ""
    words: tuple[str, ...] = ()
    given: tuple[Json, ...] = ()
    hints: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    secret: Mapping[str, str] = field(default_factory=dict)
    no_secrets: bool = False
    one_secret: bool = False
    mount: Mapping[str, str] = field(default_factory=dict)
    cpu: float | None = None
    memory: str = ""
    gpu: int | None = None
    reads: Mapping[str, str] = field(default_factory=dict)
    keeps: Mapping[str, str] = field(default_factory=dict)
    manifest: Mapping[str, Json] = field(default_factory=dict)
    success: str = ""
    node: Mapping[str, str] = field(default_factory=dict)
    beside: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Each:
    """Steps that run once for each of several items.

    Attributes:
        steps: their labels.
        items: the items that the wish names, or lists of what belongs together.
        over: otherwise, the label of the step or the `$parameter` that gives them.
    """

    steps: tuple[str, ...]
    items: tuple[Json, ...] = ()
    over: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class While:
    """Steps that are repeated together.

    Attributes:
        steps: their labels.
        limit: turns at the most.
        pause: seconds between turns, if the wish says so.
    """

    steps: tuple[str, ...]
    limit: int
    pause: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One run with stand-ins for all steps, and how it has to end.

    Attributes:
        given: arguments of the run (`with` in the file).
        gives: what steps leave, by label; of others, nobody asks.
        turns: what a repeated step leaves in each turn.
        fails: how many tries of a step fail; `breaks`: how many end in an error.
        off: labels that do not run; all others do, and succeed.
        bad: labels that end badly.
        counts: how often a step runs, where that is not once for each item.
        at_once: the most runs of a step at the same time.
        run: how the whole run ends.
    """

    given: Mapping[str, Json] = field(default_factory=dict)
    gives: Mapping[str, Json] = field(default_factory=dict)
    turns: Mapping[str, tuple[Json, ...]] = field(default_factory=dict)
    fails: Mapping[str, int] = field(default_factory=dict)
    breaks: Mapping[str, int] = field(default_factory=dict)
    off: tuple[str, ...] = ()
    bad: tuple[str, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    at_once: Mapping[str, int] = field(default_factory=dict)
    run: str = "succeeded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """What matters of the workflow as a whole.

    Attributes:
        parameters: by name, each with its `default` if the wish says one.
        artifacts: names of the files it takes.
        schedule: `crons`, `timezone` and `overlap`; empty for none.
        timeout: seconds.
        extra: a word of one `engine`: its `path` and `value`.
    """

    parameters: Mapping[str, Mapping[str, Json]] = field(default_factory=dict)
    artifacts: tuple[str, ...] = ()
    schedule: Mapping[str, Json] = field(default_factory=dict)
    timeout: float | None = None
    extra: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A wish and what has to come of it.

    Attributes:
        name: unique.
        kind: its class, as `chain`.
        difficulty: `easy`, `medium` or `hard`.
        wishes: the wish, worded tersely, chattily and precisely.
        held_out: whether it is of the third that nobody tunes by.
        asks: whether the right answer is a question back; nothing else counts then.
        solution: a program that is right.
        shape: the graph, up to names.
        maps, whiles: which steps run more than once.
        exits: labels of the steps that are exit handlers, or parts of them.
        steps: what matters of steps, by label.
        whole: what matters of the workflow.
        engines: names of those that have to be able to run it.
        runs: runs with stand-ins.
    """

    name: str
    kind: str
    difficulty: str
    wishes: tuple[str, ...]
    held_out: bool = False
    asks: bool = False
    solution: str = ""
    shape: Shape = field(default_factory=Shape)
    maps: tuple[Each, ...] = ()
    whiles: tuple[While, ...] = ()
    exits: tuple[str, ...] = ()
    steps: Mapping[str, Facts] = field(default_factory=dict)
    whole: Whole = field(default_factory=Whole)
    engines: tuple[str, ...] = ()
    runs: tuple[Scenario, ...] = ()

    @property
    def engine(self) -> str:
        """The engine that a proposal is checked for."""
        return self.engines[0] if self.engines else "local"

    def facts(self, label: str) -> Facts:
        """Return what matters of a step."""
        return self.steps.get(label, _NOTHING)


_NOTHING = Facts()
