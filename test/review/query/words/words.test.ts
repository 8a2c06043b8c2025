import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../../lambda/core/json.ts';
import { differences } from '../../../../review/query/words/generic.ts';
import { changesInWords, textOfNew } from '../../../../review/query/words/words.ts';

const policy = (spec: object, metadata: object = {}): JsonObject => ({
  kind: 'NetworkPolicy',
  apiVersion: 'networking.k8s.io/v1',
  metadata: { name: 'a', ...metadata },
  spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'], ...spec },
});
const web = { podSelector: { matchLabels: { app: 'web' } } };
const net = { ipBlock: { cidr: '10.0.0.0/8' } };
const tcp = (port: unknown) => ({ protocol: 'TCP', port });

describe('a NetworkPolicy in words', () => {
  test.each<readonly [string, object, object, readonly string[]]>([
    ['a peer', {}, { egress: [{ to: [net] }] }, ['egress to 10.0.0.0/8 added']],
    [
      'a peer of several',
      { egress: [{ to: [web, net] }] },
      { egress: [{ to: [web] }] },
      ['egress to 10.0.0.0/8 removed'],
    ],
    ['everybody', {}, { ingress: [{}] }, ['ingress from anywhere added']],
    [
      'the whole internet',
      {},
      { ingress: [{ from: [{ ipBlock: { cidr: '0.0.0.0/0' } }] }] },
      ['ingress from anywhere (0.0.0.0/0) added'],
    ],
    [
      'exceptions',
      {},
      { egress: [{ to: [{ ipBlock: { cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] } }] }] },
      ['egress to 10.0.0.0/8 except 10.1.0.0/16 added'],
    ],
    [
      'ports',
      { ingress: [{ from: [web], ports: [tcp(80)] }] },
      { ingress: [{ from: [web], ports: [tcp(80), tcp('https'), { port: 8000, endPort: 8010 }] }] },
      ['ingress from pods app=web on TCP https, TCP 8000-8010 added'],
    ],
    [
      'a namespace',
      {},
      {
        ingress: [{ from: [{ namespaceSelector: {} }, { namespaceSelector: { matchLabels: { team: 'x' } }, ...web }] }],
      },
      ['ingress from all pods in all namespaces added', 'ingress from pods app=web in namespaces team=x added'],
    ],
    [
      'expressions',
      {},
      {
        ingress: [
          {
            from: [
              {
                podSelector: {
                  matchExpressions: [
                    { key: 'a', operator: 'In', values: ['b', 'c'] },
                    { key: 'd', operator: 'DoesNotExist' },
                  ],
                },
              },
            ],
          },
        ],
      },
      ['ingress from pods a in (b, c), no d added'],
    ],
    ['whom it is for', {}, web, ['applies to pods app=web, no longer to all pods']],
    [
      'what it restricts',
      { policyTypes: ['Ingress'] },
      { policyTypes: ['Egress'] },
      ['egress restricted to what is allowed', 'ingress no longer restricted'],
    ],
    ['the order of rules: nothing', { egress: [{ to: [web] }, { to: [net] }] }, { egress: [{ to: [net, web] }] }, []],
  ])('tells %s', (_, before, after, words) => {
    expect(changesInWords(policy(before), policy(after))).toEqual(words);
  });

  test('tells labels beside its spec, and not what tools and server write', () => {
    const before = policy(
      {},
      { labels: { a: '1' }, annotations: { 'kubectl.kubernetes.io/last-applied-configuration': 'x' } },
    );
    const after = policy({}, { labels: { a: '2' }, creationTimestamp: 'x' });
    expect(changesInWords(before, after)).toEqual(['metadata.labels.a "1" → "2"']);
  });

  test('that is new is told whole', () => {
    expect(textOfNew(policy({ ingress: [{ from: [web] }] }))).toEqual([
      'applies to all pods',
      'no egress allowed',
      'ingress from pods app=web allowed',
    ]);
  });

  test('of thousands of peers and ports is told path by path', () => {
    const many = {
      egress: [{ to: Array.from({ length: 100 }, () => net), ports: Array.from({ length: 100 }, (_, at) => tcp(at)) }],
    };
    expect(changesInWords(policy({}), policy(many))).toEqual(['spec.egress (1 entries) added']);
  });

  test('of any shape at all is told without a fault', () => {
    fc.assert(
      fc.property(
        fc.jsonValue(),
        fc.jsonValue(),
        fc.constantFrom('networking.k8s.io/v1', 'projectcalico.org/v3'),
        (before, after, apiVersion) => {
          const of = (spec: unknown) => ({ kind: 'NetworkPolicy', apiVersion, spec });
          expect(changesInWords(of(before), of(after))).toBeInstanceOf(Array);
          expect(textOfNew(of(after))).toBeInstanceOf(Array);
        },
      ),
    );
  });
});

