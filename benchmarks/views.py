"""Drawing workflows in a browser: ours, and @xyflow/react, cytoscape with dagre, viz.js.

    cd benchmarks/views && npm ci --ignore-scripts && npm run build
    python benchmarks/views.py [--turns 5] [--nodes 1000,5000]

Each turn is a new page of one headless Chromium without a GPU; the same graphs, layered
and random, for all. A picture counts as painted two frames after it was handed over.
Panning is told by the frames that a script gets while it moves the picture by a few
pixels in each.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import statistics
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from couler_jupyter.protocol import RunView

Object: TypeAlias = dict[str, Any]
View: TypeAlias = Any
"""A `WorkflowView`, from which nothing is wanted but what it says."""
Browser: TypeAlias = Any
"""Playwright's."""

HERE = Path(__file__).parent / "views"
PEERS = {
    "@xyflow/react, our positions": "flow",
    "cytoscape + dagre": "cytoscape",
    "viz.js": "viz",
}
SLOW = {("cytoscape", 5000), ("viz", 5000)}
"""Take minutes, or more memory than there is."""
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
ACROSS = 20
FRAMES = 60

STAGE = """
window.nextFrame = () => new Promise(requestAnimationFrame);
window.painted = async (act) => {
  const start = performance.now();
  await act();
  await nextFrame(); await nextFrame();
  return performance.now() - start;
};
window.panned = async (frames, move) => {
  const start = performance.now();
  for (let step = 0; step < frames; step += 1) { move(step); await nextFrame(); }
  return 1000 * frames / (performance.now() - start);
};
"""
OURS = """
window.heard = {};
window.model = {
  get: () => window.view, on: (name, then) => { heard[name] = then; }, send: () => {},
};
window.peer = {
  async draw(view, el) {
    window.view = view;
    const widget = window.couler();
    widget.initialize({ model });
    widget.render({ model, el });
  },
  patch(message) { heard["msg:custom"](message); },
  pan(step) {
    const key = step % 2 ? "ArrowRight" : "ArrowLeft";
    const root = document.querySelector(".couler-dag");
    root.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
  },
};
"""


def main() -> None:
    """Measure and print a table."""
    from playwright.sync_api import sync_playwright

    parser = argparse.ArgumentParser()
    parser.add_argument("--turns", type=int, default=5)
    parser.add_argument("--nodes", default="1000,5000")
    given = parser.parse_args()
    with sync_playwright() as playwright:
        program = shutil.which("chromium") or shutil.which("chromium-browser")
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        for count in map(int, given.nodes.split(",")):
            for name, measure in ways(count).items():
                turns = [measure(browser) for _ in range(given.turns)]
                print(json.dumps({"nodes": count, "what": name, **medians(turns)}))
        browser.close()


def ways(count: int) -> dict[str, Callable[[Browser], Object]]:
    """Return what is measured at a size, by name."""
    view = graph(count)
    found: dict[str, Callable[[Browser], Object]] = {"couler": partial(ours, view)}
    if count > 1000:
        found["couler, all opened"] = partial(ours, view, opened=True)
    for name, file in PEERS.items():
        built = HERE / "built" / f"{file}.js"
        if built.exists() and (file, count) not in SLOW:
            found[name] = partial(peer, view, built)
    return found


def graph(count: int) -> Object:
    """Return a workflow of rows, each step after one or two of the row before."""
    draw = random.Random(count)
    edges: list[tuple[int, int]] = []
    for target in range(ACROSS, count):
        row = target // ACROSS * ACROSS
        before = draw.sample(range(row - ACROSS, row), draw.choice([1, 1, 2]))
        edges.extend((source, target) for source in before)
    nodes: list[Object] = [
        {
            "id": f"s{n}",
            "label": f"step {n}",
            "kind": "function",
            "detail": f"train(seed={n})",
            "group": "",
            "part": None,
            "loop": "",
            "badges": [],
        }
        for n in range(count)
    ]
    return {
        "type": "workflow",
        "version": 1,
        "name": "layers",
        "nodes": nodes,
        "edges": [
            {
                "source": f"s{s}",
                "target": f"s{t}",
                "kind": "data",
                "cut": False,
                "label": "",
            }
            for s, t in edges
        ],
        "groups": [],
        "parts": [],
    }


