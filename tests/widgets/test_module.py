from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from couler_jupyter import widgets
from couler_jupyter.widgets.module import one_module


def test_each_module_once_and_before_who_needs_it(tmp_path: Path) -> None:
    (tmp_path / "low.js").write_text("export const low = 1;\n")
    (tmp_path / "mid.js").write_text(
        'import { low } from "./low.js";\nexport function mid() { return low; }\n'
    )
    (tmp_path / "top.js").write_text(
        'import { low } from "./low.js";\nimport { mid } from "./mid.js";\n'
        "export default () => low + mid();\n"
    )
    assert one_module(tmp_path / "top.js").split("\n") == [
        "const low = 1;",
        "",
        "function mid() { return low; }",
        "",
        "export default () => low + mid();",
        "",
    ]


def test_modules_of_other_folders_and_lines_of_comment(tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    (tmp_path / "low.js").write_text("// Low.\nexport const low = 1; // one\n")
    (inner / "mid.js").write_text(
        'import { low } from "../low.js";\n/**\n * Twice * it.\n */\n'
        "export const mid = 2 * low;\n"
    )
    (tmp_path / "top.js").write_text(
        'import { mid } from "./inner/mid.js";\nimport { low } from "./low.js";\n'
        "  /** Both. */\nexport const url = 'http://x';\n"
    )
    lines = [line for line in one_module(tmp_path / "top.js").split("\n") if line]
    assert lines == [
        "const low = 1; // one",
        "const mid = 2 * low;",
        "const url = 'http://x';",
    ]


def test_top_level_names_of_a_widget_differ() -> None:
    folder = Path(widgets.__file__).parent
    entries = ("run_view.js", "cache_view.js", "plan_view.js", "submit_view.js")
    for entry in (*entries, "nl_view.js"):
        script = one_module(folder / entry)
        names = re.findall(
            r"^(?:async )?(?:const|let|class|function) (\w+)", script, re.MULTILINE
        )
        twice = [name for name, count in Counter(names).items() if count > 1]
        assert twice == [], entry
