import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parsePolicy } from '../../../lib/policy/parse.ts';
import { policies } from '../../lambda/core/policy/arbitraries.ts';

const HEAD = 'apiVersion: audit.k8s.io/v1\nkind: Policy\n';

describe('no text makes the loader throw', () => {
  const noise = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: fc.constantFrom(...'ab:-?#&*!|>\'"%@`{}[],\n\t \\~<0.') }),
    fc
      .array(
        fc.constantFrom(
          '- ',
          'a: ',
          '\n',
          '  ',
          '{',
          '}',
          '[',
          ']',
          ', ',
          '? ',
          '&a ',
          '*a',
          '<<: ',
          '|\n',
          '"',
          '---\n',
          '!!int ',
          'x',
        ),
      )
      .map((parts) => parts.join('')),
    fc.jsonValue().map((value) => JSON.stringify(value)),
  );
  test.each([
    '',
    HEAD,
    `${HEAD}rules:\n`,
    `${HEAD}rules:\n- level: None\n  `,
    '{"apiVersion":"audit.k8s.io/v1","rules":',
  ])('after %j', (start) => {
    fc.assert(
      fc.property(noise, (text) => {
        const parsed = parsePolicy(start + text);
        expect(parsed.ok || parsed.problems.length > 0).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  test.each([
    ['brackets', '['.repeat(200_000)],
    ['braces', '{"a":'.repeat(200_000)],
    ['dashes', '- '.repeat(200_000)],
    ['a long string', `{"a":"${'\\n'.repeat(500_000)}"}`],
    ['a long number', `a: ${'1'.repeat(200_000)}`],
    ['quotes', '"'.repeat(200_000)],
  ])('nor do %s without end', { timeout: 60_000 }, (_, text) => {
    expect(parsePolicy(text).ok).toBe(false);
  });
});

test('a policy written as JSON is read as it was written', () => {
  fc.assert(
    fc.property(policies, (policy) => {
      const legal = policy.rules.map((one) =>
        one.resources.length + one.namespaces.length > 0 ? { ...one, nonResourceURLs: [] } : one,
      );
      const written = { ...policy, rules: legal };
      const text = JSON.stringify({ apiVersion: 'audit.k8s.io/v1', kind: 'Policy', ...written });
      for (const parsed of [parsePolicy(text), parsePolicy(`--- ${text}`)])
        expect(parsed.ok && parsed.policy).toEqual(written);
    }),
  );
});
