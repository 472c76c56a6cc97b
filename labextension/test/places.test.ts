import { expect, test } from 'vitest';

import { cellOf, placeIn } from '../src/places';

const CELLS = [
  { id: 'a', number: 1, source: '%load_ext couler_jupyter' },
  { id: 'b', number: 3, source: '%%couler pick\nload()' },
  { id: 'c', number: 4, source: 'print(1)' }
];
const place = (cell: string, number: number | null) => ({ cell, number, line: 2, text: '' });

test('a cell that is known by its id is that one, whatever its number is now', () => {
  expect(cellOf(CELLS, place('b', 99))).toBe(1);
  expect(cellOf(CELLS, place('gone', 3))).toBe(-1);
});

test('a cell that is only known by its number has to be about workflows', () => {
  expect(cellOf(CELLS, place('', 3))).toBe(1);
  expect(cellOf(CELLS, place('', 4))).toBe(-1);
  expect(cellOf(CELLS, place('', null))).toBe(-1);
});

test('places that people are told', () => {
  expect(placeIn('cell [3], line 12')).toMatchObject({ number: 3, line: 12 });
  expect(placeIn('cell [3]')).toMatchObject({ number: 3, line: null });
  expect(placeIn('a cell, line 2')).toBe(null);
  expect(placeIn('flows/cell [3].py, line 2')).toBe(null);
});
