"""Drawing views: layout, SVG, HTML, plain text; no notebook needed."""

from couler_jupyter.drawing.amount import (
    amount_text,
    duration_text,
    memory_text,
    size_text,
)
from couler_jupyter.drawing.bundle import bundle
from couler_jupyter.drawing.cache import (
    cache_bundle,
    cache_html,
    cache_line,
    cache_text,
)
from couler_jupyter.drawing.chart import chart_view
from couler_jupyter.drawing.dot import Dot
from couler_jupyter.drawing.html import html
from couler_jupyter.drawing.layout import Box, Curve, Layout
from couler_jupyter.drawing.layouts import Layouts
from couler_jupyter.drawing.looks import KINDS, PHASES
from couler_jupyter.drawing.plan import plan_bundle, plan_html, plan_text
from couler_jupyter.drawing.plan_diff import (
    plan_diff_bundle,
    plan_diff_html,
    plan_diff_text,
)
from couler_jupyter.drawing.plan_table import plan_drawing, plan_table_view
from couler_jupyter.drawing.progress import progress_lines, summary_line
from couler_jupyter.drawing.proposal import (
    proposal_bundle,
    proposal_heading,
    proposal_html,
    proposal_text,
    spent_text,
)
from couler_jupyter.drawing.scene import drawing_view, layout_view
from couler_jupyter.drawing.standing import Standing, standings
from couler_jupyter.drawing.svg import summary, svg
from couler_jupyter.drawing.text import run_text, workflow_text
from couler_jupyter.drawing.tuning import (
    tuning_bundle,
    tuning_html,
    tuning_summary,
    tuning_text,
)

__all__ = [
    "KINDS",
    "PHASES",
    "Box",
    "Curve",
    "Dot",
    "Layout",
    "Layouts",
    "Standing",
    "amount_text",
    "bundle",
    "cache_bundle",
    "cache_html",
    "cache_line",
    "cache_text",
    "chart_view",
    "drawing_view",
    "duration_text",
    "html",
    "layout_view",
    "memory_text",
    "plan_bundle",
    "plan_diff_bundle",
    "plan_diff_html",
    "plan_diff_text",
    "plan_drawing",
    "plan_html",
    "plan_table_view",
    "plan_text",
    "progress_lines",
    "proposal_bundle",
    "proposal_heading",
    "proposal_html",
    "proposal_text",
    "run_text",
    "size_text",
    "spent_text",
    "standings",
    "summary",
    "summary_line",
    "svg",
    "tuning_bundle",
    "tuning_html",
    "tuning_summary",
    "tuning_text",
    "workflow_text",
]
