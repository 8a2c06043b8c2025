import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { floorMinute, MINUTE } from '../../lambda/core/time.ts';
import { type Aws, sourceOf, startAws } from '../../local/aws.ts';
import { event } from '../support/builders.ts';
import { configFile } from '../support/cli.ts';
import { type ForgetfulElasticsearch, startForgetful } from './elasticsearch.ts';

/** A cluster with some lines in CloudWatch Logs, and an Elasticsearch; nothing of them outlives the test's file. */
export interface Site {
  readonly aws: Aws;
  readonly elasticsearch: ForgetfulElasticsearch;
  /** Its forwarder.yaml. */
  readonly file: string;
  /** What sends the SDK there. */
  readonly env: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** Minutes before this one that have a line each. */
export const PAST = 10;

export async function startSite(): Promise<Site> {
  const [aws, elasticsearch] = await Promise.all([startAws(), startForgetful()]);
  const { group, prefix } = sourceOf('prod');
  const now = floorMinute(Date.now());
  const times = Array.from({ length: PAST + 1 }, (_, at) => now - at * MINUTE);
  const events = times.map((timestamp, at) => ({ timestamp, message: JSON.stringify(event({ auditID: `${at}` })) }));
  await aws.logs.put(group, `${prefix}1`, events);
  const folder = mkdtempSync(join(tmpdir(), 'terminal-'));
  const file = configFile(`url: ${elasticsearch.url}`, { folder, groupName: group });
  const close = async () => {
    await aws.close();
    await elasticsearch.close();
    rmSync(folder, { recursive: true });
  };
  return { aws, elasticsearch, file, env: { ...aws.environment, AWS_CONFIG_FILE: join(folder, 'none') }, close };
}
