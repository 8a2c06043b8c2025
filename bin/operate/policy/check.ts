import { loadPolicy } from '../../../lib/policy/file.ts';
import { describeProblems, type Problem } from '../../../lib/problems/problem.ts';
import { WrongUse } from '../../../lib/problems/usage.ts';
import { policyInWords, ruleInWords } from './words.ts';

export interface CheckedPolicy {
  readonly ok: boolean;
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
  /** Each rule in words; empty with problems. */
  readonly rules: readonly string[];
  /** What holds for all of them. */
  readonly notes: readonly string[];
}

/** Would the API server take this policy, and what does it say? A file that isn't there is wrong use, not a no. */
export function checkPolicy(nameOrFile: string, baseDir: string): CheckedPolicy {
  const loaded = loadPolicy(nameOrFile, baseDir);
  const named = (problems: readonly Problem[]) => problems.map((problem) => ({ file: nameOrFile, ...problem }));
  if (loaded.ok) {
    const { policy, warnings, notes } = loaded;
    const rules = policy.rules.map(ruleInWords);
    return {
      ok: true,
      problems: [],
      warnings: named(warnings),
      rules,
      notes: [...policyInWords(policy), ...named(notes).map((note) => describeProblems([note]))],
    };
  }
  if (loaded.file === undefined) throw WrongUse.of(loaded.problems);
  return { ok: false, problems: named(loaded.problems), warnings: [], rules: [], notes: [] };
}
