import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DynamoMark } from '../../../../bin/operate/backfill/mark.ts';
import { openFolder, probeFolder } from '../../../../bin/operate/reach/folder.ts';
import { DynamoCheckpoints } from '../../../../lambda/edges/dynamodb.ts';
import { NOON, settings } from '../../../support/builders.ts';

const SETTINGS = settings();
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'state-test-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function filled(): Promise<void> {
  const { table, close } = await openFolder(folder, SETTINGS);
  await new DynamoCheckpoints(table).acquire('me', NOON, NOON + 1000);
  await close();
}

async function complaint(path = folder, of = SETTINGS): Promise<string> {
  const problems = await probeFolder(path, of);
  return problems.map((problem) => `${problem.path}: ${problem.message}`).join('\n');
}

test('a folder keeps what any client of its table wrote, and gives it to the next who opens it', async () => {
  const first = await openFolder(folder, SETTINGS);
  await new DynamoMark(first.table).take('a backfill', NOON, NOON + 1000);
  await first.close();
  const second = await openFolder(folder, SETTINGS);
  const acquired = await new DynamoCheckpoints(second.table).acquire('a run', NOON, NOON + 1000);
  await second.close();
  expect(acquired).toMatchObject({ kind: 'acquired', backfillUntil: NOON + 1000 });
});

describe('a look into a folder', () => {
  test('finds nothing wrong with one that a run has filled, and leaves it free', async () => {
    await filled();
    expect(await complaint()).toBe('');
    await filled();
  });

  test('does not make the folder that it misses', async () => {
    const missing = join(folder, 'missing');
    expect(await complaint(missing)).toMatch(/^--state .*missing: There is no such folder: name the one that /);
    expect(existsSync(missing)).toBe(false);
  });

  test('puts nothing into a folder of something else', async () => {
    writeFileSync(join(folder, 'notes.txt'), 'not a table');
    expect(await complaint()).toMatch(/There is no table in this folder: name the one that /);
    expect(readdirSync(folder)).toEqual(['notes.txt']);
  });

  test('takes a file for no folder', async () => {
    const file = join(folder, 'notes.txt');
    writeFileSync(file, 'not a table');
    expect(await complaint(file)).toMatch(/^--state .*notes\.txt: There is no such folder/);
  });

  test('names the table that is there in place of the configured one, and makes none', async () => {
    await filled();
    const renamed = { ...SETTINGS, table: 'renamed' };
    const sentence = `There is no table renamed in this folder, but ${SETTINGS.table}: `;
    expect(await complaint(folder, renamed)).toContain(sentence);
    expect(await complaint(folder, renamed)).toContain(sentence);
  });

  test('says what openFolder says where somebody has it', async () => {
    const { close } = await openFolder(folder, SETTINGS);
    const said = await complaint();
    await expect(openFolder(folder, SETTINGS)).rejects.toThrow(said);
    await close();
    expect(said).toMatch(/another process uses it: end that one first$/);
  });
});
