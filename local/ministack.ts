import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './listen.ts';
import { cacheFolder } from './process/identity.ts';
import { type Server, startServer } from './process/server.ts';

const MINISTACK = 'ministack==1.5.33';
/** The command `aws`, for what people do with it. The two want different versions of one library. */
const AWS_CLI = 'awscli==1.45.11';
const START_LIMIT = 60_000;

export interface MinistackOptions {
  /** Twelve digits: where a caller is whose key says nothing else. */
  readonly account: string;
  readonly region: string;
  /** Policies are evaluated, and a function runs as its role. Default: everybody may do everything. */
  readonly auth?: boolean;
}

export interface Ministack {
  readonly url: string;
  /** What sends the CDK's CLI and the SDK there; with a caller's key it is complete. */
  readonly environment: Readonly<Record<string, string>>;
  /** Holds the command `aws`. */
  readonly bin: string;
  stop(): Promise<void>;
}

/**
 * A small AWS in one process, for a deployment without an account: CloudFormation, IAM, Lambda (the function runs in a
 * process of its own), Scheduler, DynamoDB and so on. In memory; it ends when this process does. Its CloudWatch Logs
 * are not good enough to read from.
 */
export async function startMinistack(options: MinistackOptions): Promise<Ministack> {
  const { account, region, auth = false } = options;
  const python = join(install(MINISTACK), 'python');
  const bin = install(AWS_CLI);
  const port = await freePort();
  const home = mkdtempSync(join(tmpdir(), 'ministack-'));
  for (const folder of ['logs', 'tmp']) mkdirSync(join(home, folder));
  const server = startServer({
    home,
    command: [python, '-m', 'ministack'],
    identity: {},
    env: {
      // Functions run with the first `node` on the path, and with what else stands here: no more than they need.
      PATH: [dirname(process.execPath), process.env.PATH].join(delimiter),
      HOME: home,
      TMPDIR: join(home, 'tmp'),
      S3_DATA_DIR: join(home, 's3'),
      STATE_DIR: join(home, 'state'),
      BIND_HOST: '127.0.0.1',
      MINISTACK_HOST: '127.0.0.1',
      GATEWAY_PORT: String(port),
      MINISTACK_ACCOUNT_ID: account,
      MINISTACK_REGION: region,
      ...(auth ? { AUTH: 'true' } : {}),
    },
  });
  const url = `http://127.0.0.1:${port}`;
  await untilHealthy(url, server);
  const environment = {
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ENDPOINT_URL: url,
    AWS_ENDPOINT_URL_S3: url,
  };
  return { url, environment, bin, stop: () => stop(server, home) };
}

/** A Python package in a virtual environment of its own, made once for this user: the folder with its commands. */
function install(requirement: string): string {
  const folder = join(cacheFolder({}, process.env), requirement.replace('==', '-'));
  const bin = join(folder, 'bin');
  const complete = join(folder, 'complete');
  if (existsSync(complete)) return bin;
  // Its commands name the folder, so it can't be made elsewhere and moved here when it is whole.
  must('python3', '-m', 'venv', '--clear', folder);
  must(join(bin, 'python'), '-m', 'pip', 'install', '--quiet', requirement);
  writeFileSync(complete, '');
  return bin;
}

function must(command: string, ...args: readonly string[]): void {
  const { status, error, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  if (status === 0) return;
  const todo = 'install Python 3.10 or later with its venv module (Debian: python3-venv)';
  throw new Error(`${[command, ...args].join(' ')} failed: ${error?.message ?? stderr}: ${todo}.`);
}

async function untilHealthy(url: string, server: Server): Promise<void> {
  for (const begun = Date.now(); Date.now() - begun < START_LIMIT; await sleep(100)) {
    if (server.exitCode() !== undefined) break;
    const health = await fetch(`${url}/_localstack/health`).catch(() => undefined);
    if (health?.ok === true) return;
  }
  const said = server.lastLines(10);
  await server.kill();
  throw new Error(`ministack did not start:\n${said}`);
}

async function stop(server: Server, home: string): Promise<void> {
  await server.stop();
  rmSync(home, { recursive: true, force: true });
}
