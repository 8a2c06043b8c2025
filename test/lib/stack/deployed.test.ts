import { expect, test } from 'vitest';
import { hashOf } from '../../../lambda/core/hash.ts';
import { deployedOf, descriptionOf, parseDescription } from '../../../lib/stack/deployed.ts';
import { EVERYTHING, rule, settings } from '../../support/builders.ts';

test('a description says what a function was made of, and is read back', () => {
  const deployed = deployedOf(settings(), 'policies/my own.yaml');
  expect(parseDescription(descriptionOf('prod', deployed))).toEqual(deployed);
  const unnamed = deployedOf(settings());
  expect(parseDescription(descriptionOf('prod', unnamed))).toEqual(unnamed);
});

test('the policy’s digest is how its hash in the table begins', () => {
  expect(hashOf(EVERYTHING).startsWith(deployedOf(settings()).policy.digest)).toBe(true);
});

test('another policy changes its digest alone, another setting that of the settings alone', () => {
  const { policy, settings: others } = deployedOf(settings());
  const narrower = deployedOf(settings({ policy: { ...EVERYTHING, rules: [rule({ level: 'None' })] } }));
  expect([narrower.policy.digest === policy.digest, narrower.settings === others]).toEqual([false, true]);
  const rarer = deployedOf(settings({ ages: [0, 600] }));
  expect([rarer.policy.digest === policy.digest, rarer.settings === others]).toEqual([true, false]);
});

test('the longest names fit into what Lambda takes, and the policy keeps its end', () => {
  const text = descriptionOf('c'.repeat(100), deployedOf(settings(), `${'deep/'.repeat(100)}policy.yaml`));
  expect(text).toHaveLength(256);
  expect(parseDescription(text)?.policy.name).toMatch(/^\.\.\..*\/policy\.yaml$/);
});

test.each(['', 'Forwards the audit log of EKS cluster prod to Elasticsearch', 'Version 2, policy of ours'])(
  'a description of another kind says nothing: %j',
  (text) => {
    expect(parseDescription(text)).toBeUndefined();
  },
);
