import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cli } from '../../support/cli.ts';
import { eventually, startCommand } from '../../support/command.ts';
import { commandLines } from '../../support/commands.ts';
import { type RememberingElasticsearch, startRemembering } from '../../support/fakes/remembering.ts';
import { newFolder } from '../../support/folder.ts';
import { auditLine } from '../../support/kube-audit.ts';
import { codeBlocks, textOf } from '../../support/markdown.ts';

/** docs/other-clusters.md, word by word, on a machine whose root is a folder. */

const BLOCKS = codeBlocks(textOf('docs/other-clusters.md'));
let es: RememberingElasticsearch;
const root = newFolder();

beforeAll(async () => {
  es = await startRemembering();
});
afterAll(() => es.close());

/** The code of the only block that holds this. */
function block(part: string): string {
  const [found, more] = BLOCKS.filter(({ code }) => code.includes(part));
  if (found === undefined || more !== undefined) throw new Error(`Expected one block with ${part}.`);
  return here(found.code);
}

/** The same below the folder, and with an Elasticsearch that is there. */
function here(text: string): string {
  return text.replaceAll('/var/', `${root}/var/`).replaceAll('https://es.example:9200', es.url);
}

/** The words of the only command line that holds this, with the configuration's own place. */
function command(part: string, config: string): readonly string[] {
  const [found] = commandLines(block(part));
  if (found === undefined) throw new Error(`Expected a command with ${part}.`);
  return [...found, ...(part.startsWith('account') ? [] : ['--config', config])];
}

test('its audit policy for the API server is right, and warns of nothing', async () => {
  const policy = join(root, 'audit-policy.yaml');
  writeFileSync(policy, block('kind: Policy'));
  const [words = []] = commandLines(block('policy check'));
  const { code, stderr, stdout } = await cli(words.map((word) => (word === 'audit-policy.yaml' ? policy : word)));
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).not.toContain('warning');
});

test('its forwarder.yaml and commands pass a log on and account for it', async () => {
  const log = join(root, 'var/log/kubernetes/audit');
  mkdirSync(log, { recursive: true });
  writeFileSync(join(log, 'kube-audit.log'), `${auditLine(1)}\n${auditLine(2)}\n`);
  const config = join(root, 'forwarder.yaml');
  writeFileSync(config, block('path: /var/log/kubernetes/audit/kube-audit.log\n    policy'));
  const running = startCommand(command('follow --cluster', config));
  await eventually(() => (es.documents.size === 2 ? true : undefined));
  running.child.kill('SIGINT');
  expect((await running.ended).code).toBe(0);
  const { code, stdout } = await cli(command('account --state', config));
  expect(code).toBe(0);
  expect(stdout).toContain('Every line that was read has an outcome.');
});
