import { expect, test } from 'vitest';
import type { Row } from '../../../lambda/core/ledger/row.ts';
import { MINUTE } from '../../../lambda/core/time.ts';
import type { Ledger } from '../../../lambda/ports.ts';
import { row as aRow, EVERYTHING, NOON } from '../builders.ts';

function row(overrides: Partial<Row> = {}): Row {
  const counts = { kept: 1, dropped: { 'rules[0]': 1 }, parked: { 'not JSON': 1 } };
  return aRow({ lines: 3, digest: 2n ** 127n, ...counts, policy: 'p', ...overrides });
}

/** What the port promises. `make` gives a ledger without rows. */
export function ledgerContract(make: () => Ledger | Promise<Ledger>): void {
  test('a naming that was kept is there, whatever else is', async () => {
    const ledger = await make();
    const naming = { cluster: 'prod', indexName: 'prod', index: 'audit-{cluster}-{yyyy.MM.dd}', profiles: ['ecs'] };
    await ledger.keepNaming('a-hash', naming);
    await ledger.keepNaming('a-hash', naming);
    expect(await ledger.naming('a-hash')).toEqual(naming);
    expect(await ledger.naming('another')).toBeUndefined();
    expect(await ledger.policy('a-hash')).toBeUndefined();
  });

  test('all namings that were kept are told, each once, and nothing else', async () => {
    const ledger = await make();
    expect(await ledger.namings()).toEqual([]);
    const before = { cluster: 'prod', indexName: 'prod', index: 'audit-{cluster}-{yyyy.MM.dd}', profiles: ['ecs'] };
    const after = { ...before, cluster: 'Production', indexName: 'production' };
    await ledger.keepNaming('0a', before);
    await ledger.keepNaming('ff', after);
    await ledger.keepNaming('0a', before);
    await ledger.keepPolicy('0a', EVERYTHING);
    await ledger.write(row(), undefined);
    const told = await ledger.namings();
    expect(told).toHaveLength(2);
    expect(told).toEqual(expect.arrayContaining([before, after]));
  });

  test('a row written is there, as it was', async () => {
    const ledger = await make();
    expect(await ledger.write(row(), undefined)).toBe(true);
    expect(await ledger.rows(NOON, NOON + MINUTE)).toEqual(new Map([[NOON, row()]]));
  });

  test('the rows of a range are those of its minutes: the first included, the end not', async () => {
    const ledger = await make();
    for (let at = 0; at < 5; at += 1) await ledger.write(row({ minute: NOON + at * MINUTE }), undefined);
    const found = await ledger.rows(NOON + MINUTE, NOON + 3 * MINUTE);
    expect([...found.keys()]).toEqual([NOON + MINUTE, NOON + 2 * MINUTE]);
  });

  test('a row is written over the one that was read', async () => {
    const ledger = await make();
    await ledger.write(row(), undefined);
    expect(await ledger.write(row({ readAt: NOON + 5 * MINUTE }), NOON + MINUTE)).toBe(true);
  });

  test('a row that another wrote meanwhile is not overwritten', async () => {
    const ledger = await make();
    await ledger.write(row({ readAt: NOON + 5 * MINUTE }), undefined);
    expect(await ledger.write(row({ lines: 1 }), NOON + MINUTE)).toBe(false);
    expect(await ledger.write(row({ lines: 1 }), undefined)).toBe(false);
    expect((await ledger.rows(NOON, NOON + MINUTE)).get(NOON)?.lines).toBe(3);
  });

  test('a policy kept, also twice, is there; another is not', async () => {
    const ledger = await make();
    await ledger.keepPolicy('a-hash', EVERYTHING);
    await ledger.keepPolicy('a-hash', EVERYTHING);
    expect(await ledger.policy('a-hash')).toEqual(EVERYTHING);
    expect(await ledger.policy('another')).toBeUndefined();
  });
}
