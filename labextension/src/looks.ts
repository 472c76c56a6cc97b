/** How phases are told apart: those of couler_jupyter/drawing/looks.py, as a test says. */

export interface Look {
  readonly glyph: string;
  readonly color: string;
}

export const LOOKS: Readonly<Record<string, Look>> = {
  pending: { glyph: '○', color: '#6e7781' },
  running: { glyph: '▸', color: '#0b61c4' },
  suspended: { glyph: '‖', color: '#7a3fb8' },
  succeeded: { glyph: '✓', color: '#11703c' },
  cached: { glyph: '↺', color: '#0a6a75' },
  skipped: { glyph: '»', color: '#5c6570' },
  omitted: { glyph: '∅', color: '#5c6570' },
  failed: { glyph: '✗', color: '#b3200f' },
  errored: { glyph: '!', color: '#9a4a00' },
  cancelled: { glyph: '■', color: '#454c54' },
  interrupted: { glyph: '↯', color: '#8a2a63' }
};

export const UNKNOWN: Look = { glyph: '?', color: '#5c6570' };
