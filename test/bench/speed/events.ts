import { readFileSync } from 'node:fs';
import { sampleEvents } from '../../../local/samples/samples.ts';

const AUDIT = 'kube-apiserver-audit-';
/** The life that the samples tell begins then, so that each bench meets the same bytes. */
const BEGAN = Date.UTC(2026, 10, 16);

/**
 * Lives that differ in how much noise there is to each change. `full`: long lines, bodies in many of them. `mixed`: of
 * which the default policy keeps about 3 %.
 */
const NOISE_PER_SECOND = { full: 0.3, mixed: 5 } as const;
export type Life = keyof typeof NOISE_PER_SECOND;

/** That many audit lines of the samples. */
export function sampleLines(life: Life, count: number): readonly string[] {
  const events = sampleEvents({ from: BEGAN, to: Number.POSITIVE_INFINITY, perSecond: NOISE_PER_SECOND[life] });
  const lines: string[] = [];
  for (const { stream, message } of events) {
    if (stream.startsWith(AUDIT)) lines.push(message);
    if (lines.length === count) break;
  }
  return lines;
}

/** That many lines of a file; where it has fewer they come again, each time with one more space behind them: other ids. */
export function fileLines(file: string, count: number): readonly string[] {
  const found = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '');
  if (found.length === 0) throw new Error(`expected lines in ${file}, found none`);
  return Array.from({ length: count }, (_, at) => {
    const line = found[at % found.length] ?? '';
    return line + ' '.repeat(Math.floor(at / found.length));
  });
}
