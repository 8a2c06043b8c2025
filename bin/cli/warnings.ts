import { describeProblems, type Problem } from '../../lib/problems/problem.ts';

/** Says what is accepted though it may not be meant; `file`: where, of what names no file itself. */
export function tellWarnings(
  warnings: readonly Problem[],
  file: string,
  say: (text: string) => void = (text) => void process.stderr.write(`${text}\n`),
): void {
  for (const warning of warnings) say(`warning: ${describeProblems([{ file, ...warning }])}`);
}
