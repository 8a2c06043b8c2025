import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sourceOf } from '../../local/aws.ts';
import { PROGRAM, startNode } from '../support/command.ts';
import { clockText, FAST_CLOCK, type FastClock } from './clock.ts';
import { PRELOAD } from './process.ts';

export interface Asked {
  readonly cluster: string;
  /** Of Elasticsearch. */
  readonly url: string;
  readonly clock: FastClock;
  /** What sends clients to the stand-ins. */
  readonly environment: Readonly<Record<string, string>>;
  /** Milliseconds, `[from, to)`. */
  readonly from: number;
  readonly to: number;
}

/** What `account --verify` finds, run as a person runs it. */
export interface Verified {
  /** 0: everything is there, and nothing more. */
  readonly code: number | null;
  readonly minutes: number;
  readonly present: number;
  /** What it names, as it says it: missing, altered, extra, twice, not verifiable, changed; empty where it is silent. */
  readonly named: readonly unknown[];
}

export async function verified({ cluster, url, clock, environment, from, to }: Asked): Promise<Verified> {
  const folder = mkdtempSync(join(tmpdir(), 'verification-'));
  const config = join(folder, 'forwarder.yaml');
  const { group, account, region } = sourceOf(cluster);
  const log = `{ groupName: ${group}, region: ${region} }`;
  writeFileSync(
    config,
    `elasticsearch: { url: '${url}' }\nclusters: [{ name: ${cluster}, eksCloudwatchLog: ${log} }]\n`,
  );
  const range = ['--from', new Date(from).toISOString(), '--to', new Date(to).toISOString()];
  const args = ['account', '--verify', '--json', '--config', config, ...range];
  const env = {
    ...environment,
    [FAST_CLOCK]: clockText(clock),
    AWS_ACCOUNT_ID: account,
    ELASTICSEARCH_API_KEY: 'a server without security takes any',
  };
  try {
    const { code, stdout, stderr } = await startNode([...PRELOAD, PROGRAM, ...args], env).ended;
    if (stdout === '') throw new Error(`account --verify ended with ${code}: ${stderr}`);
    const { minutes, present, missing, altered, extra, both, notVerifiable, changed } = JSON.parse(stdout).verification;
    return { code, minutes, present, named: [...missing, ...altered, ...extra, ...both, ...notVerifiable, ...changed] };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
