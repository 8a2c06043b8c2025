import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { documentBody } from '../../../../lambda/core/document/document.ts';
import { at, type JsonObject } from '../../../../lambda/core/json.ts';
import { CLUSTER, event, line, NOON } from '../../../support/builders.ts';
import { codeBlocks, textOf } from '../../../support/markdown.ts';

function document(overrides: JsonObject = {}): JsonObject {
  const recorded = {
    event: event(overrides),
    line: line(),
    cluster: CLUSTER,
    id: 'an-id',
    time: NOON,
    ingested: NOON + 5000,
  };
  return JSON.parse(documentBody({ ...recorded, original: 'the line' }, []));
}

describe('a document holds', () => {
  const user = {
    username: 'ana',
    uid: '7',
    extra: { arn: ['arn:aws:iam::111122223333:user/ana'], 'authentication.kubernetes.io/pod-name': ['web-0'] },
  };
  test.each<[string, JsonObject, readonly string[], unknown]>([
    ['the event’s own fields', {}, ['kubernetes', 'audit', 'objectRef', 'name'], 'allow-web'],
    ['the verb as action', {}, ['event', 'action'], 'patch'],
    ['the status as integer', {}, ['kubernetes', 'audit', 'responseStatus', 'code'], 200],
    ['all nine digits of a time', {}, ['kubernetes', 'audit', 'stageTimestamp'], '2026-11-21T11:59:59.250000Z'],
    [
      'IAM’s identity',
      { user },
      ['kubernetes', 'audit', 'user', 'extra', 'arn'],
      ['arn:aws:iam::111122223333:user/ana'],
    ],
    [
      'keys with dots',
      { user },
      ['kubernetes', 'audit', 'user', 'extra', 'authentication.kubernetes.io/pod-name'],
      ['web-0'],
    ],
    ['annotations with _ for .', {}, ['kubernetes', 'audit', 'annotations', 'authorization_k8s_io/decision'], 'allow'],
    ['the user in ECS', { user }, ['user', 'id'], '7'],
    ['the cluster', {}, ['orchestrator', 'cluster', 'name'], 'prod'],
    ['the cluster’s ARN', {}, ['orchestrator', 'cluster', 'id'], 'arn:aws:eks:eu-west-1:111122223333:cluster/prod'],
    ['the line as it was', {}, ['event', 'original'], 'the line'],
    ['the time', {}, ['@timestamp'], '2026-11-21T12:00:00.000Z'],
    ['when it was handled', {}, ['event', 'ingested'], '2026-11-21T12:00:05.000Z'],
    ['its own id', {}, ['event', 'id'], 'an-id'],
    ['where it came from', {}, ['aws', 'cloudwatch', 'log_group'], '/aws/eks/prod/cluster'],
    [
      'a sentence',
      {},
      ['message'],
      'ana patch networkpolicies.networking.k8s.io shop/allow-web → 200; ' +
        '/apis/networking.k8s.io/v1/namespaces/shop/networkpolicies/allow-web; kubectl/v1.33',
    ],
    ['no dry run', {}, ['kubernetes', 'audit', 'dryRun'], false],
    ['a dry run', { requestURI: '/api?dryRun=All' }, ['kubernetes', 'audit', 'dryRun'], true],
    [
      'a dry run of a deletion, which its body tells',
      { verb: 'delete', requestObject: { kind: 'DeleteOptions', dryRun: ['All'] } },
      ['kubernetes', 'audit', 'dryRun'],
      true,
    ],
    [
      'no dry run of a deletion whose body overrules the URI',
      { verb: 'deletecollection', requestURI: '/api?dryRun=All', requestObject: { kind: 'DeleteOptions' } },
      ['kubernetes', 'audit', 'dryRun'],
      false,
    ],
    ['nothing of a request without URI', { requestURI: undefined }, ['kubernetes', 'audit', 'dryRun'], undefined],
  ])('%s', (_, overrides, path, expected) => {
    expect(at(document(overrides), ...path)).toEqual(expected);
  });
});

