import { isAbsolute, join, resolve } from 'node:path';
import type { Policy } from '../../lambda/core/policy/policy.ts';
import type { loadPolicy } from '../policy/file.ts';
import type { Problem } from '../problems/problem.ts';
import { sentence } from '../problems/sentence.ts';

export type LoadPolicy = typeof loadPolicy;

/** A policy that a cluster names. */
export interface NamedPolicy {
  /** As configured: a preset's name or a file. */
  readonly name: string;
  /** Absolute. */
  readonly file: string;
  readonly text: string;
  readonly policy: Policy;
}

/** Who names a policy, and is told where there is none. */
interface Naming {
  readonly policy: string | undefined;
  readonly problem: (key: 'policy', message: string) => Problem;
}

/** Loads each policy once, whoever names it; what is wrong inside of a policy file is told with that file and its line. */
export function loadPolicies(all: readonly Naming[], load: LoadPolicy, baseDir: string) {
  const byName = new Map<string, NamedPolicy>();
  const problems: Problem[] = [];
  const warnings: Problem[] = [];
  for (const [name, users] of Map.groupBy(all, ({ policy }) => policy)) {
    if (name === undefined) continue;
    const result = load(name, baseDir);
    // The path as the operator knows it.
    const own = isAbsolute(name) ? name : join(baseDir, name);
    if (result.ok) {
      const bytes = Buffer.byteLength(JSON.stringify(result.policy));
      if (bytes > LARGEST) problems.push(...users.map((user) => user.problem('policy', tooLarge(bytes))));
      byName.set(name, { name, file: result.file, text: result.text, policy: result.policy });
      const shown = resolve(own) === result.file ? own : result.file;
      warnings.push(...result.warnings.map((warning) => ({ ...warning, file: shown })));
      continue;
    }
    for (const note of result.problems) {
      // Of the policy as a whole (there is none of this name, it can't be read): told wherever it is named.
      const whole = note.line === undefined && note.path === '';
      problems.push(...(whole ? users.map((user) => user.problem('policy', note.message)) : [{ ...note, file: own }]));
    }
  }
  return { byName, problems, warnings };
}

/** An item of DynamoDB holds 400 kB, and the table keeps each policy as one. */
const LARGEST = 390_000;

function tooLarge(bytes: number): string {
  return sentence(
    `a policy of at most ${LARGEST / 1000} kB as JSON, since the table keeps it as one item`,
    `${Math.ceil(bytes / 1000)} kB`,
    'shorten it',
  );
}
