import { isAbsolute, join, resolve } from 'node:path';
import type { Policy } from '../../lambda/core/policy/policy.ts';
import type { loadPolicy } from '../policy/file.ts';
import type { Problem as PolicyNote } from '../policy/parse.ts';
import type { Problem } from '../problems/problem.ts';
import type { Candidate } from './candidate.ts';

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

export interface NamedPolicies {
  readonly byName: ReadonlyMap<string, NamedPolicy>;
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
}

/** Loads each policy once, whoever names it; what is wrong inside of a policy file is told with that file and its line. */
export function loadPolicies(candidates: readonly Candidate[], load: LoadPolicy, baseDir: string): NamedPolicies {
  const byName = new Map<string, NamedPolicy>();
  const problems: Problem[] = [];
  const warnings: Problem[] = [];
  for (const [name, users] of Map.groupBy(candidates, ({ policy }) => policy)) {
    const result = load(name, baseDir);
    // The path as the operator knows it.
    const own = isAbsolute(name) ? name : join(baseDir, name);
    if (result.ok) {
      byName.set(name, { name, file: result.file, text: result.text, policy: result.policy });
      const shown = resolve(own) === result.file ? own : result.file;
      warnings.push(...result.warnings.map((warning) => ({ ...warning, file: shown })));
      continue;
    }
    // Of the policy as a whole (there is none of this name, it can't be read): told wherever it is named.
    const [whole, inside] = parted(result.problems);
    problems.push(...inside.map((problem) => ({ ...problem, file: own })));
    for (const { document, path } of users)
      problems.push(...whole.map(({ message }) => document.problem([...path, 'policy'], message)));
  }
  return { byName, problems, warnings };
}

function parted(notes: readonly PolicyNote[]): readonly [readonly PolicyNote[], readonly PolicyNote[]] {
  const isWhole = ({ line, path }: PolicyNote) => line === undefined && path === '';
  return [notes.filter(isWhole), notes.filter((note) => !isWhole(note))];
}
