import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../lambda/core/json.ts';
import { compare } from '../../../review/query/compare.ts';
import { type WholeEvent, wholeEvent, wholeEventOf } from '../../../review/query/event.ts';
import { filterParams } from '../../../review/query/filter-text.ts';
import { ListedSearch } from '../../support/fakes/search.ts';
import { FORBIDDEN, STATUS, stored, version } from './history.ts';

function whole(overrides: JsonObject = {}, tags: readonly string[] = []): WholeEvent {
  const [document] = stored(overrides);
  return wholeEventOf({ _id: document?.id, _source: { ...document?.source, tags } });
}

/** A line that CloudWatch Logs cut. */
function truncated(): WholeEvent {
  const [document] = stored({ responseObject: version('1') });
  const source = JSON.parse(JSON.stringify(document?.source));
  source.event.original = `${source.event.original.slice(0, 400)}[Truncated...]`;
  return wholeEventOf({ _source: { ...source, tags: ['truncated'] } });
}

describe('one event', () => {
  test('tells what was sent from what was answered', () => {
    const sent = { spec: { a: 1 } };
    const { request, response, manifest } = whole({ requestObject: sent, responseObject: version('1') });
    expect(request).toEqual(sent);
    expect(response).toEqual(version('1'));
    expect(manifest?.from).toBe('response');
  });

  test('folds what the API server keeps for itself', () => {
    const body = { ...version('1', {}, { generation: 1, managedFields: [], labels: { a: 'b' } }), status: {} };
    expect(whole({ responseObject: body }).manifest).toEqual({
      whole: body,
      shown: { ...version('1'), metadata: { name: 'allow-web', namespace: 'shop', labels: { a: 'b' } } },
      folded: ['metadata.managedFields', 'metadata.resourceVersion', 'metadata.generation', 'metadata.uid', 'status'],
      from: 'response',
    });
  });

  test('shows what a create sent where no answer was recorded', () => {
    const { manifest } = whole({ verb: 'create', level: 'Request', requestObject: version('1') });
    expect(manifest?.from).toBe('request');
  });

  test('keeps every digit of a number', () => {
    const [document] = stored({});
    const source = JSON.parse(JSON.stringify(document?.source));
    source.event.original = '{"responseObject":{"metadata":{},"spec":{"n":9223372036854775807}}}';
    expect(wholeEventOf({ _source: source }).manifest?.shown.spec).toEqual({ n: 9_223_372_036_854_775_807n });
  });

  test.each<readonly [string, JsonObject, RegExp]>([
    [
      'secrets',
      { resource: 'secrets', name: 'a' },
      /: on EKS the API server's own .* secrets .* since they may hold what is secret/,
    ],
    [
      'custom resources',
      { resource: 'tiers', apiGroup: 'projectcalico.org', name: 'a' },
      /: on EKS the API server's own .* custom resources \(projectcalico\.org\)/,
    ],
    ['anything else', { resource: 'pods', name: 'a' }, /by the API server or by the audit policy of the forwarder/],
  ])('at level Metadata says why it has no body: %s', (_, objectRef, why) => {
    expect(whole({ level: 'Metadata', objectRef }).notes).toEqual([expect.stringMatching(why)]);
  });

  test('that answers with a list has no manifest', () => {
    const list = { kind: 'NetworkPolicyList', metadata: {}, items: [] };
    expect(whole({ verb: 'list', responseObject: list }).manifest).toBeUndefined();
  });

  test('that only read needs no body', () => {
    expect(whole({ level: 'Metadata', verb: 'get' }).notes).toEqual([]);
  });

  test('that was cut has its line, and says what is lost', () => {
    const { event, original, notes } = truncated();
    expect(event).toBeUndefined();
    expect(original).toMatch(/\[Truncated\.\.\.\]$/);
    expect(notes).toEqual([expect.stringContaining('cut this line')]);
  });

  test('that the audit policy reduced says so', () => {
    expect(whole({ responseObject: version('1') }, ['reduced']).notes).toEqual([
      expect.stringContaining('removed a part'),
    ]);
  });

  test('leads to the same object, user, address and request', () => {
    const links = whole({ responseObject: version('1') }).links.map(({ text, filter }) => [
      text,
      String(filterParams(filter)),
    ]);
    expect(links).toEqual([
      ['The same object', 'cluster=prod&kind=networkpolicies.networking.k8s.io&namespace=shop&name=allow-web'],
      ['By ana', 'user=ana'],
      ['From 203.0.113.7', 'address=203.0.113.7'],
      ['All stages of this request', 'cluster=prod&request=5c3e9a52-7f0e-4b7c-9a53-7f1f1b8f6d10'],
    ]);
  });

  test('is looked up by its id, and may not be there', async () => {
    const search = new ListedSearch(stored({ responseObject: version('1') }));
    expect((await wholeEvent(search, 'event-0'))?.row.id).toBe('event-0');
    expect(search.asked).toMatchObject([{ size: 1, query: { term: { 'event.id': 'event-0' } } }]);
    expect(await wholeEvent(new ListedSearch([]), 'none')).toBeUndefined();
  });
});

