import { expect, test } from 'vitest';
import { type Kept, namingVerdict } from '../../../../bin/operate/doctor/naming.ts';
import { PROFILES } from '../../../../lambda/contract.ts';
import { MINUTE } from '../../../../lambda/core/time.ts';
import { stoppedBy } from '../../../../lambda/edges/aws-error.ts';
import { lines, NOON, settings } from '../../../support/builders.ts';
import { world } from '../../../support/world.ts';

const elasticsearch = { ...settings().elasticsearch, index: 'eks-{cluster}-{yyyy.MM}' };

/** A world in which the function has run, and what doctor says of its names. */
async function runs(...all: readonly Parameters<typeof settings>[0][]) {
  const made = world(lines(3, NOON + 4 * MINUTE));
  for (const overrides of all) {
    await made.go(overrides);
    made.clock.time += 5 * MINUTE;
  }
  const store = { peek: async () => made.store.checkpoint };
  const kept: Kept = { store, ledger: made.ledger };
  return { kept, look: (overrides = {}) => namingVerdict(settings(overrides), kept) };
}

test('names before the first run, and names that stay, are good', async () => {
  expect(await (await runs()).look()).toEqual({ state: 'ok', message: 'No run has named documents yet.' });
  expect(await (await runs({})).look()).toEqual({ state: 'ok', message: 'Documents are named as before.' });
});

test('another index pattern is told with where it begins and what that takes', async () => {
  const { look } = await runs({});
  expect(await look({ elasticsearch })).toEqual({
    state: 'ok',
    message:
      'The naming changes (index pattern logs-kubernetes.audit_logs-{cluster}-{yyyy.MM.dd} → eks-{cluster}-{yyyy.MM}): ' +
      'the new one begins with the first minute that no run has begun to send; minutes before it keep the old names, so ' +
      'a key and templates for both are needed (npx eks-audit elasticsearch setup; npx eks-audit elasticsearch key).',
  });
});

test('another cluster name takes neither key nor templates', async () => {
  const { look } = await runs({});
  const { message } = await look({ cluster: 'Shop', indexCluster: 'shop' });
  expect(message).toContain('(cluster name prod → Shop; its name in indices prod → shop)');
  expect(message).toMatch(/keep the old names\.$/);
});

test('other profiles are told, and take a key and templates where there are more', async () => {
  const { look } = await runs({});
  const both = { ...settings().elasticsearch, profiles: PROFILES };
  const { message } = await look({ elasticsearch: both });
  expect(message).toContain('(profiles ecs → ecs, calico)');
  expect(message).toContain('so a key and templates for both are needed');
  const fewer = await runs({ elasticsearch: both });
  expect((await fewer.look()).message).toMatch(/\(profiles ecs, calico → ecs\).*a key and templates for both/);
});

test('the names of the newest minute count, not any that were there before', async () => {
  const { look } = await runs({}, { elasticsearch });
  expect((await look()).message).toContain('eks-{cluster}-{yyyy.MM} → logs-kubernetes');
  expect((await look({ elasticsearch })).message).toMatch(
    /^Documents are named as before\. Older minutes keep the index pattern logs-kubernetes/,
  );
});

test.each([
  ['AccessDeniedException', 'not checked', 'needs dynamodb:GetItem and dynamodb:Query'],
  ['ResourceNotFoundException', 'not checked', 'there is no table eks-audit-forwarder'],
  ['TimeoutError', 'wrong', expect.stringContaining('AWS does not answer')],
])('a table that answers %s is %s', async (name, state, message) => {
  const { kept } = await runs();
  const fault = stoppedBy(Object.assign(new Error('said by AWS'), { name }), 'read', 'There is none');
  const store = { peek: () => Promise.reject(fault) };
  expect(await namingVerdict(settings(), { ...kept, store })).toEqual({ state, message });
});
