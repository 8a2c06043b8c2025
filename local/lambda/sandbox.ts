import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { readLines } from './lines.ts';
import { type Invocation, type Outcome, serveRuntimeApi } from './runtime-api.ts';

const BOOTSTRAP = fileURLToPath(new URL('bootstrap.ts', import.meta.url));
/** What Lambda grants a process before its first event. */
const INIT_MS = 10_000;

/** One process of the function; it takes events one after the other until it dies. */
export interface Sandbox {
  readonly pid: number | undefined;
  alive(): boolean;
  run(invocation: Invocation): Promise<Outcome>;
  /** By SIGKILL. */
  kill(): Promise<void>;
}

export interface Process {
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  readonly nodeArgs: readonly string[];
  readonly onLine: (line: string) => void;
}

export async function startSandbox({ folder, env, nodeArgs, onLine }: Process): Promise<Sandbox> {
  const api = await serveRuntimeApi();
  const child = spawn(process.execPath, [...nodeArgs, BOOTSTRAP], {
    cwd: folder,
    env: { ...env, AWS_LAMBDA_RUNTIME_API: api.host },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const pipes = [readLines(child.stdout, onLine), readLines(child.stderr, onLine)];
  // `close` comes after the last line of both pipes.
  const closed = new Promise<void>((done) => child.once('close', () => done()));
  child.once('error', (error) => onLine(error.message));
  closed.then(api.close, api.close);

  const kill = async (): Promise<void> => {
    child.kill('SIGKILL');
    await closed;
  };
  return {
    pid: child.pid,
    alive: () => child.exitCode === null && child.signalCode === null && child.pid !== undefined,
    kill,
    async run(invocation) {
      const answered = api.hand(invocation);
      const outcome = await firstOf(answered, closed, child, invocation);
      if (outcome.ok || !FATAL.has(outcome.errorType)) {
        await Promise.race([closed, Promise.all(pipes.map((pipe) => pipe.marked(invocation.id)))]);
      } else await kill();
      return outcome;
    },
  };
}

const FATAL = new Set(['Sandbox.Timedout', 'Runtime.ExitError']);

async function firstOf(
  answered: Promise<Outcome>,
  closed: Promise<void>,
  child: ChildProcess,
  invocation: Invocation,
): Promise<Outcome> {
  const fail = (errorType: string, why: string): Outcome => ({
    ok: false,
    errorType,
    errorMessage: `RequestId: ${invocation.id} Error: ${why}`,
  });
  const late = fail('Sandbox.Timedout', 'The function did not start in time');
  const slow = sleep(INIT_MS + invocation.timeoutMs, late, { ref: false });
  const exited = closed.then(() => fail('Runtime.ExitError', exitOf(child)));
  return await Promise.race([answered, exited, slow]);
}

function exitOf({ exitCode, signalCode }: ChildProcess): string {
  if (signalCode !== null) return `Runtime exited with error: signal: ${signalCode}`;
  return exitCode === 0
    ? 'Runtime exited without providing a reason'
    : `Runtime exited with error: exit status ${exitCode}`;
}
