import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { documentBody } from '../../../../lambda/core/document/document.ts';
import { at, type JsonObject } from '../../../../lambda/core/json.ts';
import { CLUSTER, event, line, NOON } from '../../../support/builders.ts';

function document(overrides: JsonObject): JsonObject {
  const said = { line: line(), cluster: CLUSTER, id: 'an-id', time: NOON, ingested: NOON, original: 'the line' };
  return JSON.parse(documentBody({ event: event(overrides), ...said }, []));
}

/** What is indexed of an event with this request. */
function taken(requestObject: unknown, ...path: readonly string[]): unknown {
  return at(document({ requestObject }), 'kubernetes', 'audit', 'requestObject', ...path);
}

describe('of a body is indexed', () => {
  const container = (image: unknown, securityContext: unknown = {}) => ({ name: 'c', image, securityContext });
  const pod = (...containers: readonly unknown[]) => ({ kind: 'Pod', spec: { containers } });
  test.each<[string, unknown, readonly string[], unknown]>([
    ['a plain value', { metadata: { name: 'web-0' } }, ['metadata', 'name'], 'web-0'],
    ['a number', { metadata: { generation: 7 } }, ['metadata', 'generation'], 7],
    ['what each container says', pod(container('a'), container('b')), ['spec', 'containers', 'image'], ['a', 'b']],
    [
      'what they all say, once: ES|QL takes one value for a test',
      pod(container('a', { privileged: true }), container('b', { privileged: true })),
      ['spec', 'containers', 'securityContext', 'privileged'],
      [true],
    ],
    [
      'the lists of all entries, as one',
      { rules: [{ verbs: ['get', 'list'] }, { verbs: ['*'] }, { verbs: 'odd' }] },
      ['rules', 'verbs'],
      ['get', 'list', '*', 'odd'],
    ],
    [
      'what stands in lists of lists',
      { spec: { containers: [[[container([['a'], 'b'])]], container('c')] } },
      ['spec', 'containers', 'image'],
      ['a', 'b', 'c'],
    ],
    [
      'what fits beside what does not',
      pod(container({ tag: 'a' }), container('b'), container(7), 'c', null, container(null)),
      ['spec', 'containers', 'image'],
      ['b'],
    ],
    ['no text for a number', { spec: { securityContext: { runAsUser: 'root' } } }, ['spec'], undefined],
    [
      'no number that a double rounds',
      JSON.parse('{"metadata":{"generation":9007199254740993}}'),
      ['metadata'],
      undefined,
    ],
    ['no object', { roleRef: { name: { a: 1 } }, subjects: [{ name: {} }] }, [], undefined],
    ['nothing of the items of a list', { items: [pod(container('a')), { metadata: { name: 'b' } }] }, [], undefined],
    ['nothing of a patch that is a list', [{ op: 'add', path: '/spec', value: pod(container('a')) }], [], undefined],
    ['nothing inherited', { spec: JSON.parse('{"__proto__":{"type":"NodePort"}}') }, [], undefined],
    ['nothing of a text', 'metadata', [], undefined],
  ])('%s', (_, body, path, expected) => {
    expect(taken(body, ...path)).toEqual(expected);
  });

  test('the same of the response', () => {
    const made = document({ responseObject: pod(container('a')) });
    expect(at(made, 'kubernetes', 'audit', 'responseObject', 'spec', 'containers', 'image')).toEqual(['a']);
    expect(at(made, 'kubernetes', 'audit', 'requestObject')).toBeUndefined();
  });
});

test('a long value of a body is cut, beside others too, and says so', () => {
  const made = document({ requestObject: { rules: [{ resources: ['pods', 'x'.repeat(8192)] }] } });
  expect(at(made, 'kubernetes', 'audit', 'requestObject', 'rules', 'resources')).toEqual(['pods', 'x'.repeat(8191)]);
  expect(made.tags).toEqual(['cut']);
});

describe('a hostile body', () => {
  test('of lists 200,000 deep is followed to its end', () => {
    const deep = JSON.parse(`${'['.repeat(200_000)}{"image":"a"}${']'.repeat(200_000)}`);
    expect(taken({ spec: { containers: deep } }, 'spec', 'containers', 'image')).toEqual(['a']);
  });

  test('of 100,000 entries is taken whole', () => {
    const verbs = Array.from({ length: 100_000 }, (_, number) => `${number}`);
    expect(taken({ rules: [{ verbs }] }, 'rules', 'verbs')).toEqual(verbs);
  });

  test('never brings an object or a list into a value, whatever its shape', () => {
    const steps = ['metadata', 'spec', 'containers', 'rules', 'verbs', 'name', 'image', 'runAsUser', '__proto__'];
    const { body } = fc.letrec((tie) => ({
      body: fc.oneof(
        { maxDepth: 6 },
        fc.jsonValue({ maxDepth: 2 }),
        fc.array(tie('body'), { maxLength: 4 }),
        fc.dictionary(fc.constantFrom(...steps), tie('body'), { maxKeys: 4 }),
      ),
    }));
    fc.assert(
      fc.property(body, (requestObject) => {
        const values: unknown[] = leavesOf(taken(requestObject));
        return values.every((value) => typeof value !== 'object');
      }),
    );
  });
});

/** Values, and the entries of lists, below the table's own objects. */
function leavesOf(tree: unknown): unknown[] {
  if (typeof tree !== 'object' || tree === null) return tree === undefined ? [] : [tree];
  return Array.isArray(tree) ? tree : Object.values(tree).flatMap(leavesOf);
}
