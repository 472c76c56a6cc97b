/** What kernels and the server say: the mirror of couler_jupyter/protocol, checked by its goldens. */

import { fields, flag, type Guarded, list, number, orNull, table, text, word } from './guard';

/** The version that is spoken here; the other side says its own in each message. */
export const VERSION = 1;

const step = fields({
  id: text,
  node: text,
  phase: text,
  started: orNull(number),
  finished: orNull(number),
  attempts: number,
  message: text
});

const run = {
  version: number,
  run_id: text,
  workflow: text,
  engine: text,
  phase: text,
  message: text,
  started: orNull(number),
  finished: orNull(number),
  steps: list(step)
};

const node = fields({ id: text, label: text, kind: text, detail: text, group: text });

export const isRun = fields({ type: word('run'), ...run });
export type RunView = Guarded<typeof isRun>;

export const isPatch = fields({
  type: word('patch'),
  version: number,
  run_id: text,
  run: fields({}),
  steps: list(step)
});
export type RunPatch = Guarded<typeof isPatch>;

export const isWorkflow = fields({
  type: word('workflow'),
  version: number,
  name: text,
  nodes: list(node),
  edges: list(fields({ source: text, target: text, kind: text, label: text })),
  groups: list(fields({ id: text, label: text, parent: text }))
});

export const isDrawing = fields({
  type: word('drawing'),
  version: number,
  workflow: isWorkflow,
  layout: fields({ width: number, height: number }),
  phases: table(fields({ word: text, glyph: text, color: text, icon: text })),
  kinds: table(fields({ word: text, icon: text })),
  run: orNull(isRun),
  requests: list(text)
});
export type DrawingView = Guarded<typeof isDrawing>;

const place = fields({ cell: text, number: orNull(number), line: orNull(number), text });
export type PlaceView = Guarded<typeof place>;

export const isPlaces = table(place);

const workflowEntry = fields({ name: text, steps: number, needs: list(text), place });
export type WorkflowEntry = Guarded<typeof workflowEntry>;

export const isWorkflows = fields({
  type: word('workflows'),
  version: number,
  session: text,
  workflows: list(workflowEntry)
});
export type WorkflowsView = Guarded<typeof isWorkflows>;

export const isHeard = fields({ type: word('heard'), version: number, session: text, id: text });

export const isReply = fields(
  { type: word('reply'), version: number, session: text, id: text, ok: flag, error: text },
  { made: text, drawing: isDrawing, places: isPlaces }
);
export type KernelReply = Guarded<typeof isReply>;

const artifact = fields({
  id: text,
  workflow: text,
  step: text,
  size: number,
  kept: flag,
  pinned: flag,
  score: orNull(number),
  rebuild: number,
  reason: text
});
export type ArtifactView = Guarded<typeof artifact>;

export const isCache = fields({
  type: word('cache'),
  version: number,
  place: text,
  policy: text,
  used: number,
  budget: number,
  artifacts: list(artifact),
  hidden: number,
  requests: list(text)
});
export type CacheView = Guarded<typeof isCache>;
