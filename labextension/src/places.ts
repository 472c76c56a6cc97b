import type { PlaceView } from './protocol';

/** A cell, as far as it matters to finding it. */
export interface CellView {
  readonly id: string;
  readonly number: number | null;
  readonly source: string;
}

/**
 * The place in a notebook of the cell that something was written in; -1 where it is not there.
 *
 * A cell that the kernel knows by its id is that cell. Of a run of another session only the number is known
 * that the cell had; the cell that has it now counts if it is about workflows at all.
 */
export function cellOf(cells: readonly CellView[], place: PlaceView): number {
  if (place.cell) return cells.findIndex(one => one.id === place.cell);
  if (place.number === null) return -1;
  return cells.findIndex(one => one.number === place.number && one.source.includes('couler'));
}

const NUMBERED = /^cell \[(\d+)\](?:, line (\d+))?$/;

/** A place from how it is told to people, as `cell [3], line 2`; null if it is no cell. */
export function placeIn(told: string): PlaceView | null {
  const found = NUMBERED.exec(told);
  if (!found) return null;
  const line = found[2] === undefined ? null : Number(found[2]);
  return { cell: '', number: Number(found[1]), line, text: told };
}
