/** What the server's REST interface answers: as couler_jupyter/server/openapi.json says. */

import { fields, flag, type Guarded, list, number, orNull, table, text, word } from './guard';
import { isPatch } from './protocol';

export const isAbout = fields({ type: word('about'), version: number, read_only: flag });
export type AboutAnswer = Guarded<typeof isAbout>;

const runEntry = fields({
  run_id: text,
  workflow: text,
  engine: text,
  phase: text,
  message: text,
  created: number,
  started: orNull(number),
  finished: orNull(number),
  seconds: orNull(number),
  notebook: text,
  live: flag,
  steps: table(number),
  requests: list(text)
});
export type RunEntry = Guarded<typeof runEntry>;

export const isRuns = fields({
  type: word('runs'),
  version: number,
  runs: list(runEntry),
  next: text,
  total: orNull(number),
  sent: number
});
export type RunsAnswer = Guarded<typeof isRuns>;

export const isEvents = fields({
  type: word('events'),
  version: number,
  run_id: text,
  last: number,
  more: flag,
  phase: text,
  live: flag,
  patch: orNull(isPatch)
});
export type EventsAnswer = Guarded<typeof isEvents>;

export const isLog = fields({
  type: word('log'),
  version: number,
  text,
  offset: number,
  next: number,
  size: number,
  ended: flag
});

export const isOutputs = fields({
  type: word('outputs'),
  version: number,
  outputs: list(fields({ step: text, name: text, kind: text, text, size: orNull(number) })),
  hidden: number
});

export const isArtifact = fields({
  type: word('artifact'),
  version: number,
  media: text,
  text,
  base64: text,
  size: number,
  cut: flag
});

const facts = list(fields({ name: text, text }));
export const isStep = fields({
  type: word('step'),
  version: number,
  origin: text,
  template: facts,
  arguments: facts,
  decision: list(text)
});

export const isDone = fields({ type: word('done'), version: number, done: text, run_id: text });
export type DoneAnswer = Guarded<typeof isDone>;

export const isTargets = fields({
  type: word('targets'),
  version: number,
  targets: list(
    fields({
      name: text,
      engine: text,
      secrets: list(fields({ name: text, reference: text, fault: text })),
      origin: text
    })
  )
});
export type TargetsAnswer = Guarded<typeof isTargets>;
export type TargetEntry = TargetsAnswer['targets'][number];

export const isHealth = fields({
  type: word('health'),
  version: number,
  target: text,
  ok: flag,
  message: text
});
export type HealthAnswer = Guarded<typeof isHealth>;

export const isError = fields({ type: word('error'), version: number, message: text });
