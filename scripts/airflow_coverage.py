#!/usr/bin/env python3
"""Write docs/airflow-coverage.md: how much of the Airflow API is covered."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.engines.airflow.coverage.page import page  # noqa: E402 (the root is known now)

PAGE = ROOT / "docs" / "airflow-coverage.md"


def main() -> int:
    """Run the command line; return its exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="only compare")
    if not parser.parse_args().check:
        PAGE.write_text(page(), encoding="utf-8")
        return 0
    if PAGE.read_text(encoding="utf-8") == page():
        return 0
    print(f"{PAGE.name} is not current; run scripts/airflow_coverage.py")
    return 1


if __name__ == "__main__":
    sys.exit(main())
