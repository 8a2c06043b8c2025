import { describe, expect, test } from 'vitest';
import { accountText } from '../../../../bin/commands/account-text.ts';
import { verificationText } from '../../../../bin/commands/verify-text.ts';
import { accountFor } from '../../../../bin/operate/account/account.ts';
import { NOTHING, type Verification } from '../../../../bin/operate/account/verification.ts';
import { fields } from '../../../../lambda/core/document/profiles/ecs.ts';
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
    const parked = minute(2, { kept: 8, parked: { 'not JSON': 1 }, duplicates: 1, truncated: 2 });
    const text = await told(minute(0), dropped, parked);
    expect(text).toMatch(/2026-11-21 12:00\s+│\s+30\s+│\s+24\s+│\s+4\s+│\s+1\s+│\s+1\s+│\s+1\s+│/);
    expect(text).toContain('│ dropped rules[2]: 4; parked not JSON: 1; 2 cut by CloudWatch; ');
    expect(text).toContain('at its end, 2m ');
    expect(text).toContain('30 read = 24 kept + 4 dropped + 1 parked + 1 duplicate.');
    expect(text).not.toContain('GAP');
  });

  test('marks a gap, with the command that reads it, as it works here', async () => {
    const text = await told(minute(0), minute(2));
    expect(text).toContain('│ GAP; ');
    expect(text).toContain(
      'GAP: 1 minute without a row, 2026-11-21T12:01:00Z to 2026-11-21T12:02:00Z. Read\nwith:\nnpx eks-audit backfill ' +
        '--from 2026-11-21T12:01:00Z --to 2026-11-21T12:02:00Z --config here.yaml',
    );
  });

  test('shouts where a line has no outcome', async () => {
    const text = await told(minute(0, { kept: 7 }), minute(1), minute(2));
    expect(text.replaceAll('\n', ' ')).toContain(
      '27 kept + 0 dropped + 0 parked + 0 duplicate + 3 UNACCOUNTED: please report this',
    );
  });

  test('says that documents stay where lines have vanished', async () => {
    expect((await told(minute(0, { vanished: 4 }), minute(1), minute(2))).replaceAll('\n', ' ')).toContain(
      '4 lines that were read once are not in CloudWatch Logs any more',
    );
  });

  test('fits 80 columns, but for the commands', async () => {
    const many = {
      lines: 2_345_678,
      first: 2_345_678,
      kept: 0,
      dropped: { 'rules[2]': 1_300_000, 'no rule': 1_000_000 },
    };
    const why = { 'not JSON': 40_000, 'refused by the mapping': 5678 };
    const text = await told(minute(0, { ...many, parked: why, late: 1_234_567, vanished: 3 }), minute(2));
    expect(text.split('\n').filter((line) => line.length > 80 && !line.startsWith('npx '))).toEqual([]);
  });
});

describe('the verification as people read it', () => {
  const document = {
    id: 'AaH9-kMS3DNtC7EORTWW_PEyvaMK2uop',
    index: 'logs-kubernetes.audit_logs-prod-2026.11.21',
    time: '2026-11-21T12:00:00.000Z',
    stream: 'kube-apiserver-audit-0123456789abcdef0123456789abcdef',
    eventId: '39000000000000000000000000000000000000000000000000000001',
  };
  const TO = '2026-11-21T12:03:00.000Z';
  const first = { from: '2026-11-21T12:00:00.000Z', to: '2026-11-21T12:01:00.000Z' };
  const said = (verification: Partial<Verification>) =>
    verificationText({ ...NOTHING, contents: true, minutes: 3, present: 5, upTo: TO, ...verification }, TO, {
      backfill: ({ from, to }) => `npx eks-audit backfill --from ${from} --to ${to}`,
      goOn: (upTo) => `npx eks-audit account --verify --from ${upTo} --to ${TO}`,
      redrive: (ids) => `npx eks-audit parked redrive ${ids.join(' ')}`,
    });

  test('names what is missing, and the command that sends it', () => {
    const text = said({ missing: [document], missingCount: 2, missingIn: [first] });
    expect(text.split('\n')).toEqual([
      'missing: AaH9-kMS3DNtC7EORTWW_PEyvaMK2uop',
      '  index:   logs-kubernetes.audit_logs-prod-2026.11.21',
      '  time:    2026-11-21T12:00:00.000Z',
      '  stream:  kube-apiserver-audit-0123456789abcdef0123456789abcdef',
      '  eventId: 39000000000000000000000000000000000000000000000000000001',
      '… and 1 more missing.',
      '3 minutes compared with CloudWatch Logs: 5 documents are as their lines make',
      'them, 2 missing, 0 altered, 0 extra.',
      'Missing documents are sent again with:',
      'npx eks-audit backfill --from 2026-11-21T12:00:00.000Z --to 2026-11-21T12:01:00.000Z',
    ]);
  });

  test('names what is altered by its fields, and what to do', () => {
    const fields = ['user.name', 'event.original', 'kubernetes.audit.annotations.authorization_k8s_io/decision'];
    const text = said({ altered: [{ ...document, fields, count: 5 }], alteredCount: 1, alteredIn: [first] });
    expect(text).toContain('altered: AaH9-kMS3DNtC7EORTWW_PEyvaMK2uop\n');
    expect(text).toContain(
      '  fields:  user.name, event.original,\n' +
        '    kubernetes.audit.annotations.authorization_k8s_io/decision and 2 more\n',
    );
    expect(text).toMatch(
      /may only create\.(.|\n)*delete(.|\n)*\nnpx eks-audit backfill --from 2026-11-21T12:00:00\.000Z --to /,
    );
  });

  test('says what to do about what is extra, and how to go on where it was interrupted', () => {
    const extra = { ...document, stream: 'a\u001b[2Jb', time: '', why: 'no line in CloudWatch Logs makes it' };
    const text = said({ extra: [extra], extraCount: 1, upTo: first.to });
    expect(text).toContain('  why:     no line in CloudWatch Logs makes it\n');
    expect(text).toContain('  time:    none\n');
    expect(text).toContain('  stream:  a?[2Jb\n');
    expect(text).toMatch(/An extra document is never deleted/);
    expect(text).toMatch(/Interrupted: only minutes before 2026-11-21T12:01:00Z were compared\. Go on with:\n/);
    expect(text).toMatch(/--verify --from 2026-11-21T12:01:00\.000Z --to /);
  });

  test('says that it compared ids alone', () => {
    expect(said({ contents: false }).replaceAll('\n', ' ')).toMatch(/0 extra; what they say was not compared\.$/);
  });

  test('fits 80 columns, but for the commands', () => {
    const why = 'the ledger says 10 lines, CloudWatch Logs has 6 of them: its retention, or the group was made anew';
    const text = said({
      missing: [document],
      missingCount: 2000,
      missingIn: [first],
      altered: [{ ...document, fields: fields.map(({ path }) => path.join('.')).slice(0, 20), count: 100_000 }],
      alteredCount: 2,
      alteredIn: [first],
      extra: [{ ...document, why: `its place is ${document.index}, not ${document.index}` }],
      extraCount: 7000,
      both: [document],
      bothCount: 1,
      awaited: 12_345,
      notVerifiable: [{ ...first, why }],
      changed: [{ ...first, why }],
      upTo: first.to,
    });
    const sentences = text.split('\n').filter((each) => !each.startsWith('npx '));
    expect(sentences.filter((each) => each.length > 80)).toEqual([]);
  });
});
