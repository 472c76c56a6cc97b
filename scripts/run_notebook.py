"""Execute a notebook, print what its last cells said, and keep it as .ipynb and HTML."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbconvert.exporters import HTMLExporter


def main() -> int:
    """Run the command line; return its exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("notebook", type=Path)
    parser.add_argument("folder", type=Path, help="where the rendered notebook goes")
    parser.add_argument("--last", type=int, default=2, help="how many cells to print")
    options = parser.parse_args()
    if not options.notebook.is_file():
        parser.error(f"there is no notebook {options.notebook}")

    notebook = nbformat.read(options.notebook, as_version=4)
    print(f"running {options.notebook}", flush=True)
    start = time.monotonic()
    failure = execute(notebook, options.notebook.parent)
    print(f"{'failed' if failure else 'done'} after {time.monotonic() - start:.1f} s\n")
    print(failure or "\n\n".join(spoken(notebook)[-options.last :]))
    print("\nthe rendered notebook:")
    for path in render(notebook, options.folder, options.notebook.stem):
        print(f"  {path}")
    return 1 if failure else 0


def execute(notebook: nbformat.NotebookNode, folder: Path) -> str:
    """Run all cells in `folder`; return what went wrong, or nothing."""
    client = NotebookClient(
        notebook,
        kernel_name="python3",
        timeout=900,
        store_widget_state=False,
        resources={"metadata": {"path": str(folder)}},
    )
    try:
        client.execute()
    except CellExecutionError as error:
        return str(error)
    return ""


def spoken(notebook: nbformat.NotebookNode) -> list[str]:
    """Return the text of each code cell that printed or showed something."""
    cells = (cell for cell in notebook.cells if cell.cell_type == "code")
    texts = ("".join(map(text_of, cell.outputs)).rstrip() for cell in cells)
    return [text for text in texts if text]


def text_of(output: nbformat.NotebookNode) -> str:
    """Return an output as plain text; an empty one if it has none."""
    if output.output_type == "stream":
        return str(output.text) if output.name == "stdout" else ""
    return f"{output.get('data', {}).get('text/plain', '')}\n"


def render(notebook: nbformat.NotebookNode, folder: Path, stem: str) -> list[Path]:
    """Write the executed notebook and its HTML into `folder`; return both paths."""
    folder.mkdir(parents=True, exist_ok=True)
    html, _ = HTMLExporter().from_notebook_node(notebook)
    page, kept = folder / f"{stem}.html", folder / f"{stem}.ipynb"
    page.write_text(html, encoding="utf-8")
    nbformat.write(notebook, kept)
    return [page.resolve(), kept.resolve()]


if __name__ == "__main__":
    sys.exit(main())
