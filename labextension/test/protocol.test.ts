import { describe, expect, test } from 'vitest';

import {
  isCache,
  isHeard,
  isPatch,
  isReply,
  isRun,
  isWorkflow,
  isWorkflows,
  VERSION
} from '../src/protocol';
import { golden, spoiled } from './goldens';

const ACCEPTED: [string, (value: unknown) => boolean][] = [
  ['workflow_pick_best', isWorkflow],
  ['workflow_nested', isWorkflow],
  ['workflow_every_edge', isWorkflow],
  ['workflow_every_kind', isWorkflow],
  ['run_pick_best', isRun],
  ['patch_pick_best', isPatch],
  ['cache', isCache],
  ['panel_workflows', isWorkflows],
  ['panel_heard', isHeard],
  ['panel_shown', isReply],
  ['panel_refused', isReply],
  ['panel_started', isReply]
];

test.each(ACCEPTED)('%s, as Python makes it, is accepted', (name, guard) => {
  expect(guard(golden(name))).toBe(true);
  expect((golden(name) as { version: number }).version).toBe(VERSION);
});

describe('what is not as it was agreed is refused', () => {
  test.each<[string, (value: unknown) => boolean, string, unknown]>([
    ['panel_workflows', isWorkflows, 'type', 'workflow'],
    ['panel_workflows', isWorkflows, 'workflows.0.name', null],
    ['panel_workflows', isWorkflows, 'workflows.1.place.line', '9'],
    ['panel_workflows', isWorkflows, 'workflows.0.needs', ['day', 1]],
    ['panel_shown', isReply, 'drawing.workflow.nodes.0.id', 7],
    ['panel_shown', isReply, 'places.load', 'cell [3]'],
    ['panel_refused', isReply, 'ok', 'no'],
    ['run_pick_best', isRun, 'steps', {}],
    ['run_pick_best', isRun, 'steps.0.attempts', NaN],
    ['cache', isCache, 'artifacts.0.score', 'high']
  ])('%s with another %s', (name, guard, path, value) => {
    expect(guard(spoiled(golden(name), path, value))).toBe(false);
  });

  test.each([null, undefined, 1, 'workflows', [], [[]], {}])('%j', value => {
    for (const [, guard] of ACCEPTED) expect(guard(value)).toBe(false);
  });
});

test('fields that a later version adds do no harm', () => {
  const later = { ...(golden('panel_workflows') as object), colour: 'blue' };
  expect(isWorkflows(later)).toBe(true);
});
