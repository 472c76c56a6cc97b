// The words that the modules of this folder share; types only, nothing of it is loaded.

/**
 * @typedef {{ id: string, label: string, kind: string, detail: string, group: string, part?: number | null,
 *   loop: string, badges: string[] }} NodeView
 * @typedef {{ source: string, target: string, kind: string, label: string, cut?: boolean }} EdgeView
 * @typedef {{ id: string, label: string, kind?: string, parent: string, badges: string[] }} GroupView
 * @typedef {{ name: string, nodes: NodeView[], edges: EdgeView[], groups: GroupView[] }} WorkflowView
 * @typedef {{ id: string, node: string, phase: string, started: number | null, finished: number | null,
 *   attempts: number, message: string, cpu_seconds: number | null, peak_memory: number | null }} StepView
 * @typedef {{ run_id: string, workflow: string, engine: string, phase: string, message: string,
 *   started: number | null, finished: number | null, steps: StepView[] }} RunView
 * @typedef {{ id: string, x: number, y: number, width: number, height: number, text: string }} BoxView
 * @typedef {BoxView & { detail: string, badges: BoxView[], room: number }} NodeBoxView
 * @typedef {BoxView & { tab: BoxView }} GroupBoxView
 * @typedef {{ source: string, target: string, kind: string, line: string, head: string, cut?: string,
 *   label: BoxView | null }} CurveView
 * @typedef {{ width: number, height: number, across?: boolean, nodes: NodeBoxView[], groups: GroupBoxView[],
 *   edges: CurveView[] }} LayoutView
 * @typedef {{ word: string, glyph: string, color: string, icon: string }} PhaseLook
 * @typedef {{ word: string, icon: string }} KindLook
 * @typedef {{ id: string, fate: string, to: string, why: string, seconds: { middle: number } | null,
 *   critical: boolean }} PlanRow
 * @typedef {{ rows: PlanRow[], critical: string[], engine: string }} PlanView
 *
 * What a view starts from, as `protocol/message.py` says. `layout` is of the picture with the groups in
 * `closed` shut; where it has no nodes, the browser lays out.
 * @typedef {{ type: "drawing", version: number, workflow: WorkflowView, layout: LayoutView, closed?: string[],
 *   phases: Record<string, PhaseLook>, kinds: Record<string, KindLook>, run: RunView | null,
 *   plan?: PlanView | null, requests: string[] }} DrawingView
 *
 * What is asked and answered: `request` gives the answer, or throws where there is none.
 * @typedef {{ type: string, run_id?: string, step?: string, [more: string]: unknown }} Request
 * @typedef {{ ok: boolean, error: string, answer?: any }} Reply
 *
 * What a person chose, plain JSON to be kept by whoever mounts the view.
 * @typedef {{ selected?: string | null, closed?: string[], camera?: { x: number, y: number, scale: number } | null,
 *   maps?: string[], after?: boolean, critical?: boolean, open?: boolean }} Kept
 */

export {};
