import { expect, test } from 'vitest';
import { openFolder } from '../../../../bin/operate/reach/folder.ts';
import { openSources } from '../../../../bin/operate/reach/folder-sources.ts';
import type { Source } from '../../../../lambda/contract.ts';
import { DynamoLedger } from '../../../../lambda/edges/ledger.ts';
import { CLUSTER, NOON, row, settings } from '../../../support/builders.ts';
import { newFolder } from '../../../support/folder.ts';

const { source } = CLUSTER;
const SOURCES: readonly Source[] = [
  source,
  { ...source, region: 'us-east-1' },
  { ...source, account: '444455556666' },
  { ...source, group: '/aws/eks/far/cluster' },
];

test('a source is found in a folder by group and prefix, and by its Region where that is known', async () => {
  const folder = newFolder();
  for (const one of SOURCES) {
    const { table, close } = await openFolder(folder, settings({ source: one }));
    for (const minute of [NOON, NOON + 60_000]) await new DynamoLedger(table).write(row({ minute }), undefined);
    await close();
  }
  const { itemsOf, close } = await openSources(folder, settings());
  const found = (region: string | null, group = source.group) =>
    itemsOf({ group, prefix: source.prefix, region }).map((items) => items.source);
  expect(new Set(found(null))).toEqual(new Set(SOURCES.slice(0, 3)));
  expect(found('us-east-1')).toEqual([SOURCES[1]]);
  expect(found(null, '/aws/eks/far/cluster')).toEqual([SOURCES[3]]);
  expect(found(null, '/aws/eks')).toEqual([]);
  const [items] = itemsOf({ ...source, region: 'us-east-1' });
  expect(items && (await new DynamoLedger(items).rows(NOON, NOON + 120_000)).size).toBe(2);
  await close();
});

test('a folder that no run has filled is refused', async () => {
  await expect(openSources(newFolder(), settings())).rejects.toThrow('There is no table in this folder');
});
