import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openFolder } from '../../../bin/operate/reach/folder.ts';
import { floorMinute, MINUTE } from '../../../lambda/core/time.ts';
import { DynamoLedger } from '../../../lambda/edges/ledger.ts';
import { row, settings } from '../../support/builders.ts';
import { cli, configFile, expectMissing, NOWHERE } from '../../support/cli.ts';
import { newFolder } from '../../support/folder.ts';

const folder = newFolder();
const config = configFile(undefined, { folder });
const below = (name: string) => join(folder, name);

/** A test asks nothing of AWS. */
const ENVIRONMENT = {
  AWS_ACCESS_KEY_ID: 'stand-in',
  AWS_SECRET_ACCESS_KEY: 'stand-in',
  AWS_ACCOUNT_ID: '111122223333',
  AWS_ENDPOINT_URL: NOWHERE,
};

const account = (state: string, ...flags: readonly string[]) =>
  cli(['account', '--config', config, '--state', state, ...flags], ENVIRONMENT);

test('a folder that is not there is told together with what else is out of reach, and not made', async () => {
  expectMissing(below('missing'), config, await account(below('missing'), '--verify'));
});

test('a folder is asked in place of the table, unless another process has it', async () => {
  const state = below('state');
  const { close } = await openFolder(state, settings());
  const refused = await account(state);
  await close();
  expect(refused).toMatchObject({ code: 2, stdout: '' });
  expect(refused.stderr).toContain(`--state ${state}: DynamoDB can't open ${state}: another process uses it: end that`);
  const { code, stdout } = await account(state);
  expect(code).toBe(0);
  expect(stdout).toContain('this cluster was never read');
});

test('--ids-only says how to verify, and is refused without that', async () => {
  const { code, stdout, stderr } = await account(below('missing'), '--ids-only');
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain('--ids-only: Says how --verify compares: leave it out, or say --verify too.');
});

test('without Elasticsearch the rows are told all the same, and that what was redriven is not known', async () => {
  const state = below('parked');
  const { table, close } = await openFolder(state, settings());
  const minute = floorMinute(Date.now()) - 10 * MINUTE;
  await new DynamoLedger(table).write(row({ minute, kept: 8, parked: { 'too large': 2 } }), undefined);
  await close();
  const { code, stdout, stderr } = await account(state, '--json');
  expect({ code, total: JSON.parse(stdout).total }).toMatchObject({ code: 0, total: { parked: 2, redriven: null } });
  expect(stderr).toMatch(/How many of the parked lines were redriven is not known: .*127\.0\.0\.1:1.* does not answer/);
});
