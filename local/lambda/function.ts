import { randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import type { Outcome } from './runtime-api.ts';
import { type Sandbox, startSandbox } from './sandbox.ts';

export interface FunctionOptions {
  /** Holds the bundle and its settings, as Lambda unpacks them. */
  readonly folder: string;
  /** The function's environment; what Lambda sets itself is added. Nothing of ours gets through but PATH. */
  readonly env?: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
  /** MB; bounds the heap, not the process. Default 512. */
  readonly memory?: number;
  /** Gets what the function prints, line by line, each before the invocation that printed it is answered. */
  readonly onLine?: (line: string) => void;
  /** More flags for Node. */
  readonly nodeArgs?: readonly string[];
}

export interface RunningFunction {
  /** The process that would take the next event; undefined: it will be a new one. */
  readonly pid: number | undefined;
  /** One at a time: a second call waits for the first. Never rejects for what the function does. */
  invoke(event: unknown): Promise<Outcome>;
  /** Ends the process by SIGKILL, also in the middle of an invocation. */
  kill(): Promise<void>;
  stop(): Promise<void>;
}

const NAME = 'eks-audit';

/** Runs a bundle as Lambda does: in a process of its own that stays for the next event, until it dies or is late. */
export function startFunction(options: FunctionOptions): RunningFunction {
  const folder = resolve(options.folder);
  const env = environment(options, folder);
  const { memory = 512, nodeArgs = [], onLine = () => {} } = options;
  // As Lambda's own runtime starts Node.
  const percent = (share: number) => Math.floor((memory * share) / 100);
  const heap = [`--max-semi-space-size=${percent(5)}`, `--max-old-space-size=${percent(90)}`];
  const flags = [...heap, ...nodeArgs];
  const arn = `arn:aws:lambda:${env.AWS_REGION}:000000000000:function:${env.AWS_LAMBDA_FUNCTION_NAME}`;
  let starting: Promise<Sandbox> | undefined;
  let sandbox: Sandbox | undefined;
  let before: Promise<unknown> = Promise.resolve();

  const invokeNow = async (event: unknown): Promise<Outcome> => {
    if (sandbox?.alive() !== true) {
      starting = startSandbox({ folder, env, nodeArgs: flags, onLine });
      sandbox = await starting;
    }
    return await sandbox.run({ id: randomUUID(), event, arn, timeoutMs: options.timeoutSeconds * 1000 });
  };
  const kill = async (): Promise<void> => {
    const current = await starting;
    if (current?.alive() === true) await current.kill();
  };
  return {
    get pid() {
      return sandbox?.alive() === true ? sandbox.pid : undefined;
    },
    invoke(event) {
      const answer = before.then(() => invokeNow(event));
      before = answer.catch(() => {});
      return answer;
    },
    kill,
    stop: kill,
  };
}

function environment(options: FunctionOptions, folder: string): Record<string, string> {
  return {
    PATH: process.env.PATH ?? '',
    LANG: 'en_US.UTF-8',
    TZ: 'UTC',
    AWS_REGION: 'us-east-1',
    AWS_LAMBDA_FUNCTION_NAME: NAME,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(options.memory ?? 512),
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${NAME}`,
    AWS_LAMBDA_LOG_STREAM_NAME: 'local',
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    LAMBDA_TASK_ROOT: folder,
    _HANDLER: 'index.handler',
    ...options.env,
  };
}