describe("one of Calico's policies in words", () => {
  const calico = (spec: object): JsonObject => ({
    kind: 'GlobalNetworkPolicy',
    apiVersion: 'projectcalico.org/v3',
    spec,
  });
  const allow = { action: 'Allow', protocol: 'TCP', source: { nets: ['10.0.0.0/8'] }, destination: { ports: [443] } };
  const deny = { action: 'Deny' };

  test.each<readonly [string, object, object, readonly string[]]>([
    [
      'what the text of a rule does not tell',
      { egress: [allow, { ...allow, http: { methods: ['GET'] } }] },
      { egress: [allow, { ...allow, http: { methods: ['GET', 'PUT'] } }] },
      ['egress rule 2: http.methods "PUT" added'],
    ],
    [
      'the same in rules that changed places',
      { egress: [allow, { action: 'Deny', icmp: { type: 8 } }] },
      { egress: [{ action: 'Deny', icmp: { type: 9 } }, allow] },
      ['egress rules reordered', 'egress rule 1: icmp.type 8 → 9'],
    ],
    [
      'one of two equal rules',
      { egress: [allow, allow] },
      { egress: [allow] },
      ['egress rule "allow TCP from 10.0.0.0/8 to ports 443" removed'],
    ],
    ['a rule', {}, { ingress: [allow] }, ['ingress rule "allow TCP from 10.0.0.0/8 to ports 443" added']],
    [
      'a rule that is gone',
      { ingress: [allow, deny] },
      { ingress: [allow] },
      ['ingress rule "deny everything" removed'],
    ],
    ['another order', { egress: [allow, deny] }, { egress: [deny, allow] }, ['egress rules reordered']],
    ['the rest', { order: 1, ingress: [allow] }, { order: 2, ingress: [allow] }, ['order 1 → 2']],
  ])('tells %s', (_, before, after, words) => {
    expect(changesInWords(calico(before), calico(after))).toEqual(words);
  });
});

describe('any other object', () => {
  test.each<readonly [string, unknown, unknown, readonly string[]]>([
    ['a value', { spec: { replicas: 2 } }, { spec: { replicas: 3 } }, ['spec.replicas 2 → 3']],
    [
      'a big integer',
      { a: 9223372036854775806n },
      { a: 9223372036854775807n },
      ['a 9223372036854775806 → 9223372036854775807'],
    ],
    ['what came and went', { a: 'x' }, { b: true }, ['a "x" removed', 'b true added']],
    ['a key with dots', { labels: { 'a.b/c': 1 } }, { labels: {} }, ['labels["a.b/c"] 1 removed']],
    [
      'a named element',
      { c: [{ name: 'x', image: 'a' }, { name: 'y' }] },
      { c: [{ name: 'y' }, { name: 'x', image: 'b' }] },
      ['c.x.image "a" → "b"'],
    ],
    ['plain values', { f: ['a', 'b'] }, { f: ['b', 'c'] }, ['f "c" added', 'f "a" removed']],
    ['another order', { f: ['a', 'b'] }, { f: ['b', 'a'] }, ['f reordered']],
    ['elements without names', { r: [{ v: 1 }] }, { r: [{ v: 2 }, { v: 3 }] }, ['r[0].v 1 → 2', 'r[1] {"v":3} added']],
    ['nothing where a list is empty', { a: [] }, {}, []],
    ['an empty object, which as a selector selects everything', {}, { a: {} }, ['a {} added']],
    ['hostile keys', { a: 1 }, { a: 1, ['__proto__']: 2 }, ['__proto__ 2 added']],
  ])('is told path by path: %s', (_, before, after, phrases) => {
    expect(differences(before, after)).toEqual(phrases);
  });

  test('of a thousand changes is told in part, and says so', () => {
    const of = (value: number) => Object.fromEntries(Array.from({ length: 1000 }, (_, at) => [`key${at}`, value]));
    const told = differences(of(1), of(2));
    expect(told).toHaveLength(51);
    expect(told.at(-1)).toBe('and more that is not told here: see the diff');
  });

  test('that did not change has nothing to tell', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => differences(value, structuredClone(value)).length === 0));
  });
});
