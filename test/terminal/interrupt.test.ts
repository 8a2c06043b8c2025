import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { sourceOf, startAws } from '../../local/aws.ts';
import { event } from '../support/builders.ts';
import { KEYS, startInTerminal } from './terminal.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** A cluster with one event in CloudWatch Logs: its forwarder.yaml, and what sends the SDK there. */
async function cluster() {
  const aws = await startAws();
  closing.push(() => aws.close());
  const { group, region, prefix } = sourceOf('prod');
  await aws.logs.put(group, `${prefix}1`, [{ timestamp: Date.now(), message: JSON.stringify(event()) }]);
  const folder = mkdtempSync(join(tmpdir(), 'terminal-'));
  closing.push(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'forwarder.yaml');
  writeFileSync(
    file,
    `clusters:\n  - eksCloudwatchLog: { groupName: ${group}, region: ${region} }\nelasticsearch: { url: 'http://127.0.0.1:1' }\n`,
  );
  return { file, env: aws.environment };
}

async function runInTerminal() {
  const { file, env } = await cluster();
  const terminal = startInTerminal(['run', '--dry-run', '--config', file], { env });
  closing.push(() => terminal.close());
  await terminal.shows('Ctrl-C ends it');
  return terminal;
}

test('Ctrl-C in a terminal ends a run in order: it tells what became of the lines', async () => {
  const terminal = await runInTerminal();
  terminal.type(KEYS.ctrlC);
  expect(await terminal.exit).toBe(0);
  expect(terminal.printed()).toContain('lines read');
});
