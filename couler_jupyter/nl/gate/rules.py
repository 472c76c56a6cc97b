"""All rules of the gate and of the policy, as data: ids stay the same for ever."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Where(StrEnum):
    """What a rule looks at."""

    TEXT = "text"
    BUILDING = "building"
    BODY = "step body"
    WORKFLOW = "workflow"


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that is looked for.

    Attributes:
        id: its name for ever.
        where: what it looks at.
        blocks: whether no proposal is made with it; otherwise it is shown as a risk.
        about: what it is about, in half a line.
    """

    id: str
    where: Where
    blocks: bool
    about: str


def _rules(
    where: Where, front: str, *, blocks: bool, about: Mapping[str, str]
) -> tuple[Rule, ...]:
    return tuple(
        Rule(f"{front}-{name}", where, blocks, what) for name, what in about.items()
    )


_TEXT = _rules(
    Where.TEXT,
    "gate",
    blocks=True,
    about={
        "size": "more text, lines, nesting or parts than a notebook cell needs",
        "invisible": "characters that cannot be seen or turn the order of the text",
        "identifier": "names in letters that look like others: names are plain ASCII",
        "magic": "a line that IPython takes for a magic, a shell escape or a prompt",
        "encoding": "a comment that has the file read in another encoding",
        "secret-value": "a text that has the form of a key or a token",
    },
)
_BUILDING = _rules(
    Where.BUILDING,
    "gate",
    blocks=True,
    about={
        "import": "an import of what is not needed to write a workflow",
        "module": "a module used as a value, or a part of it that is not listed",
        "couler-name": "a name that the interface does not have, or keeps for itself",
        "name": "a name that nothing in the cell defines",
        "builtin": "a built-in function that reaches out, such as open or eval",
        "attribute": "an attribute with an underscore, of a frame, or one that writes",
        "format": "a text template that looks into its values",
        "shadow": "a definition that takes the name of a built-in or of the notebook",
        "store": "an attribute that is set or deleted",
        "decorator": "a decorator that is not couler's",
        "default": "a default that calls something",
        "annotation": "an annotation that is more than the name of a type",
        "class": "a class that is not a plain NamedTuple or TypedDict",
        "statement": "a statement that writing a workflow has no use for",
        "loop": "a loop or a number that is too big to write a workflow with",
    },
)
_BODY_FAULTS = _rules(
    Where.BODY,
    "gate-body",
    blocks=True,
    about={
        "exec": "code made from text: eval, exec, compile, __import__, IPython",
        "dunder": "a way to Python's insides, such as __globals__ or __subclasses__",
        "native": "a module that gets around Python: ctypes, pty, marshal, gc and such",
        "environment": "the whole environment read, where all secrets are",
        "sensitive": "a place that holds secrets or starts programs: ~/.ssh, docker.sock",
        "delete": "a whole disk, home or system folder deleted",
        "command": "a command no honest step needs; see the policy on commands",
        "lookalike": "a package whose name is a slip away from a well-known one",
        "spying": "a module that reads keys, screens or networks",
    },
)
_BODY_RISKS = _rules(
    Where.BODY,
    "gate-body",
    blocks=False,
    about={
        "network": "reaches the network",
        "process": "starts programs",
        "install": "installs packages while it runs",
        "removes": "deletes files or folders",
        "system-path": "names a folder of the system",
        "secret-shown": "prints a variable of its environment",
        "secret-sent": "reads variables of its environment and reaches the network",
        "unknown-package": "imports a package that is not among those known here",
        "encoded": "carries or decodes what cannot be read",
        "pickle": "unpickles: what it loads can run code",
        "by-name": "reaches attributes by names that are made up as it runs",
        "endless": "a loop without an end",
        "password": "a constant that is called like a password",
    },
)
_WORKFLOW_FAULTS = _rules(
    Where.WORKFLOW,
    "policy",
    blocks=True,
    about={
        "pipe-to-shell": "what the network sends is run",
        "encoded-command": "a decoded text is run",
        "reverse-shell": "a shell is opened to another machine",
        "miner": "coins are mined",
        "destroys": "a whole disk, home or system folder is deleted, or a fork bomb",
        "exfiltrates": "the environment or a place of secrets is sent away",
        "sensitive-file": "a place that holds secrets or starts programs",
        "escape": "ways out of a container: nsenter, insmod, mount, docker.sock",
        "host-root": "a folder of the machine that is the system's",
        "privileged": "a pod with the machine's own rights",
        "cluster-rights": "an object that gives rights on the cluster or runs on all of it",
        "image-lookalike": "an image whose name is a slip away from a well-known one",
        "package-lookalike": "a package whose name is a slip away from a well-known one",
        "secret-value": "a text that has the form of a key or a token",
        "active-markup": "markup that would run in a page, in a text for people",
        "invisible": "characters that cannot be seen, in a text for people",
        "bomb": "more than 100,000 steps at once, or a map of that many",
        "python-blocked": "Python in a script or command that the gate blocks in a body",
    },
)
_WORKFLOW_RISKS = _rules(
    Where.WORKFLOW,
    "policy",
    blocks=False,
    about={
        "network": "a command reaches the network",
        "uploads": "a command sends files",
        "secret-shown": "a command prints its environment or a secret",
        "secret-in-command": "a secret stands in a command line, where others see it",
        "installs": "packages are installed while it runs",
        "encoded": "something is decoded, or cannot be read",
        "deletes": "a command deletes folders",
        "control": "a command gives orders to Docker or a cluster",
        "host-path": "a folder of the machine is mounted",
        "host-network": "a pod on the machine's own network",
        "root": "runs as root, and says so",
        "account": "runs with the rights of a service account",
        "placement": "asks to run on the cluster's own machines or before all others",
        "image-unpinned": "an image without a tag, or `latest`: it may change",
        "image-source": "an image of a registry or publisher that is not known here",
        "foreign": "words of one engine that are not checked further",
        "job": "a Kubernetes object is made, changed or deleted",
        "password": "a plain value where a password is expected",
        "package-source": "a package from an address rather than by name",
        "big": "more steps, machines or time than usual",
        "often": "runs by itself every few minutes",
        "endless": "a command that does not end by itself",
        "markup": "markup in a text for people",
        "plain-http": "data over a connection that is not encrypted",
        "python": "Python in a script or command that does what a person should see",
    },
)

RULES: Mapping[str, Rule] = {
    rule.id: rule
    for rule in (
        *_TEXT,
        *_BUILDING,
        *_BODY_FAULTS,
        *_BODY_RISKS,
        *_WORKFLOW_FAULTS,
        *_WORKFLOW_RISKS,
    )
}
"""Every rule by its id, in the order of the documentation."""
