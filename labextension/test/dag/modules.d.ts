// What of the drawing's plain modules is tested here; they have no types of their own.

interface NodeView {
  id: string;
  label: string;
  kind: string;
  detail: string;
  group: string;
  loop: string;
  badges: string[];
  inside?: string[];
}

interface EdgeView {
  source: string;
  target: string;
  kind: string;
  label: string;
  cut: boolean;
}

interface GroupView {
  id: string;
  label: string;
  kind: string;
  parent: string;
  badges: string[];
}

interface WorkflowView {
  name: string;
  nodes: NodeView[];
  edges: EdgeView[];
  groups: GroupView[];
}

interface Box {
  id: string;
  x: number;
  y: number;
  width: number;
  height: number;
}

declare module '*/widgets/dag/folding.js' {
  export class Fold {
    constructor(workflow: WorkflowView, closed: Iterable<string>, items?: Items);
    nodes: NodeView[];
    edges: EdgeView[];
    groups: GroupView[];
    home: Map<string, string>;
    seen(node: string, step?: string): string;
  }
}

interface Items {
  workflow: WorkflowView;
  shows: Map<string, string>;
  rest: Map<string, string>;
  count: number;
}

declare module '*/widgets/dag/unfolding.js' {
  export function unfolded(
    workflow: WorkflowView,
    opened: Set<string>,
    stepsOf: (node: string) => string[]
  ): Items;
  export function itemsIn(node: string, steps: string[]): string[];
}

declare module '*/widgets/dag/banding.js' {
  export function banded(
    workflow: WorkflowView,
    closed: string[]
  ): { workflow: WorkflowView; closed: string[] };
}

declare module '*/widgets/dag/placing.js' {
  export function placedView(fold: object): {
    width: number;
    height: number;
    across: boolean;
    nodes: Box[];
    groups: Box[];
    edges: { source: string; target: string; line: string; head: string; cut: string }[];
  };
}

declare module '*/widgets/dag/graph.js' {
  export class Graph {
    constructor(fold: object);
    family(id: string): Set<string>;
    longest(seconds: (id: string) => number): string[];
  }
}

declare module '*/widgets/dag/ansi.js' {
  interface Piece {
    text: string;
    names: string;
  }
  export class AnsiLines {
    take(text: string): { whole: Piece[][]; last: Piece[] };
  }
}

declare module '*/widgets/dag/planning.js' {
  export function planned(
    workflow: WorkflowView,
    plan: { rows: { id: string; fate: string; to: string }[] }
  ): WorkflowView;
}

declare module '*/widgets/dag/measuring.js' {
  export function textWidth(text: string, size: number): number;
  export function fitted(text: string, size: number, width: number): string;
}
