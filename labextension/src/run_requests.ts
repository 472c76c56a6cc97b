/** What a drawing asks, answered by the server. */

import type { Answered, Asked } from '../../couler_jupyter/widgets/dag/mount.js';
import { isArtifact, isDone, isLog, isOutputs, isStep } from './answers';
import type { Guard } from './guard';
import { messageOf } from './runs_model';
import type { Server } from './server';

const LOOKS: Readonly<Record<string, Guard<object>>> = {
  artifact: isArtifact,
  log: isLog,
  outputs: isOutputs,
  step: isStep
};
const FIELDS = ['step', 'name', 'attempt', 'offset', 'tail'] as const;

/** What a drawing may ask; what changes something only where that is allowed. */
export function requestsOf(readOnly: boolean): string[] {
  return readOnly ? Object.keys(LOOKS) : ['cancel', 'retry', ...Object.keys(LOOKS)];
}

/** Answer a drawing; what goes wrong is an answer, too. */
export async function answered(server: Server, asked: Asked): Promise<Answered> {
  const run = `runs/${encodeURIComponent(asked.run_id ?? '')}`;
  try {
    const guard = LOOKS[asked.type];
    if (guard) {
      const answer = await server.get(`${run}/${asked.type}?${wordsOf(asked)}`, guard);
      return { ok: true, error: '', answer };
    }
    if (!changes(asked)) return { ok: false, error: `no request ${asked.type}` };
    await server.post(`${run}/${asked.type}`, isDone);
    return { ok: true, error: '' };
  } catch (error) {
    return { ok: false, error: messageOf(error) };
  }
}

/** Whether it changes something. */
export function changes(asked: Asked): boolean {
  return asked.type === 'cancel' || asked.type === 'retry';
}

function wordsOf(asked: Asked): string {
  const words = new URLSearchParams();
  for (const name of FIELDS) {
    const value = asked[name];
    if (value !== undefined) words.set(name, String(value));
  }
  return words.toString();
}
