import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import { type Child, startProcess } from '../../long/process.ts';

export interface Run {
  /** The path of a script in plain JavaScript. */
  readonly script: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly nodeArgs?: readonly string[];
  /** On one processor alone, as a function that has a share of one. Default: on any. */
  readonly isPinned?: boolean;
  /** What is done before the script goes on, once it says `ready`. */
  readonly onReady?: () => Promise<void>;
}

/** Of util-linux. */
const PINNED = ['taskset', '--cpu-list', '0'];
const READY = /^ready$/m;

/** What a script says behind `done` when it ends; what it prints before is left aside. */
export async function outcomeOf<T>({
  script,
  args,
  env = {},
  nodeArgs = [],
  isPinned = false,
  onReady,
}: Run): Promise<T> {
  const [command = '', ...first] = [...(isPinned ? PINNED : []), process.execPath, ...nodeArgs, script, ...args];
  const child = spawn(command, first, {
    env: { PATH: process.env.PATH, TZ: 'UTC', ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    const wasReady = READY.test(said);
    said += part;
    if (onReady !== undefined && !wasReady && READY.test(said)) void onReady().then(() => child.stdin.end());
  });
  if (onReady === undefined) child.stdin.end();
  await once(child, 'close');
  const done = /^done (.*)$/m.exec(said)?.[1];
  if (done === undefined) throw new Error(`${script} ended without a result: ${said.slice(-2000)}`);
  return JSON.parse(done);
}

/** A server of this folder; its URL is what it said. */
export function startServer(script: string, args: readonly string[]): Promise<Child> {
  return startProcess({ script: new URL(script, import.meta.url).href, args, nodeArgs: ['--max-old-space-size=4000'] });
}

/**
 * A script of this folder as plain JavaScript, made in `folder`; its path. A process that takes the types away itself has
 * some 18 MB more, which Lambda's has not.
 */
export function plainScript(name: string, folder: string): string {
  const outfile = join(folder, `${name}.mjs`);
  const entry = fileURLToPath(new URL(`${name}.ts`, import.meta.url));
  buildSync({ entryPoints: [entry], bundle: true, platform: 'node', target: 'node24', format: 'esm', outfile });
  return outfile;
}

export async function answerOf(url: string): Promise<Record<string, number>> {
  return (await (await fetch(url)).json()) as Record<string, number>;
}
