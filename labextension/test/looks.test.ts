import { expect, test } from 'vitest';

import { LOOKS } from '../src/looks';
import { FILTERS } from '../src/runs_state';
import { golden } from './goldens';

const { phases } = (golden('panel_shown') as { drawing: { phases: Record<string, object> } })
  .drawing;

test('phases look here as they look in drawings', () => {
  expect(Object.keys(LOOKS).sort()).toEqual(Object.keys(phases).sort());
  for (const [phase, look] of Object.entries(LOOKS)) expect(phases[phase]).toMatchObject(look);
});

test('filters name phases that there are', () => {
  for (const phase of Object.values(FILTERS).flat()) expect(phases).toHaveProperty(phase);
});
