import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

/** The command's own. */
export const PROGRAM = fileURLToPath(new URL('../../bin/eks-audit.ts', import.meta.url));

export interface Ended {
  /** null where a signal ended it. */
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly child: ChildProcess;
  /** What it has said on stderr so far. */
  said(): string;
  readonly ended: Promise<Ended>;
}

type Environment = Readonly<Record<string, string>>;

/** `npx eks-audit …` in a process of its own, as a person starts it. */
export function startCommand(args: readonly string[], environment: Environment = {}): Running {
  return startNode([PROGRAM, ...args], environment);
}

export function startNode(args: readonly string[], environment: Environment = {}): Running {
  return startProgram(process.execPath, args, environment);
}

export function startProgram(program: string, args: readonly string[], environment: Environment = {}): Running {
  const child = spawn(program, args, { env: { ...process.env, ...environment } });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const ended = once(child, 'close').then(([code, signal]): Ended => ({ code, signal, stdout, stderr }));
  return { child, said: () => stderr, ended };
}

/** Waits until `look` finds something; it may take a minute. */
export async function eventually<T>(look: () => T | undefined | Promise<T | undefined>): Promise<T> {
  for (const begun = Date.now(); Date.now() - begun < 60_000; ) {
    const found = await look();
    if (found !== undefined) return found;
    await sleep(20);
  }
  throw new Error('What was waited for did not happen within a minute.');
}

/**
 * For totals to be exact: a run that crosses the end of a minute reads that minute twice, unfinished and in full, and
 * says so.
 */
export async function earlyInTheMinute(): Promise<void> {
  const passed = Date.now() % 60_000;
  if (passed > 40_000) await sleep(60_000 - passed);
}

/** The last line of stdout: the totals of `--json`. */
export function totalsIn({ stdout }: Ended): unknown {
  return JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '');
}
