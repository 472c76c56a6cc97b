"""A wish and what came of it, as text and as HTML that needs no script."""

from __future__ import annotations

from collections.abc import Iterator

from couler_jupyter.drawing.html import picture
from couler_jupyter.drawing.layouts import Layouts
from couler_jupyter.drawing.markup import Markup, element, isolated
from couler_jupyter.drawing.table import row, table
from couler_jupyter.drawing.text import workflow_text
from couler_jupyter.protocol.nl import AttemptView, ProposalView, RiskView

_MOST_ROWS = 100
_NOT_RUN = "nothing has run: it runs when you run the cell"


def proposal_bundle(view: ProposalView) -> dict[str, str]:
    """Return a MIME bundle of a wish: HTML with the DAG, and plain text."""
    return {"text/html": proposal_html(view), "text/plain": proposal_text(view)}


def proposal_heading(view: ProposalView) -> str:
    """Return in a line what came of a wish, by whom, and what that cost.

    >>> from couler_jupyter.protocol.nl import blank_proposal
    >>> proposal_heading({**blank_proposal("proposed"), "name": "a", "source": "draft"})
    'a: a draft, made without a language model'
    """
    drafted = view["source"] == "draft"
    by = f"{isolated(view['model']) or 'a model'}, {spent_text(view)}"
    by = "made without a language model" if drafted else by
    match view["state"]:
        case "proposed":
            what = "a draft, " if drafted else "proposed by "
            return f"{isolated(view['name'])}: {what}{by}"
        case "asked":
            return f"a question back, {by}"
        case "failed":
            return "nothing is proposed"
        case "working":
            return f"working on it: {isolated(view['doing'])}"


def spent_text(view: ProposalView) -> str:
    """Return how many tokens were used, and what they cost."""
    spent = view["spent"]
    about = "about " if spent["reckoned"] else ""
    cost = spent["dollars"]
    money = "cost unknown" if cost is None else f"${cost:.4f}"
    return f"{about}{spent['tokens']:,} tokens, {money}"


def proposal_text(view: ProposalView) -> str:
    """Return a wish and what came of it as text."""
    return "\n".join(_lines(view))


def proposal_html(view: ProposalView) -> str:
    """Return a wish and what came of it as HTML."""
    return element(
        "div",
        element("p", element("b", proposal_heading(view))),
        *(element("p", isolated(one)) for one in _remarks(view)),
        *_code("what the change changed", view["diff"]),
        *_drawn(view),
        *_listed(view),
        *_code("the proposed cell", view["cell"]),
        *_code("what of the notebook was sent", view["context"]),
    )


def _lines(view: ProposalView) -> Iterator[str]:
    yield proposal_heading(view)
    yield from map(isolated, _remarks(view))
    if view["workflow"] is not None:
        yield workflow_text(view["workflow"])
    for need in view["needs"]:
        yield f"uses    {need['kind']}: {isolated(need['what'])}{_by(need['steps'])}"
    for risk in view["risks"]:
        yield f"look at {_risk(risk)}"
    for number, attempt in enumerate(view["attempts"], 1):
        yield f"attempt {number}: {_attempt(attempt)}"
    if view["changed"]:
        yield "changed"
        yield from (f"  {isolated(one)}" for one in view["changed"])
    if view["diff"]:
        yield view["diff"]
    if view["cell"]:
        yield f"\n{view['cell']}"


def _remarks(view: ProposalView) -> Iterator[str]:
    if view["question"]:
        yield view["question"]
    if view["note"]:
        yield f"note: {view['note']}"
    if view["state"] == "proposed":
        yield _NOT_RUN
    if view["hint"]:
        yield view["hint"]


def _drawn(view: ProposalView) -> Iterator[Markup]:
    if view["workflow"] is not None:
        yield picture(Layouts().of(view["workflow"]), view["workflow"])


def _listed(view: ProposalView) -> Iterator[Markup]:
    if needs := view["needs"]:
        rows = [
            row(one["kind"], isolated(one["what"]), _steps(one["steps"]))
            for one in needs[:_MOST_ROWS]
        ]
        yield table("what it would use", ("kind", "what", "steps"), rows, len(needs))
    if risks := view["risks"]:
        rows = [
            row(isolated(one["step"]), isolated(one["what"]), one["rule"])
            for one in risks[:_MOST_ROWS]
        ]
        yield table("to be looked at", ("step", "what", "rule"), rows, len(risks))
    if modules := view["modules"]:
        rows = [
            row(isolated(one["name"]), one["kind"], isolated(one["does"]))
            for one in modules[:_MOST_ROWS]
        ]
        yield table("modules", ("module", "kind", "does"), rows, len(modules))
    if attempts := view["attempts"]:
        rows = [row(str(n), _attempt(one)) for n, one in enumerate(attempts, 1)]
        yield table("attempts", ("attempt", "what came of it"), rows, len(attempts))


def _code(title: str, text: str) -> Iterator[Markup]:
    if text:
        yield element("details", element("summary", title), element("pre", text))


def _attempt(attempt: AttemptView) -> str:
    score = "" if attempt["score"] is None else f", score {attempt['score']:.2f}"
    if attempt["passed"]:
        return f"passed {', '.join(attempt['checks'])}{score}"
    faults = "; ".join(isolated(one) for one in attempt["faults"])
    return f"refused{score}: {faults}"


def _risk(risk: RiskView) -> str:
    where = f"{isolated(risk['step'])}: " if risk["step"] else ""
    return f"{where}{isolated(risk['what'])} ({risk['rule']})"


def _by(steps: list[str]) -> str:
    return f"  ({_steps(steps)})" if steps else ""


def _steps(steps: list[str]) -> str:
    more = f" and {len(steps) - 10} more" if len(steps) > 10 else ""
    return f"{', '.join(map(isolated, steps[:10]))}{more}"
