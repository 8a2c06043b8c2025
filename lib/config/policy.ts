import { existsSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import type { Candidate } from './candidate.ts';
import { problemAt } from './check.ts';
import type { Problem } from './problem.ts';

/** A problem or a warning about a policy. */
export interface PolicyNote {
  readonly path: string;
  readonly message: string;
  readonly line?: number;
}

export type LoadPolicy<P> = (
  nameOrFile: string,
  baseDir: string,
) =>
  | {
      readonly ok: true;
      readonly policy: P;
      readonly warnings: readonly PolicyNote[];
      readonly text: string;
      readonly file: string;
    }
  | { readonly ok: false; readonly problems: readonly PolicyNote[] };

export interface LoadedPolicy<P> {
  /** As configured: a preset's name or a file. */
  readonly name: string;
  readonly file: string;
  readonly text: string;
  readonly policy: P;
}

export interface LoadedPolicies<P> {
  readonly byName: ReadonlyMap<string, LoadedPolicy<P>>;
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
}

/** Loads each policy once, whoever names it; what is wrong inside of a policy file is told with that file and its line. */
export function loadPolicies<P>(
  candidates: readonly Candidate[],
  load: LoadPolicy<P>,
  file: string,
  baseDir: string,
): LoadedPolicies<P> {
  const byName = new Map<string, LoadedPolicy<P>>();
  const problems: Problem[] = [];
  const warnings: Problem[] = [];
  for (const [name, users] of Map.groupBy(candidates, ({ policy }) => policy)) {
    const result = load(name, baseDir);
    const at = (note: PolicyNote) => placed(note, { name, file, baseDir, users });
    if (result.ok) {
      const { policy, text } = result;
      byName.set(name, { name, file: result.file, text, policy });
      warnings.push(...result.warnings.flatMap(at));
    } else problems.push(...result.problems.flatMap(at));
  }
  return { byName, problems, warnings };
}

interface Place {
  readonly name: string;
  readonly file: string;
  readonly baseDir: string;
  readonly users: readonly Candidate[];
}

/** In the policy's own file where there is one; else (no such preset or file) wherever it is named. */
function placed({ path, message, line }: PolicyNote, { name, file, baseDir, users }: Place): Problem[] {
  const own = isAbsolute(name) ? name : join(baseDir, name);
  if (line !== undefined || existsSync(own))
    return [{ file: own, ...(line === undefined ? {} : { line }), path, message }];
  return users.map((user) => problemAt(user.document, file, [...user.path, 'policy'], message));
}
