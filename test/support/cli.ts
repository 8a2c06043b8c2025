import { existsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { type Ended, startCommand } from './command.ts';
import { newFolder } from './folder.ts';

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

/** Where nobody listens: what asks there gets no answer. */
export const NOWHERE = 'http://127.0.0.1:1';

export function cli(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  return startCommand(args, { ...NOTHING_SET, ...env }).ended;
}

/** A forwarder.yaml in a folder. Without a word on Elasticsearch a command that asks it anything fails. */
export function configFile(
  elasticsearch = `url: ${NOWHERE}`,
  { folder = newFolder(), groupName = '/aws/eks/prod/cluster' } = {},
): string {
  const file = join(folder, 'forwarder.yaml');
  writeFileSync(
    file,
    `clusters:\n  - eksCloudwatchLog: { groupName: ${groupName}, region: eu-west-1 }\nelasticsearch:\n  ${elasticsearch}\n`,
  );
  return file;
}

/** The command told of the missing folder together with what else is out of reach, began nothing, and did not make it. */
export function expectMissing(state: string, config: string, { code, stdout, stderr }: Ended): void {
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain(`${config}: clusters: prod: CloudWatch Logs does not answer`);
  expect(stderr).toContain(`\n--state ${state}: There is no such folder: `);
  expect(stderr).not.toMatch(/^\s+at |table:/m);
  expect(existsSync(state)).toBe(false);
}
