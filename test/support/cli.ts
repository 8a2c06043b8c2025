import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Ended, startCommand } from './command.ts';

/** What a person may have set for AWS and Elasticsearch is none of a test's business. */
const NOTHING_SET = {
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_CONFIG_FILE: join(tmpdir(), 'no-such-file'),
  AWS_SHARED_CREDENTIALS_FILE: join(tmpdir(), 'no-such-file'),
  ...Object.fromEntries(
    Object.keys(process.env)
      .filter((name) => /^(AWS_(PROFILE|REGION|ACCESS|SECRET|SESSION|ENDPOINT)|ELASTICSEARCH_)/.test(name))
      .map((name) => [name, '']),
  ),
};

export function cli(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  return startCommand(args, { ...NOTHING_SET, ...env }).ended;
}

/** A forwarder.yaml in a folder of its own, which `remove` removes. */
export function configFile(elasticsearch: string, groupName = '/aws/eks/prod/cluster') {
  const folder = mkdtempSync(join(tmpdir(), 'forwarder-'));
  const file = join(folder, 'forwarder.yaml');
  writeFileSync(
    file,
    `clusters:\n  - eksCloudwatchLog: { groupName: ${groupName}, region: eu-west-1 }\nelasticsearch:\n  ${elasticsearch}\n`,
  );
  return { file, remove: () => rmSync(folder, { recursive: true }) };
}
