"""The page that says parameter by parameter how much of Airflow's API is covered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from tests.engines.airflow.coverage.of_dags import OF_DAGS
from tests.engines.airflow.coverage.of_operators import OF_OPERATORS
from tests.engines.airflow.coverage.shown import EXTRA, Shown, Where

PARAMETERS = 89
"""Of `DAG` (34) and `BaseOperator` (55) in Airflow 3.3; a test counts them."""
_HEAD = """# How much of the Airflow API is covered

Made by `scripts/airflow_coverage.py`; do not edit. `tests/engines/airflow/coverage/` holds it
to what is there.

## What is counted

The {all} parameters of `DAG` and `BaseOperator` in Airflow 3.3.2. A parameter counts where a
workflow sets it by a word of its own, or by an extra (`dag.PARAMETER` of a workflow,
`task.PARAMETER` of a step), and where two DAG files, one with the word and one without, are told
apart by Airflow itself:

- `{run}`: a run of both comes to something else, or calls something else;
- `{scheduler}`: Airflow's own scheduler code, given runs of both, decides otherwise;
- `{server}`: what the server keeps of both, and shows, differs.

Not looked at here: the parameters of single operators, sensors, and what only Airflow 2 had.

## How much

| shown by | own words | extras | together |
|---|---|---|---|
{lines}
| together | {own} | {extras} | {count} of {all} |
"""


def page() -> str:
    """Return the page."""
    shown = (*OF_DAGS, *OF_OPERATORS)
    return "\n".join(
        [
            _head(shown),
            *_table("DAG", OF_DAGS),
            *_table("BaseOperator", OF_OPERATORS),
            "",
        ]
    )


def _head(shown: tuple[Shown, ...]) -> str:
    found = Counter((one.where, one.by == EXTRA) for one in shown)
    lines = [
        f"| {where.value} | {found[where, False]} | {found[where, True]} "
        f"| {found[where, False] + found[where, True]} |"
        for where in Where
    ]
    extras = sum(one.by == EXTRA for one in shown)
    return _HEAD.format(
        all=PARAMETERS,
        run=Where.RUN.value,
        scheduler=Where.SCHEDULER.value,
        server=Where.SERVER.value,
        lines="\n".join(lines),
        own=len(shown) - extras,
        extras=extras,
        count=len(shown),
    )


def _table(owner: str, shown: tuple[Shown, ...]) -> Iterator[str]:
    yield f"\n## {owner}: {len(shown)}\n"
    yield "| parameter | set by | shown by |"
    yield "|---|---|---|"
    for one in shown:
        prefix = "dag" if owner == "DAG" else "task"
        by = f"extra `{prefix}.{one.name}`" if one.by == EXTRA else f"`{one.by}`"
        yield f"| `{one.name}` | {by} | {one.where.value} |"
