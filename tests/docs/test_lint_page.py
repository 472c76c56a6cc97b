"""The page about the lint lists the rules there are."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_page_lists_all_rules() -> None:
    script = ROOT / "scripts" / "lint_rules.py"
    checked = subprocess.run([sys.executable, script, "--check"], check=False)
    assert checked.returncode == 0, "scripts/lint_rules.py writes it anew"
