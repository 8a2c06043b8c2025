import { describe, expect, test } from 'vitest';
import type { FunctionAnswer } from '../../../../bin/operate/reach/function.ts';
import { notChecked } from '../../../../bin/operate/reach/verdict.ts';
import { deployedVerdict, fileVerdict, judgedVerdict } from '../../../../bin/operate/status/made-of.ts';
import { hashOf } from '../../../../lambda/core/hash.ts';
import type { Row } from '../../../../lambda/core/ledger/row.ts';
import { parseConfig } from '../../../../lib/config/config.ts';
import { deployedOf, descriptionOf } from '../../../../lib/stack/deployed.ts';
import { EVERYTHING, NOON, row, settings } from '../../../support/builders.ts';
import { file, loadPolicy, POLICY } from '../../../support/forwarder-file.ts';
import { byMinute, checkpoint } from '../account/rows.ts';

const HERE = deployedOf(settings(), 'everything');
const there = (more: Partial<Extract<FunctionAnswer, { kind: 'there' }>> = {}): FunctionAnswer => ({
  kind: 'there',
  name: 'EksAuditForwarder-prod',
  description: descriptionOf('prod', HERE),
  changed: NOON - 3 * 3_600_000,
  trouble: undefined,
  ...more,
});
const ABSENT = { kind: 'absent', name: 'EksAuditForwarder-prod', region: 'eu-west-1' } as const;

describe('what is deployed', () => {
  test('is told with version, policy and when it was changed', () => {
    expect(deployedVerdict(there(), NOON)).toMatchObject({
      state: 'ok',
      message: `EksAuditForwarder-prod ${HERE.version}, policy everything (${HERE.policy.digest}), changed 3 h ago (09:00 UTC).`,
      facts: HERE,
    });
  });

  test('is wrong where Lambda complains, and no fault where there is none or it may not be asked', () => {
    expect(deployedVerdict(there({ trouble: 'ENI limit' }), NOON)).toMatchObject({ state: 'wrong' });
    expect(deployedVerdict(ABSENT, NOON).state).toBe('differs');
    const verdict = notChecked('needs lambda:GetFunctionConfiguration');
    expect(deployedVerdict({ kind: 'not told', verdict }, NOON)).toBe(verdict);
  });
});

describe('forwarder.yaml', () => {
  test.each([
    ['the same', settings(), 'As deployed.'],
    ['another policy', settings({ policy: POLICY }), `policy everything (${HERE.policy.digest}) → other (`],
    ['other settings', settings({ ages: [0, 60] }), 'other settings (npx cdk diff EksAuditForwarder)'],
  ])('with %s says so', (_, now, sentence) => {
    const verdict = fileVerdict(there(), deployedOf(now, 'other'));
    expect(verdict?.message).toContain(sentence);
    expect(verdict?.state).toBe(sentence === 'As deployed.' ? 'ok' : 'differs');
  });

  test('is held against nothing where no function says what it was made of', () => {
    expect(fileVerdict(ABSENT, HERE)).toBeUndefined();
    expect(fileVerdict(there({ description: 'by hand' }), HERE)).toBeUndefined();
  });

  const read = parseConfig(file(), 'forwarder.yaml', { for: 'run', loadPolicy });
  const [cluster] = read.ok ? read.config.clusters : [];
  const judged = (rows: readonly Row[], policy?: string) => {
    if (cluster === undefined) throw new Error('no cluster');
    const last = policy === undefined ? [] : [{ to: NOON, policy, naming: '' }];
    return judgedVerdict({ rows: byMinute(...rows), checkpoint: { ...checkpoint(0, {}), judged: last } }, cluster);
  };

  test('may then be held against the policy of the newest minute, sent or read', () => {
    const [old, ours] = [row({ policy: hashOf(EVERYTHING) }), row({ minute: NOON + 60_000, policy: hashOf(POLICY) })];
    expect(judged([ours, old]).state).toBe('ok');
    expect(judged([old]).state).toBe('differs');
    expect(judged([ours], hashOf(EVERYTHING)).state).toBe('differs');
    expect(judged([]).state).toBe('not known');
  });
});
