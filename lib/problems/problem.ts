/** Something an operator must mend before anything is begun. The message is whole sentences and never holds a secret. */
export interface Problem {
  /** As the operator named it; absent where a flag of the command line is meant. */
  readonly file?: string;
  /** From 1; absent where the file as a whole is meant. */
  readonly line?: number;
  /** `clusters[0].policy`, or `--cluster` for a flag; empty where the file as a whole is meant. */
  readonly path: string;
  readonly message: string;
}

export type Step = string | number;

/** One problem a line: `forwarder.yaml:12: clusters[0].policy: …`. */
export function describeProblems(problems: readonly Problem[]): string {
  return problems.map(describe).join('\n');
}

function describe({ file, line, path, message }: Problem): string {
  const where = file === undefined || line === undefined ? file : `${file}:${line}`;
  return [where, path, message].filter(Boolean).join(': ');
}

/** By line; what another file says (a policy) comes after what the file itself says. */
export function inOrder(problems: readonly Problem[], file?: string): Problem[] {
  const rank = (problem: Problem) => (problem.file === file ? 0 : 1);
  return problems.toSorted((a, b) => rank(a) - rank(b) || (a.line ?? 0) - (b.line ?? 0));
}