def ours(view: View, browser: Browser, *, opened: bool = False) -> Object:
    """Lay out in Python, draw, patch and pan; times in milliseconds."""
    from couler_jupyter.protocol import patch_of
    from couler_jupyter.widgets import RunWidget

    began = time.perf_counter()
    widget = RunWidget(view, run(view, 0))
    drawing = json.dumps(widget.view)
    made = 1000 * (time.perf_counter() - began)
    page = browser.new_page(viewport={"width": 1000, "height": 800})
    page.set_content("<!doctype html><div id=el></div>")
    page.add_style_tag(content=str(RunWidget._css))
    script = str(RunWidget._esm).replace("export default", "window.couler =")
    page.add_script_tag(content=f"{{ {script}\n{STAGE}\n{OURS} }}")
    page.evaluate("(text) => { window.given = JSON.parse(text); }", drawing)
    shown = page.evaluate("painted(() => peer.draw(given, el))")
    if opened:
        click = "document.querySelector('[title=\"open every group\"]').click()"
        shown = page.evaluate(f"painted(async () => {click})")
    patch = patch_of(run(view, 0), run(view, 100))
    patched = page.evaluate(
        "(message) => painted(async () => peer.patch(message))", patch
    )
    fps = page.evaluate(f"panned({FRAMES}, (step) => peer.pan(step))")
    page.close()
    return {
        "python": 0.0 if opened else made,
        "draw": shown,
        "patch": patched,
        "fps": fps,
    }


def run(view: Object, done: int) -> RunView:
    """Return a run of which some steps are done."""
    from couler_jupyter.ir import Phase
    from couler_jupyter.protocol import StepState, run_view

    ended = StepState(phase=Phase.SUCCEEDED, started=1.0, finished=2.0, attempts=1)
    waits = StepState(phase=Phase.PENDING)
    return run_view(
        run_id="r",
        workflow=view["name"],
        engine="local",
        phase=Phase.RUNNING,
        steps={
            node["id"]: ended if place < done else waits
            for place, node in enumerate(view["nodes"])
        },
        started=1.0,
    )


def peer(view: Object, built: Path, browser: Browser) -> Object:
    """Have a peer draw, patch and pan."""
    page = browser.new_page(viewport={"width": 1000, "height": 800})
    page.set_content("<!doctype html><div id=el style='height: 520px'></div>")
    if built.stem == "flow":
        page.add_style_tag(path=HERE / "node_modules/@xyflow/react/dist/style.css")
    page.add_script_tag(content=STAGE)
    page.add_script_tag(path=built)
    page.evaluate("(given) => { window.given = given; }", plain(view))
    shown = page.evaluate("painted(() => peer.draw(given, el))")
    ids = [node["id"] for node in view["nodes"][:100]]
    patched = page.evaluate("(ids) => painted(async () => peer.patch(ids))", ids)
    fps = page.evaluate(f"panned({FRAMES}, (step) => peer.pan(step))")
    page.close()
    return {"python": 0.0, "draw": shown, "patch": patched, "fps": fps}


def plain(view: Object) -> Object:
    """Return the graph with sizes, and positions in rows for who needs them."""
    nodes = [
        {
            "id": node["id"],
            "label": node["label"],
            "width": 152,
            "height": 46,
            "x": place % ACROSS * 174,
            "y": place // ACROSS * 86,
        }
        for place, node in enumerate(view["nodes"])
    ]
    edges = [[one["source"], one["target"]] for one in view["edges"]]
    return {"nodes": nodes, "edges": edges}


def medians(turns: list[Object]) -> Object:
    """Return the median of each figure, and the range of what is drawn."""
    found = {
        name: round(statistics.median(one[name] for one in turns), 1)
        for name in turns[0]
    }
    drawn = sorted(one["python"] + one["draw"] for one in turns)
    return {**found, "least": round(drawn[0]), "most": round(drawn[-1])}


if __name__ == "__main__":
    main()
