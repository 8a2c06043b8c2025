import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { newFolder } from './support/folder.ts';

const COUNT = resolve(import.meta.dirname, '..', '.ci', 'count.ts');

/** A test file as vitest reports it: the status of each of its tests, and its own. */
const fileOf = (statuses: readonly string[], status = statuses.includes('failed') ? 'failed' : 'passed') => ({
  name: 'some.test.ts',
  message: '',
  status,
  assertionResults: statuses.map((one) => ({ status: one })),
});

function count(files: readonly unknown[] | undefined, vitestStatus: number) {
  const path = join(newFolder(), 'results.json');
  writeFileSync(path, files === undefined ? '' : JSON.stringify({ testResults: files }));
  const { stdout, status } = spawnSync(process.execPath, [COUNT, path, String(vitestStatus)], { encoding: 'utf8' });
  return { line: stdout.trimEnd(), status };
}

test('all tests of all files are counted', () => {
  const files = [fileOf(['passed', 'passed']), fileOf(['passed'])];
  expect(count(files, 0)).toEqual({ line: '3 passed, 0 failed', status: 0 });
});

test.each([
  ['a test that failed', [fileOf(['passed', 'failed'])], '1 passed, 1 failed'],
  ['a test that was skipped', [fileOf(['passed', 'skipped'])], '1 passed, 1 failed'],
  ['a file that could not be loaded', [fileOf(['passed']), fileOf([], 'failed')], '1 passed, 1 failed'],
  ['a file whose tests passed and whose end failed', [fileOf(['passed'], 'failed')], '1 passed, 1 failed'],
])('%s makes the run fail', (_, files, line) => {
  expect(count(files, 1)).toEqual({ line, status: 1 });
});

test.each([
  ['no results', undefined, 1],
  ['results without a test', [], 0],
  ['an error outside of the tests', [fileOf(['passed'])], 1],
])('%s gives no line and a failure', (_, files, vitestStatus) => {
  expect(count(files, vitestStatus)).toEqual({ line: '', status: 1 });
});
