from __future__ import annotations

from pathlib import Path

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