describe('a comparison', () => {
  const older = whole({ responseObject: version('1', { order: 1 }) });
  const newer = whole({ responseObject: version('2', { order: 2 }) });
  const why = (comparison: ReturnType<typeof compare>) => (comparison.kind === 'no evidence' ? comparison.why : []);

  test('of two versions shows what anybody wrote, as YAML or as JSON', () => {
    for (const language of ['yaml', 'json'] as const) {
      const comparison = compare(older, newer, language);
      expect(comparison).toMatchObject({ kind: 'diff', notes: [], diff: { added: 1, removed: 1, by: 'words' } });
    }
  });

  test('of a new object with nothing before it is all added', () => {
    expect(compare(undefined, newer)).toMatchObject({ kind: 'diff', diff: { removed: 0 } });
  });

  test('of a deletion with the last version is all removed', () => {
    const deletion = whole({ verb: 'delete', responseObject: STATUS });
    expect(compare(older, deletion)).toMatchObject({ kind: 'diff', diff: { added: 0 } });
    expect(why(compare(undefined, deletion))).toEqual(['No version before the deletion is at hand.']);
  });

  test.each<readonly [string, WholeEvent, RegExp]>([
    ['no body was recorded', whole({ level: 'Metadata' }), /^Of the newer version: No body was recorded/],
    ['the line was cut', truncated(), /^Of the newer version: CloudWatch Logs cut this line/],
    ['the request was refused', whole(FORBIDDEN), /was refused/],
    [
      'it was forbidden',
      whole({
        responseStatus: {},
        annotations: { 'authorization.k8s.io/decision': 'forbid' },
        responseObject: version('2'),
      }),
      /was refused/,
    ],
    ['it was a dry run', whole({ requestURI: '/a?dryRun=All', responseObject: version('2') }), /was a dry run/],
    [
      'it is of a subresource',
      whole({ objectRef: { resource: 'deployments', name: 'a', subresource: 'scale' }, responseObject: version('2') }),
      /subresource scale/,
    ],
    [
      'only a patch was recorded',
      whole({ level: 'Request', requestObject: { spec: {} } }),
      /No body that is a version/,
    ],
  ])('is never empty where %s: it says so', (_, event, sentence) => {
    expect(why(compare(older, event))).toEqual([expect.stringMatching(sentence)]);
  });

  const many = { resource: 'networkpolicies', namespace: 'shop', apiGroup: 'networking.k8s.io', apiVersion: 'v1' };
  const list = (name: string) => ({ kind: 'List', items: [{ metadata: { name } }] });
  const deletion = (objectRef: object, responseObject?: object) =>
    whole({ verb: 'delete', objectRef, ...(responseObject && { responseObject }) });
  const collection = (responseObject?: object) =>
    whole({ verb: 'deletecollection', objectRef: many, ...(responseObject && { responseObject }) });
  const namespace = { resource: 'namespaces', namespace: 'shop', name: 'shop', apiVersion: 'v1' };
  const dying = { kind: 'Namespace', metadata: { name: 'shop', deletionTimestamp: 'now' } };

  test.each<readonly [string, WholeEvent, readonly unknown[]]>([
    [
      'its namespace, which may',
      deletion(namespace, dying),
      [expect.stringContaining('of its namespace was requested')],
    ],
    ['many that names nobody, which may', collection(), [expect.stringContaining('all of its kind were')]],
    ['many that names it, which does', collection(list('allow-web')), []],
  ])('with the deletion of %s have ended it, is all removed', (_, event, notes) => {
    expect(compare(older, event)).toMatchObject({ kind: 'diff', diff: { added: 0 }, notes });
  });

  test('with a deletion of many that names others is none', () => {
    expect(why(compare(older, collection(list('other'))))).toEqual([
      expect.stringContaining('does not name the object'),
    ]);
  });

  test('of a namespace with its deletion shows what the API server answered', () => {
    const before = whole({ objectRef: namespace, responseObject: { ...dying, metadata: { name: 'shop' } } });
    expect(compare(before, deletion(namespace, dying))).toMatchObject({ kind: 'diff', diff: { added: 1, removed: 0 } });
  });

  test('with a deletion whose answer was left out is none', () => {
    const lost = whole({ verb: 'delete', annotations: { 'audit.k8s.io/truncated': 'true' } });
    expect(why(compare(older, lost))).toEqual([expect.stringContaining('left the bodies out')]);
  });

  test('says what is missing of the older version, too', () => {
    expect(why(compare(whole({ level: 'Metadata' }), newer))).toEqual([
      expect.stringMatching(/^Of the older version: No body/),
    ]);
  });

  test('marks versions that were reduced, or are as sent', () => {
    const sent = whole({ verb: 'create', level: 'Request', requestObject: version('1') }, ['reduced']);
    const comparison = compare(sent, newer);
    expect(comparison.kind === 'diff' ? comparison.notes : []).toEqual([
      expect.stringContaining('The older version is as sent'),
      expect.stringContaining('Of the older version: The audit policy'),
    ]);
  });

  test('of large objects is of JSON, and says so', () => {
    const large = whole({ responseObject: version('2', { text: 'x'.repeat(500_000) }) });
    const comparison = compare(older, large);
    expect(comparison.kind === 'diff' ? comparison.notes : []).toEqual([
      expect.stringContaining('both versions are shown as JSON'),
    ]);
  });
});
