import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Identity } from './identity.ts';
import { type Member, membersOf } from './members.ts';

const PATIENCE = 20_000;
const PID_FILE = 'server.pid';

/**
 * Runs a command until it ends by itself or standard input, a pipe to us, closes: so no server outlives us, not even
 * when we are killed. `$0` only marks the process with the folder that it serves.
 */
const WATCHDOG = `exec 3<&0
"$@" 3<&- </dev/null &
server=$!
{ read -r _ <&3; kill -TERM $server; } 2>/dev/null &
watch=$!
exec 3<&-
wait $server
code=$?
kill -TERM $watch 2>/dev/null
exit $code`;

export interface Server {
  readonly pid: number;
  /** undefined while it runs. */
  exitCode(): number | undefined;
  /** Asks it to end; after 20 seconds it is made to. */
  stop(): Promise<void>;
  /** SIGKILL to all of it. */
  kill(): Promise<void>;
  /** What it wrote last, without Java's stack frames. */
  lastLines(count: number): string;
}

export interface Command {
  readonly home: string;
  readonly command: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly identity: Identity;
  /** What else must go at a SIGKILL: a container is not in our group. */
  readonly alsoKill?: () => void;
}

export function startServer({ home, command, env, identity, alsoKill }: Command): Server {
  const log = join(home, 'logs', 'server.log');
  const output = openSync(log, 'w');
  const child = spawn('/bin/sh', ['-c', WATCHDOG, home, ...command], {
    ...identity,
    cwd: home,
    env,
    // A group of its own: Ctrl-C in our terminal must not reach it before we have stopped using it.
    detached: true,
    stdio: ['pipe', output, output],
  });
  closeSync(output);
  child.once('error', () => {}); // Said below.
  const { pid } = child;
  if (pid === undefined) throw new Error(`/bin/sh can't be started in ${home} as the server's user.`);
  writeFileSync(join(home, PID_FILE), `${pid} ${process.pid}`);
  const ended = new Promise<void>((done) => child.once('exit', () => done()));
  child.stdin?.on('error', () => {}); // It ended first.
  child.unref();
  if (child.stdin !== null && 'unref' in child.stdin && typeof child.stdin.unref === 'function') child.stdin.unref();

  const kill = async (): Promise<void> => {
    child.ref();
    alsoKill?.();
    // A number may have gone to another process since the server ended.
    if (serving(pid, home).length > 0) signalGroup(pid, 'SIGKILL');
    await ended;
    await gone(pid, PATIENCE);
    rmSync(join(home, PID_FILE), { force: true });
  };
  return {
    pid,
    exitCode: () => child.exitCode ?? (child.signalCode === null ? undefined : -1),
    kill,
    async stop() {
      child.ref();
      child.stdin?.end();
      await Promise.race([ended, sleep(PATIENCE, undefined, { ref: false })]);
      await kill();
    },
    lastLines: (count) => lastLines(log, count),
  };
}

/**
 * Ends what an earlier launcher left on this folder; throws when a living one uses it. Its process
 * counts only where the folder stands in the command line.
 */
export async function endLeftover(home: string): Promise<void> {
  const file = join(home, PID_FILE);
  if (!existsSync(file)) return;
  const [pid = 0, launcher] = readFileSync(file, 'utf8').split(' ').map(Number);
  const left = serving(pid, home);
  // When a launcher dies its child gets another parent.
  if (left.some((member) => member.pid === pid && member.parent === launcher))
    throw new Error(`Process ${launcher} runs Elasticsearch on ${home}: end it first, or use another folder.`);
  if (left.length > 0) {
    signalGroup(pid, 'SIGTERM');
    if (!(await gone(pid, PATIENCE))) signalGroup(pid, 'SIGKILL');
    await gone(pid, PATIENCE);
  }
  rmSync(file, { force: true });
}

const serving = (group: number, home: string): readonly Member[] =>
  membersOf(group).filter(({ command }) => command.includes(home));

async function gone(group: number, patience: number): Promise<boolean> {
  for (const until = Date.now() + patience; membersOf(group).length > 0; await sleep(50))
    if (Date.now() >= until) return false;
  return true;
}

function lastLines(log: string, count: number): string {
  const lines = readFileSync(log, 'utf8').split('\n');
  return lines
    .filter((line) => line !== '' && !/^\s+(at |\.\.\. )/.test(line))
    .slice(-count)
    .join('\n');
}

function signalGroup(group: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-group, signal);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
