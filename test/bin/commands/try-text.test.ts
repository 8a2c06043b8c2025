import { expect, test } from 'vitest';
import { tryText } from '../../../bin/commands/try-text.ts';
import type { TryResult } from '../../../bin/operate/try/trial.ts';
import { auditRow } from '../../support/builders.ts';

const result: TryResult = {
  totals: { read: 12_518, unchanged: 0, indexed: 307, alreadyIndexed: 0, duplicate: 0, dropped: 12_207, parked: 4 },
  frontierLag: 44,
  documents: 307,
  indices: 'logs-kubernetes.audit_logs-try-14ec67f6-*',
  parked: [
    ['truncated', 3],
    ['not JSON', 1],
  ],
  balance: {
    fed: 13_699,
    inLedger: 11_624,
    byOthers: 0,
    notRead: 0,
    notOver: 894,
    late: 0,
    missing: 0,
    otherStreams: 1181,
  },
  runs: 1,
  changes: [
    auditRow({
      id: 'one',
      time: Date.parse('2026-11-21T16:55:08.756Z'),
      who: {
        name: 'arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_PlatformAdmin_4f1c2ab09d7e6653/maria.keller@example.com',
        session: 'maria.keller@example.com',
      },
      verb: 'deletecollection',
      namespace: 'n'.repeat(63),
      name: 'allow-search-to-search',
    }),
    auditRow({
      id: 'two',
      time: Date.parse('2026-11-21T16:54:33.077Z'),
      who: { name: `system:serviceaccount:argocd:${'a'.repeat(60)}` },
      verb: 'delete',
      name: 'default-deny',
    }),
  ],
};

test('a terminal of 80 columns has room for every line', () => {
  const lines = tryText(result, 80).split('\n');
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
  expect(lines).toContain('2026-11-21 16:55:08  maria.keller@example.com (PlatformA…  deletecollection  200');
});

test('where there is no terminal nothing is left out of names', () => {
  expect(tryText(result, Number.POSITIVE_INFINITY)).toContain(`sa argocd:${'a'.repeat(60)}  delete  200`);
});

test('the lines that were fed are told one by one, and why lines were parked', () => {
  expect(tryText(result, 80)).toContain('Parked lines there: 3 truncated, 1 not JSON.');
  expect(tryText(result, 80)).toContain(
    'CloudWatch Logs was fed 13,699 lines:\n' +
      '  11,624 of minutes that are over, each counted in the ledger\n' +
      '     894 of the minute that is not over, read ahead of that\n' +
      '   1,181 of streams that are no audit log: these are not read\n\n',
  );
});

test('what waits for another start is told, and which lines keep the policy of an earlier one', () => {
  const text = tryText({ ...result, balance: { ...result.balance, byOthers: 9000, notRead: 12 } }, 80);
  expect(text).toContain('\n      12 of minutes that no run has read to their end: start again to go on\n');
  expect(text.replaceAll('\n', ' ')).toContain(
    '9,000 lines of the ledger keep the policy that they were first read with',
  );
});

test('lines that came late are told, and a line that is nowhere', () => {
  const balance = { ...result.balance, inLedger: 11_594, late: 29, missing: 1 };
  const text = tryText({ ...result, balance }, 80);
  expect(text).toContain('\n      29 that came when their minute had been read: the next look finds them\n');
  expect(text).toContain('1 line is not accounted for.');
});

test('where several runs read lines of one minute, why the table counts more is told', () => {
  expect(tryText({ ...result, runs: 12 }, 80)).toContain('what 12 runs did');
});

test('changes that were shown as they came are not told again', () => {
  expect(tryText({ ...result, changes: undefined }, 80)).not.toContain('changes');
});

test('no change and one document are told as such', () => {
  const text = tryText({ ...result, changes: [], documents: 1, parked: [] }, 80);
  expect(text).toContain('1 document in ');
  expect(text).toContain('No policy changes among them.');
  expect(text).not.toContain('Parked lines');
});
