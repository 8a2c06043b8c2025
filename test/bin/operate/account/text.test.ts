import { describe, expect, test } from 'vitest';
import { accountText } from '../../../../bin/commands/account-text.ts';
import { verificationText } from '../../../../bin/commands/verify-text.ts';
import { accountFor } from '../../../../bin/operate/account/account.ts';
import { NOTHING } from '../../../../bin/operate/account/verification.ts';
import type { Row } from '../../../../lambda/core/ledger/row.ts';
import { MINUTE } from '../../../../lambda/core/time.ts';
import { NOON, row } from '../../../support/builders.ts';
import { MemoryLedger } from '../../../support/fakes/ledger.ts';
import { checkpoint } from './rows.ts';

/** What people read of the first minutes after noon, all of them read as soon as they were over. */
async function told(...rows: readonly Row[]): Promise<string> {
  const ledger = new MemoryLedger();
  for (const each of rows) ledger.stored.set(each.minute, each);
  const now = NOON + 3 * MINUTE;
  const situation = { checkpoint: checkpoint(NOON, { 0: now, 120: NOON + MINUTE }), ages: [0, 120], now };
  const minutes = { from: NOON, to: now };
  return accountText(await accountFor({ cluster: 'prod', minutes, ledger, situation }), ' --config here.yaml');
}

const minute = (at: number, overrides: Partial<Row> = {}) => row({ minute: NOON + at * MINUTE, ...overrides });

describe('the account as people read it', () => {
  test('has an hour a row, and says what its lines came to', async () => {
    const dropped = minute(1, { kept: 6, dropped: { 'rules[2]': 4 }, late: 1 });
    const parked = minute(2, { kept: 8, parked: { 'not JSON': 1 }, duplicates: 1 });
    const text = await told(minute(0), dropped, parked);
    expect(text).toMatch(/2026-11-21 12:00\s+│\s+30\s+│\s+24\s+│\s+4\s+│\s+1\s+│\s+1\s+│\s+1\s+│\s+0\s+│\s+0\s+│/);
    expect(text).toContain('rules[2]: 4');
    expect(text).toContain('not JSON: 1');
    expect(text).toContain('30 read = 24 kept + 4 dropped + 1 parked + 1 duplicate.');
    expect(text).not.toContain('GAP');
  });

  test('marks a gap, with the command that reads it, as it works here', async () => {
    const text = await told(minute(0), minute(2));
    expect(text).toContain('12:00 GAP');
    expect(text).toContain(
      'GAP: 1 minute without a row, 2026-11-21T12:01:00Z to 2026-11-21T12:02:00Z: npx eks-audit backfill ' +
        '--from 2026-11-21T12:01:00Z --to 2026-11-21T12:02:00Z --config here.yaml reads them.',
    );
  });

  test('shouts where a line has no outcome', async () => {
    const text = await told(minute(0, { kept: 7 }), minute(1), minute(2));
    expect(text).toContain('27 kept + 0 dropped + 0 parked + 0 duplicate + 3 UNACCOUNTED: please report this');
  });

  test('says that documents stay where lines have vanished', async () => {
    expect(await told(minute(0, { vanished: 4 }), minute(1), minute(2))).toContain(
      '4 lines that were read once are not in CloudWatch Logs any more',
    );
  });
});

test('a verification names what is missing, and the command that sends it', () => {
  const missing = {
    id: 'an-id',
    index: 'an-index',
    time: '2026-11-21T12:00:00.000Z',
    stream: 'a-stream',
    eventId: 'one',
  };
  const text = verificationText(
    { ...NOTHING, minutes: 3, present: 5, missing: [missing], missingCount: 2 },
    'npx eks-audit backfill --from A --to B',
  );
  expect(text.split('\n')).toEqual([
    'missing: an-id in an-index (2026-11-21T12:00:00.000Z, a-stream, eventId one)',
    '… and 1 more missing.',
    '3 minutes compared with CloudWatch Logs: 5 documents are there, 2 missing, 0 extra. npx eks-audit backfill --from A --to B sends what is missing.',
  ]);
});
