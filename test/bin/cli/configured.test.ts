import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { CONFIG_FLAG, configFlags, configured } from '../../../bin/cli/configured.ts';
import { WrongUse } from '../../../lib/problems/usage.ts';
import { fileOf } from '../../support/forwarder-file.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function written(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'configured-test-'));
  folders.push(folder);
  const file = join(folder, 'forwarder.yaml');
  writeFileSync(file, text);
  return file;
}

const entry = (name: string) => `{ eksCloudwatchLog: { groupName: /aws/eks/${name}/cluster, region: us-west-2 } }`;
const otherwise = () => 'it can not be read.';
const FLAG = { path: '--every', message: 'Expected seconds.' };

test('the only cluster needs no name, one of several does', async () => {
  const one = written(fileOf(entry('prod')));
  expect((await configured({ config: one }, otherwise)).cluster.name).toBe('prod');
  const two = written(fileOf(entry('prod'), entry('test')));
  expect((await configured({ config: two, cluster: 'test' }, otherwise)).cluster.name).toBe('test');
  await expect(configured({ config: two }, otherwise)).rejects.toThrow(WrongUse);
});

test('problems of the file and of the flags are told together', async () => {
  const config = written('elasticsearch: {}');
  const told = await configured({ config }, otherwise, [FLAG]).catch((error: unknown) => String(error));
  expect(told).toContain('elasticsearch.url');
  expect(told).toContain('--every');
});

test('a cluster that is not there is told together with other flags', async () => {
  const config = written(fileOf(entry('prod')));
  const told = await configured({ config, cluster: 'prop' }, otherwise, [FLAG]).catch((error: unknown) =>
    String(error),
  );
  expect(told).toContain('--cluster');
  expect(told).toContain('--every');
});

test('the flags that were given are told again as a shell takes them, a default is not', () => {
  expect(configFlags({ config: CONFIG_FLAG[2] })).toBe('');
  expect(configFlags({ config: 'a/prod.yaml', cluster: 'prod', state: "/srv/Ann's state" })).toBe(
    " --config a/prod.yaml --cluster prod --state '/srv/Ann'\\''s state'",
  );
});