test('the README shows a part of a document as it is made', () => {
  const [{ code = '' } = {}] = codeBlocks(textOf('README.md')).filter(({ language }) => language === 'json');
  const shown: { readonly event: { readonly id: string; readonly original: string } } = JSON.parse(code);
  const { message } = line();
  const made = documentBody(
    {
      event: event(),
      line: line(),
      cluster: CLUSTER,
      id: shown.event.id,
      time: NOON - 750,
      ingested: NOON + 61_000,
      original: message,
    },
    [],
  );
  const begin = shown.event.original.replace(/…$/, '');
  expect(begin.length).toBeGreaterThan(50);
  expect(message.startsWith(begin)).toBe(true);
  expect(JSON.parse(made)).toMatchObject({ ...shown, event: { ...shown.event, original: message } });
});

describe('source addresses', () => {
  const claimed = document({ sourceIPs: ['192.0.2.1', 'nonsense', '10.0.0.9'] });
  test.each<[string, readonly string[], unknown]>([
    ['the observed one alone', ['kubernetes', 'audit', 'sourceIPs'], '10.0.0.9'],
    ['the observed one as source', ['source', 'ip'], '10.0.0.9'],
    ['those the caller claims apart', ['kubernetes', 'audit', 'claimedSourceIPs'], ['192.0.2.1', 'nonsense']],
    ['all that are addresses as related', ['related', 'ip'], ['192.0.2.1', '10.0.0.9']],
  ])('%s', (_, path, expected) => {
    expect(at(claimed, ...path)).toEqual(expected);
  });
});

describe('what does not fit its type is left out:', () => {
  test.each<[string, JsonObject, readonly string[], unknown]>([
    [
      'a text in place of a status',
      { responseStatus: { code: '200' } },
      ['kubernetes', 'audit', 'responseStatus', 'code'],
      undefined,
    ],
    [
      'a status beyond 32 bits',
      { responseStatus: { code: 2 ** 31 } },
      ['kubernetes', 'audit', 'responseStatus', 'code'],
      undefined,
    ],
    ['an object in place of a name', { user: { username: {} } }, ['user', 'name'], undefined],
    [
      'objects among groups',
      { user: { groups: ['a', { b: 1 }, 7] } },
      ['kubernetes', 'audit', 'user', 'groups'],
      ['a'],
    ],
    ['30 February', { stageTimestamp: '2026-02-30T00:00:00Z' }, ['kubernetes', 'audit', 'stageTimestamp'], undefined],
    ['an address with a zone', { sourceIPs: ['fe80::1%eth0'] }, ['source', 'ip'], undefined],
  ])('%s', (_, overrides, path, expected) => {
    expect(at(document(overrides), ...path)).toEqual(expected);
  });
});

describe('a long text', () => {
  const long = (text: string) => document({ userAgent: text });
  test('is cut and says so', () => {
    const cut = long('x'.repeat(9000));
    expect(at(cut, 'user_agent', 'original')).toBe('x'.repeat(8191));
    expect(cut.tags).toEqual(['cut']);
  });

  test('is not cut inside a character', () => {
    expect(at(long(`${'x'.repeat(8190)}😀`), 'user_agent', 'original')).toBe('x'.repeat(8190));
  });

  test('of just the limit stays whole', () => {
    expect(at(long('x'.repeat(8191)), 'user_agent', 'original')).toBe('x'.repeat(8191));
  });
});

describe('the outcome is', () => {
  test.each<[string, JsonObject, string]>([
    ['success below 400', { responseStatus: { code: 201 } }, 'success'],
    ['failure from 400 on', { responseStatus: { code: 400 } }, 'failure'],
    ['failure when forbidden', { annotations: { 'authorization.k8s.io/decision': 'forbid' } }, 'failure'],
    ['unknown without a status', { responseStatus: undefined }, 'unknown'],
  ])('%s', (_, overrides, expected) => {
    expect(at(document(overrides), 'event', 'outcome')).toBe(expected);
  });
});

test('no event, whatever its shape, keeps a document from being made', () => {
  const shapes = fc.dictionary(
    fc.constantFrom(
      'user',
      'objectRef',
      'sourceIPs',
      'annotations',
      'responseStatus',
      'verb',
      'requestURI',
      '__proto__',
    ),
    fc.jsonValue(),
  );
  fc.assert(
    fc.property(shapes, (shape) => {
      const made = document(shape as JsonObject);
      return at(made, 'event', 'id') === 'an-id';
    }),
  );
});
