import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { clockText, FAST_CLOCK, type FastClock } from './clock.ts';

export const PRELOAD = ['--import', new URL('fast-clock.ts', import.meta.url).href] as const;

export interface Child {
  /** The first line it printed: where it is to be found. */
  readonly said: string;
  tell(line: string): void;
  /** Ends its input, and waits until it has ended by itself. */
  stop(): Promise<void>;
}

export interface Start {
  /** A script of this folder; it ends when its input does. */
  readonly script: string;
  readonly args: readonly string[];
  /** Absent: the real time. */
  readonly clock?: FastClock;
  /** More flags for Node. */
  readonly nodeArgs?: readonly string[];
  /** Gets every line after the first. */
  readonly onLine?: (line: string) => void;
  /** Gets its exit before we asked for it. */
  readonly onDeath?: (why: string) => void;
}

/** Starts a script in a process of its own; done when it has said its first line. */
export async function startProcess({ script, args, clock, nodeArgs = [], onLine, onDeath }: Start): Promise<Child> {
  const path = fileURLToPath(new URL(script, import.meta.url));
  const { PATH, NODE_COMPILE_CACHE } = process.env;
  const env = { PATH, NODE_COMPILE_CACHE, ...(clock === undefined ? {} : { [FAST_CLOCK]: clockText(clock) }) };
  const preload = clock === undefined ? [] : PRELOAD;
  const child = spawn(process.execPath, [...nodeArgs, ...preload, path, ...args], {
    env,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  let stopping = false;
  child.once('exit', (code, signal) => {
    if (!stopping) onDeath?.(`${script} ended (${code ?? signal})`);
  });
  child.stdin.on('error', () => {}); // It ended first.
  const lines = createInterface(child.stdout);
  const said = new Promise<string>((done) => lines.once('line', done));
  const first = await Promise.race([said, ended.then(() => undefined)]);
  if (first === undefined) throw new Error(`${script} ended at its start`);
  lines.on('line', (line) => onLine?.(line));
  return {
    said: first,
    tell: (line) => void child.stdin.write(`${line}\n`),
    async stop() {
      stopping = true;
      child.stdin.end();
      await ended;
    },
  };
}
