import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { version } from '../bin/cli/version.ts';
import { startNode } from './support/command.ts';

const ROOT = resolve(import.meta.dirname, '..');

interface Finding {
  readonly code: string;
  readonly labels: readonly { readonly span: { readonly line: number } }[];
}

/** Runs the project's own lint on one file and gives rule and line of each finding. */
async function lint(code: string): Promise<readonly string[]> {
  mkdirSync(join(ROOT, 'coverage'), { recursive: true });
  const folder = mkdtempSync(join(ROOT, 'coverage', 'lint-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  // The linter passes over what Git ignores; a repository of its own begins here.
  mkdirSync(join(folder, '.git'));
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ extends: '../../tsconfig.json', include: ['*.ts'] }));
  writeFileSync(join(folder, 'snippet.ts'), code);
  const args = ['--type-aware', '--config', join(ROOT, '.oxlintrc.json'), '--format', 'json', '.'];
  const output = await new Promise<string>((done) => {
    execFile(join(ROOT, 'node_modules', '.bin', 'oxlint'), args, { cwd: folder }, (_, stdout) => done(stdout));
  });
  const { diagnostics }: { diagnostics: readonly Finding[] } = JSON.parse(output);
  return diagnostics.map(({ code: rule, labels }) => `${rule} ${labels[0]?.span.line}`).sort();
}

const IMPORTS = `import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { Client } from '@elastic/elasticsearch';
import type { CheckpointStore } from '../../lambda/ports.ts';
import { startDynamoDB } from '../../local/dynamodb.ts';
type Given = { client: DynamoDBClient; es: Client; store: CheckpointStore };
`;

test('the tests run on the version of Node that Lambda runs', () => {
  expect(process.version).toMatch(/^v24\./);
});

test('an older Node says what it lacks, not that it does not know TypeScript', async () => {
  const older = "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.20.2' } })";
  const args = ['--import', `data:text/javascript,${encodeURIComponent(older)}`, join(ROOT, 'bin/eks-audit.js')];
  const { code, stderr } = await startNode([...args, '--version']).ended;
  expect(code).toBe(2);
  expect(stderr).toMatch(/^This needs Node\.js 24 or later, and Node\.js 20\.20\.2 runs it\. .*\n$/);
});

test('the commands begin with what says so, and go on to what they are', async () => {
  const { code, stdout } = await startNode([join(ROOT, 'bin/eks-audit.js'), '--version']).ended;
  expect({ code, stdout }).toEqual({ code: 0, stdout: `${version()}\n` });
  const { bin, scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const { app } = JSON.parse(readFileSync(join(ROOT, 'cdk.json'), 'utf8'));
  expect([bin['eks-audit'], scripts.start]).toEqual(['bin/eks-audit.js', 'node bin/eks-audit.js try']);
  expect(app).toContain('bin/node-24.js');
});

test('a promise that nobody waits for is found, whoever made it', async () => {
  const found = await lint(`${IMPORTS}export function floating({ client, es, store }: Given): void {
  client.send(new ListTablesCommand({}));
  es.bulk({ operations: [] });
  store.release(1);
  startDynamoDB();
  [1].forEach(async () => {});
}
`);
  expect(found).toEqual([
    'typescript(no-floating-promises) 10',
    'typescript(no-floating-promises) 7',
    'typescript(no-floating-promises) 8',
    'typescript(no-floating-promises) 9',
    'typescript(no-misused-promises) 11',
  ]);
});

test('promises that are waited for are not found', async () => {
  const found = await lint(`${IMPORTS}export async function awaited({ client, es, store }: Given): Promise<void> {
  await client.send(new ListTablesCommand({}));
  await es.bulk({ operations: [] });
  await store.release(1);
  await (await startDynamoDB()).close();
}
`);
  expect(found).toEqual([]);
});
