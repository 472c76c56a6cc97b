import { describe, expect, it } from 'vitest';

import { AnsiLines } from '../../../couler_jupyter/widgets/dag/ansi.js';

const text = (pieces: { text: string }[]): string => pieces.map(one => one.text).join('');

describe('AnsiLines', () => {
  it('reads the same however the log is cut', () => {
    const log = 'a\u001b[1;32mb\u001b[0mc\nd\r50%\r99%\n\u001b]0;t\u0007end';
    const whole = new AnsiLines().take(log);
    const expected = [...whole.whole, whole.last];
    for (let size = 1; size < log.length; size += 1) {
      const reader = new AnsiLines();
      const lines = [];
      let last: { text: string; names: string }[] = [];
      for (let at = 0; at < log.length; at += size) {
        const got = reader.take(log.slice(at, at + size));
        lines.push(...got.whole);
        last = got.last;
      }
      expect([...lines, last]).toEqual(expected);
    }
  });

  it('cuts a long line and says by how much, also when it comes in pieces', () => {
    const reader = new AnsiLines();
    for (let turn = 0; turn < 1000; turn += 1) reader.take('x'.repeat(1000));
    const line = text(reader.take('\n').whole[0] ?? []);
    expect(line.startsWith('x'.repeat(2000))).toBe(true);
    expect(line.endsWith(' … 998000 more characters')).toBe(true);
  });

  it('is quick with a megabyte of colours', () => {
    const reader = new AnsiLines();
    const { whole } = reader.take(`${'\u001b[31mx\u001b[0m'.repeat(100_000)}\n`);
    expect(text(whole[0] ?? [])).toMatch(/^x{2000} … 98000 more characters$/);
    expect(whole[0]?.length).toBeLessThan(2100);
  });

  it('shows no control character and no mark that turns text around', () => {
    const { last } = new AnsiLines().take('a\u0000b\u202ec\u2066d\u0007e');
    expect(text(last)).toBe('abcde');
  });
});
