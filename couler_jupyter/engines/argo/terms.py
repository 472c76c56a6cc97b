"""What one reference is in Argo: a variable, an expression, or a text that is known."""

from __future__ import annotations

from dataclasses import dataclass

from couler_jupyter.ir import ValueType

_WORDS = frozenset(
    {
        *("tasks", "steps", "inputs", "outputs", "parameters", "artifacts"),
        *("workflow", "lastRetry", "item", "result", "status", "exitCode", "ip"),
        *("startedAt", "finishedAt", "id", "uid", "name", "path", "value"),
    }
)
"""What Argo itself calls things; all else is quoted."""
BRACES = "{{='{{'}}"
"""A tag that stands for two opening braces."""
BRACE = "{{='{'}}"
"""A tag that stands for one of them, where another follows."""
_ESCAPES = str.maketrans(
    {
        "\\": "\\\\",
        "'": "\\'",
        "\n": "\\n",
        "\r": "\\r",
        "\t": "\\t",
        "\0": "\\x00",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """What a reference stands for where it is written.

    Attributes:
        path: of a variable, as `("tasks", "fit", "outputs", "result")`.
        expression: that gives the text, in expr-lang, where it is no plain variable.
        literal: the text itself, where it is known.
        type: what the text reads as.
        maker: the task that must have succeeded for it to be there; empty for none.
        artifact: whether it is an artifact, which no text can hold.
    """

    path: tuple[str, ...] = ()
    expression: str = ""
    literal: str | None = None
    type: ValueType = ValueType.JSON
    maker: tuple[str, ...] = ()
    artifact: bool = False

    @property
    def there(self) -> str:
        """An expression that says whether it is there; empty for always."""
        if not self.maker:
            return ""
        return f"{variable((*self.maker, 'status'))} == 'Succeeded'"


def tag_of(term: Term) -> str:
    """Return the tag that Argo replaces by what `term` stands for."""
    if term.literal is not None:
        return with_braces(term.literal)
    if term.expression:
        return f"{{{{={term.expression}}}}}"
    return f"{{{{{'.'.join(term.path)}}}}}"


def expression_of(term: Term) -> str:
    """Return what `term` stands for as an expression that gives text."""
    if term.literal is not None:
        return quoted(term.literal)
    return term.expression or variable(term.path)


def variable(path: tuple[str, ...]) -> str:
    """Return a variable as expr-lang names it.

    >>> variable(("tasks", "fit-2", "outputs", "result"))
    "tasks['fit-2'].outputs.result"
    """
    first, *others = path
    return first + "".join(
        f".{part}" if part in _WORDS else f"[{quoted(part)}]" for part in others
    )


def quoted(text: str) -> str:
    r"""Return a text as expr-lang writes it; never with `{{` or `}}`, which are tags'.

    >>> quoted("it's\n")
    "'it\\'s\\n'"
    """
    plain = f"'{text.translate(_ESCAPES)}'"
    return plain.replace("{{", "{\\x7b").replace("}}", "}\\x7d")


def with_braces(text: str) -> str:
    """Return a text in which `{{` stands for itself, not for the start of a tag.

    >>> with_braces("{{x}}")
    "{{='{{'}}x}}"
    """
    return text.replace("{{", BRACES) if "{{" in text else text
