import type { ILabShell, JupyterFrontEnd } from '@jupyterlab/application';
import { type INotebookTracker, NotebookActions, type NotebookPanel } from '@jupyterlab/notebook';

import { cellOf } from './places';
import type { PlaceView } from './protocol';

const MARK = 'couler-revealed';
const MARKED = 1600; // milliseconds

/** Show the cell that something was written in, and put the cursor on its line. */
export async function reveal(
  shell: ILabShell | JupyterFrontEnd.IShell,
  notebooks: readonly NotebookPanel[],
  place: PlaceView
): Promise<boolean> {
  for (const notebook of notebooks) {
    const index = cellOf(cellsOf(notebook), place);
    if (index < 0) continue;
    shell.activateById(notebook.id);
    await show(notebook, index, place.line);
    return true;
  }
  return false;
}

/** Run a line in a cell of its own that stays in the notebook; one that has it already is run again. */
export async function runLine(
  notebook: NotebookPanel,
  line: string,
  below: PlaceView
): Promise<void> {
  const { content, sessionContext } = notebook;
  const cells = cellsOf(notebook);
  const known = cells.findIndex(one => one.source.trim() === line);
  if (known >= 0) content.activeCellIndex = known;
  else {
    const written = cellOf(cells, below);
    if (written >= 0) content.activeCellIndex = written;
    NotebookActions.insertBelow(content);
    content.activeCell?.model.sharedModel.setSource(line);
  }
  content.deselectAll();
  await show(notebook, content.activeCellIndex, null);
  await NotebookActions.run(content, sessionContext);
  if (content.activeCell) await content.scrollToCell(content.activeCell, 'start');
}

/** The open notebooks, the one that is looked at first. */
export function openNotebooks(tracker: INotebookTracker): NotebookPanel[] {
  const found: NotebookPanel[] = tracker.currentWidget ? [tracker.currentWidget] : [];
  tracker.forEach(one => {
    if (one !== tracker.currentWidget) found.push(one);
  });
  return found;
}

function cellsOf(notebook: NotebookPanel): { id: string; number: number | null; source: string }[] {
  return notebook.content.widgets.map(({ model }) => ({
    id: model.id,
    number: (model.toJSON().execution_count as number | null | undefined) ?? null,
    source: model.sharedModel.getSource()
  }));
}

async function show(notebook: NotebookPanel, index: number, line: number | null): Promise<void> {
  const { content } = notebook;
  const cell = content.widgets[index];
  if (!cell) return;
  content.activeCellIndex = index;
  content.mode = 'command';
  await content.scrollToCell(cell);
  await cell.ready;
  if (line !== null && cell.editor) {
    const last = cell.editor.lineCount - 1;
    cell.editor.setCursorPosition({ line: Math.min(line - 1, last), column: 0 });
  }
  cell.addClass(MARK);
  window.setTimeout(() => {
    if (!cell.isDisposed) cell.removeClass(MARK);
  }, MARKED);
}
