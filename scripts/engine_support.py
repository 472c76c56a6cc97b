"""Write docs/engine-support.md from what the engines say of themselves.

engine_support.py            write the page
engine_support.py --check    say whether it is current; write nothing
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from couler_jupyter.engines import ENGINES, Engine, GapKind, Submitter
from couler_jupyter.ir import Feature

PAGE = Path(__file__).resolve().parents[1] / "docs" / "engine-support.md"
HEAD = """# What each engine supports

Made from what the engines say of themselves, by `scripts/engine_support.py`; do not edit.

`%couler plan --engine ENGINE` says the same of one workflow, before anything runs.

| mark | means |
|---|---|
| ✓ | does it |
| ≈ | does it in other words of its own |
| · | takes the workflow, with a note: the outcome is the same without it |
| ✗ | refuses the workflow and says why |
"""
WHY = {
    GapKind.TODO: "not yet",
    GapKind.UPSTREAM: "would need a change in the engine",
    GapKind.NEVER: "makes no sense there",
    GapKind.NO_EFFECT: "no effect",
}


def page() -> str:
    """Return the page."""
    engines = [ENGINES.get(name) for name in ENGINES.names()]
    return "\n".join(
        [
            HEAD,
            *_table(engines),
            *(line for engine in engines for line in _of(engine)),
            "",
        ]
    )


def _table(engines: list[type[Engine]]) -> Iterator[str]:
    yield f"| feature | {' | '.join(engine.name for engine in engines)} |"
    yield "|---" * (len(engines) + 1) + "|"
    for feature in Feature:
        marks = " | ".join(_mark(engine, feature) for engine in engines)
        yield f"| {feature} | {marks} |"


def _mark(engine: type[Engine], feature: Feature) -> str:
    if feature in engine.features:
        return "✓"
    if feature in engine.lowerings:
        return "≈"
    return "·" if engine.gaps[feature].kind is GapKind.NO_EFFECT else "✗"


def _of(engine: type[Engine]) -> Iterator[str]:
    """Yield what stands of one engine below the table: each gap with its reason."""
    does = "compiles and runs" if issubclass(engine, Submitter) else "compiles"
    yield f"\n## {engine.name}\n"
    first = (engine.__doc__ or "").strip().partition("\n")[0]
    yield f"It {does}. {first}\n"
    yield "| feature | | why |"
    yield "|---|---|---|"
    ordered = sorted(engine.gaps.items(), key=lambda one: (_rank(one[1].kind), one[0]))
    for feature, gap in ordered:
        yield f"| {feature} | {WHY[gap.kind]} | {gap.reason} |"


def _rank(kind: GapKind) -> int:
    return [*WHY].index(kind)


def main() -> int:
    """Run the command line; return its exit status."""
    parser = argparse.ArgumentParser(description="write docs/engine-support.md")
    parser.add_argument("--check", action="store_true", help="only compare")
    if not parser.parse_args().check:
        PAGE.write_text(page(), encoding="utf-8")
        return 0
    if PAGE.read_text(encoding="utf-8") == page():
        return 0
    print(f"{PAGE.name} is not current; run scripts/engine_support.py")
    return 1


if __name__ == "__main__":
    sys.exit(main())
