import { expect, test } from 'vitest';
import { accountText } from '../../../../bin/commands/account-text.ts';
import { accountFor } from '../../../../bin/operate/account/account.ts';
import { withRedriven } from '../../../../bin/operate/account/redriven.ts';
import { isoTime, MINUTE } from '../../../../lambda/core/time.ts';
import { NOON, row } from '../../../support/builders.ts';
import { MemoryLedger } from '../../../support/fakes/ledger.ts';
import { MemoryParked } from '../../../support/fakes/parked.ts';
import { MemorySink } from '../../../support/fakes/sink.ts';
import { checkpoint } from './rows.ts';

const HOUR = 60 * MINUTE;
const TO = NOON + 2 * HOUR;

/** Two hours of which each has a minute with three parked lines. */
async function account(parked = 3) {
  const ledger = new MemoryLedger();
  for (const minute of [NOON, NOON + HOUR])
    ledger.stored.set(minute, row({ minute, kept: 10 - parked, parked: parked > 0 ? { 'too large': parked } : {} }));
  const situation = { checkpoint: checkpoint(NOON, { 0: TO }), ages: [0], now: TO };
  return accountFor({ cluster: 'prod', minutes: { from: NOON, to: TO }, ledger, situation });
}

/** The parked documents of lines of these times, those with a mark beside them: one for each of these words. */
async function marksOf(words: readonly string[], ...times: readonly number[]) {
  const sink = new MemorySink();
  const index = 'logs-kubernetes.audit_parked-prod-2026.11.01';
  const said = (time: number) => ({ '@timestamp': isoTime(time), event: { id: `line-${time}` } });
  await sink.bulk(
    times.flatMap((time) =>
      words.flatMap((word) => [
        { index, id: `line-${time}${word}`, body: JSON.stringify({ ...said(time), parked: { reason: 'too large' } }) },
        {
          index,
          id: `line-${time}${word}.redriven`,
          body: JSON.stringify({ ...said(time), parked: { redriven: {} } }),
        },
      ]),
    ),
  );
  return new MemoryParked(sink);
}

const marks = (...times: readonly number[]) => marksOf([''], ...times);

test('what was redriven is told beside what is parked, an hour a row; the rows stay as they are', async () => {
  const told = await withRedriven(await account(), await marks(NOON, NOON + 1, NOON + HOUR, TO, NOON - 1));
  expect(told.hours.map(({ parked, redriven }) => [parked, redriven])).toEqual([
    [3, 2],
    [3, 1],
  ]);
  expect(told.total).toMatchObject({ parked: 6, redriven: 3 });
  const text = accountText(told, '');
  expect(text).toMatch(/parked too large: 3; redriven 2/);
  expect(text).toContain('Of the parked lines 3 were redriven since: the rows stay as they are.');
});

test('counts a line once that was redriven for two profiles, as a row does', async () => {
  const { hours } = await withRedriven(await account(), await marksOf(['', '.calico'], NOON, NOON + 1, NOON + HOUR));
  expect(hours.map(({ redriven }) => redriven)).toEqual([2, 1]);
});

test('is not known before Elasticsearch was asked, and is none where nothing is parked', async () => {
  expect((await account()).total.redriven).toBeNull();
  expect((await account(0)).total.redriven).toBe(0);
});
