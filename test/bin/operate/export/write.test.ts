import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { manifestName, refuseTaken, writeExport } from '../../../../bin/operate/export/write.ts';
import { WrongUse } from '../../../../lib/problems/usage.ts';
import type { Export, ExportManifest } from '../../../../review/query/export.ts';
import { ALL } from '../../../../review/query/filter.ts';
import { newFolder } from '../../../support/folder.ts';

const MANIFEST: ExportManifest = {
  createdAt: '2026-11-21T12:00:00.000Z',
  format: 'ndjson',
  selection: { kind: 'filter', filter: ALL },
  query: {},
  events: 2,
  truncated: 0,
  asText: 0,
  bytes: 4,
  sha256: 'a',
};

function exporting(fault?: Error): Export {
  async function* chunks() {
    yield Buffer.from('a\n');
    if (fault !== undefined) throw fault;
    yield Buffer.from('b\n');
  }
  return { chunks: chunks(), manifest: () => MANIFEST };
}

describe('an export', () => {
  test('is written with its manifest beside it, both for the owner alone', async () => {
    const file = join(newFolder(), 'events.ndjson');
    expect(await writeExport(exporting(), file)).toEqual(MANIFEST);
    expect(readFileSync(file, 'utf8')).toBe('a\nb\n');
    expect(JSON.parse(readFileSync(manifestName(file), 'utf8'))).toEqual(MANIFEST);
    for (const each of [file, manifestName(file)]) expect((statSync(each).mode & 0o777).toString(8)).toBe('600');
  });

  test('that fails leaves nothing behind', async () => {
    const folder = newFolder();
    await expect(writeExport(exporting(new Error('The server is gone.')), join(folder, 'x'))).rejects.toThrow('gone');
    expect(readdirSync(folder)).toEqual([]);
  });

  test.each([
    [['no', 'such', 'x'], 'its folder is not there'],
    [['file', 'x'], 'it can’t be written (ENOTDIR)'],
  ])('to %j ends with a sentence', async (path, why) => {
    const folder = newFolder();
    writeFileSync(join(folder, 'file'), '');
    const writing = writeExport(exporting(), join(folder, ...path));
    await expect(writing).rejects.toThrow(`${why}. Name another file with --output.`);
    await expect(writing).rejects.toBeInstanceOf(WrongUse);
  });

  test('never writes over a file, nor over a manifest', () => {
    const file = join(newFolder(), 'x');
    refuseTaken(file);
    writeFileSync(manifestName(file), '');
    expect(() => refuseTaken(file)).toThrow(`${manifestName(file)} is there already`);
    expect(existsSync(file)).toBe(false);
  });
});
