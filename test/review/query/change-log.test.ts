import { describe, expect, test } from 'vitest';
import { at } from '../../../lambda/core/json.ts';
import { changeLog, historyQuery } from '../../../review/query/change-log.ts';
import { isGrey } from '../../../review/query/entry.ts';
import { ListedSearch, type Stored } from '../../support/fakes/search.ts';
import { FORBIDDEN, lives, POLICY, STATUS, stored, told, version } from './history.ts';

const CIDR = { ingress: [{ from: [{ ipBlock: { cidr: '10.0.0.0/8' } }] }] };
const created = (over: object = {}) => ({
  verb: 'create',
  responseObject: version('10'),
  responseStatus: { code: 201 },
  ...over,
});
const kinds = (told: readonly (readonly string[])[]) => told.map((life) => life.map((each) => each.split(':')[0]));

describe('a version', () => {
  test('is the answer to a request that was completed, told by what it changed', async () => {
    expect(await told([created(), { verb: 'update', responseObject: version('11', CIDR) }])).toEqual([
      ['version: created', 'version: ingress from 10.0.0.0/8 added'],
    ]);
  });

  test('of which none is known before says so', async () => {
    expect(await told([{ responseObject: version('10') }])).toEqual([
      ['version: changed; the version before is in no event at hand'],
    ]);
  });

  test('refers to the one that it changed', async () => {
    const [life = []] = await lives([created(), { responseObject: version('11', CIDR) }]);
    expect(life.map(({ before }) => before?.id)).toEqual([undefined, 'event-0']);
  });

  test('is none where code is 300 or more, and is shown in grey', async () => {
    const [life = []] = await lives([created(), FORBIDDEN, { responseObject: version('11', CIDR) }]);
    expect(life.map(({ kind }) => kind)).toEqual(['version', 'failure', 'version']);
    expect(life.map(isGrey)).toEqual([false, true, false]);
    expect(life[2]?.before?.id).toBe('event-0');
    expect(life[1]?.before).toBeUndefined();
  });

  test.each<readonly [string, object, string]>([
    ['299', { responseStatus: { code: 299 } }, 'version'],
    ['300', { responseStatus: { code: 300 } }, 'failure'],
    ['a panic in place of an answer', { stage: 'Panic', responseStatus: {} }, 'failure'],
  ])('with %s is %s', async (_, over, kind) => {
    expect(kinds(await told([{ responseObject: version('11', CIDR), ...over }]))).toEqual([[kind]]);
  });

  test('is none of a dry run, which is shown in grey', async () => {
    const dryRun = { requestURI: '/apis/x?dryRun=All', responseObject: version('11', CIDR) };
    const [life = []] = await lives([created(), dryRun, { responseObject: version('12') }]);
    expect(life.map(({ kind }) => kind)).toEqual(['version', 'dry run', 'version']);
    expect(life.map(isGrey)).toEqual([false, true, false]);
    expect(life[2]?.summary).toBe('nothing changed but what the API server keeps for itself');
  });

  test('is not ended by a deletion that its body says is a rehearsal, of itself or of what it stands in', async () => {
    const rehearsed = { verb: 'delete', requestObject: { kind: 'DeleteOptions', dryRun: ['All'] } };
    const { name: _, ...collection } = REF;
    const namespace = { resource: 'namespaces', name: 'shop', namespace: 'shop', apiVersion: 'v1' };
    const events = [
      created(),
      { ...rehearsed, responseObject: STATUS },
      { ...rehearsed, verb: 'deletecollection', objectRef: collection },
      { ...rehearsed, objectRef: namespace },
    ];
    // As documents were before the column knew of bodies.
    const documents = stored(...events).map(({ id, source }) => {
      const json = JSON.stringify(source).replaceAll('"dryRun":true', '"dryRun":false');
      return { id, source: JSON.parse(json) };
    });
    const log = await changeLog(new ListedSearch(documents), POLICY);
    expect(log.lives.map(({ entries }) => entries.map(({ kind }) => kind))).toEqual([['dry run', 'version']]);
    expect(kinds(await told(events))).toEqual([['version', 'dry run']]);
  });

  test('is ended by a deletion whose body overrules what its URI says', async () => {
    const hidden = { verb: 'delete', requestURI: '/a?dryRun=All', requestObject: { kind: 'DeleteOptions' } };
    expect(kinds(await told([created(), { ...hidden, responseObject: STATUS }]))).toEqual([['version', 'deleted']]);
  });

  test.each(['scale', 'status', 'eviction', 'token'])('is none of the subresource %s', async (subresource) => {
    const objectRef = { ...REF, subresource };
    const scaled = { verb: 'update', objectRef, responseObject: version('11', CIDR) };
    const [life = []] = await lives([created(), scaled, { responseObject: version('12') }]);
    expect(life.map(({ kind }) => kind)).toEqual(['version', 'line', 'version']);
    expect(life[2]?.before?.id).toBe('event-0');
  });

  test.each([
    ['scale', 1],
    ['ephemeralcontainers', 1],
    ['status', 0],
    ['exec', 0],
  ])('says whether a change of the subresource %s is in its comparison, too', async (subresource, count) => {
    const line = { verb: 'update', objectRef: { ...REF, subresource } };
    const [life = []] = await lives([created(), line, { responseObject: version('12', CIDR) }]);
    expect(life[2]?.notes.filter((note) => note.startsWith('One change in between'))).toHaveLength(count);
  });

  test('is no change where its resourceVersion is that of the one before', async () => {
    expect(await told([created(), { responseObject: version('10') }])).toEqual([
      ['version: created', 'no change: patch that changed nothing'],
    ]);
  });

  test('of a stage before the answer is not asked for', () => {
    expect(JSON.stringify(historyQuery(POLICY))).toContain('"kubernetes.audit.stage":["ResponseComplete","Panic"]');
  });
});

const REF = {
  resource: 'networkpolicies',
  namespace: 'shop',
  name: 'allow-web',
  apiGroup: 'networking.k8s.io',
  apiVersion: 'v1',
};

describe('the order', () => {
  test('is that of the resourceVersions, as integers, where all have one', async () => {
    const [life = []] = await lives([
      { responseObject: version('9') },
      { responseObject: version('90071992547409931') },
      { responseObject: version('90071992547409930', CIDR) },
    ]);
    expect(life.map(({ row }) => row.id)).toEqual(['event-0', 'event-2', 'event-1']);
  });

  test('is that of time where a resourceVersion is no integer', async () => {
    const [life = []] = await lives([{ responseObject: version('b') }, { responseObject: version('a') }]);
    expect(life.map(({ row }) => row.id)).toEqual(['event-0', 'event-1']);
  });

  test('leaves what has no resourceVersion where it was by time', async () => {
    const [life = []] = await lives([
      { responseObject: version('12') },
      FORBIDDEN,
      { responseObject: version('11', CIDR) },
    ]);
    expect(life.map(({ row }) => row.id)).toEqual(['event-2', 'event-1', 'event-0']);
  });
});

describe('a life', () => {
  test('is that of one uid: what is made anew under the name is another object', async () => {
    const again = created({ responseObject: version('20', {}, { uid: 'uid-2' }) });
    expect(kinds(await told([created(), { verb: 'delete', responseObject: STATUS }, again]))).toEqual([
      ['version', 'deleted'],
      ['version'],
    ]);
  });

  test('ends where the uid changes, though nobody recorded a deletion', async () => {
    const again = { responseObject: version('20', {}, { uid: 'uid-2' }) };
    expect(kinds(await told([created(), again]))).toEqual([['version'], ['version']]);
  });

  test('begins with a create that took its name from the answer', async () => {
    const { name: _, ...objectRef } = REF;
    const generated = created({ objectRef, requestObject: { metadata: { generateName: 'allow-' } } });
    expect(kinds(await told([generated]))).toEqual([['version']]);
  });

  test('is not ended by a deletion that is answered with the object', async () => {
    const dying = version('11', {}, { deletionTimestamp: '2026-11-21T12:00:00Z', finalizers: ['x'] });
    const events = [created(), { verb: 'delete', responseObject: dying }, { responseObject: version('12') }];
    expect(await told(events)).toEqual([
      [
        'version: created',
        'deletion requested: deletion requested; it goes when nothing holds it',
        'version: nothing changed but what the API server keeps for itself',
      ],
    ]);
  });

  const LOST = { annotations: { 'audit.k8s.io/truncated': 'true' } };

  test('is not ended by a deletion whose answer the API server left out', async () => {
    const events = [created(), { verb: 'delete', ...LOST }, { responseObject: version('12') }];
    const [life = []] = await lives(events);
    expect(life.map(({ kind }) => kind)).toEqual(['version', 'deletion requested', 'version']);
    expect(life[1]?.summary).toContain('whether it went at once is not known');
    expect(life[1]?.notes).toContainEqual(expect.stringContaining('The API server left the bodies out'));
  });

  test('is not ended by a deletion whose line was cut', async () => {
    const documents = stored(created(), { verb: 'delete', responseObject: STATUS }).map(({ id, source }) =>
      source.event !== undefined && id === 'event-1'
        ? { id, source: { ...source, tags: ['truncated'], event: { id, outcome: 'success', original: '{"a' } } }
        : { id, source },
    );
    const log = await changeLog(new ListedSearch(documents), POLICY);
    expect(log.lives[0]?.entries[0]).toMatchObject({ kind: 'deletion requested' });
    expect(log.lives[0]?.entries[0]?.notes).toContainEqual(expect.stringContaining('filed under that of CloudWatch'));
  });

  test('that a collection may have ended says where its answer is cut', async () => {
    const { name: _, ...objectRef } = REF;
    const [life = []] = await lives([created(), { verb: 'deletecollection', objectRef, ...LOST }]);
    expect(life[1]?.summary).toMatch(/may have been deleted: .* the answer is cut$/);
  });

  test('that ended refers to the last version there was', async () => {
    const [life = []] = await lives([created(), { verb: 'delete', responseObject: STATUS }]);
    expect(life[1]?.before?.id).toBe('event-0');
  });

  test('of whose end nobody recorded what was sent says that it may have been rehearsed', async () => {
    const [life = []] = await lives([created(), { verb: 'delete', level: 'Metadata' }]);
    expect(life[1]?.notes).toContainEqual(expect.stringContaining('whether it was a rehearsal'));
  });

  test('of a namespace itself has bodies, too', async () => {
    const objectRef = { resource: 'namespaces', namespace: 'shop', name: 'shop', apiVersion: 'v1' };
    const body = (resourceVersion: string, labels: object) => ({
      kind: 'Namespace',
      metadata: { name: 'shop', uid: 'uid-1', resourceVersion, labels },
    });
    const key = { cluster: POLICY.cluster, group: '', resource: 'namespaces', namespace: 'shop', name: 'shop' };
    const events = [
      { objectRef, verb: 'create', responseStatus: { code: 201 }, responseObject: body('1', {}) },
      { objectRef, responseObject: body('2', { enforce: 'none' }) },
    ];
    expect(await told(events, key)).toEqual([['version: created', 'version: metadata.labels.enforce "none" added']]);
  });
});

describe('what changed nothing', () => {
  test('begins no life, whatever uid it speaks of', async () => {
    const stranger = { objectRef: { ...REF, uid: 'uid-9' } };
    const events = [
      created(),
      { ...stranger, ...FORBIDDEN },
      { ...stranger, verb: 'create', requestURI: '/a?dryRun=All' },
    ];
    expect(kinds(await told(events))).toEqual([['version', 'failure', 'dry run']]);
  });
});

describe('without a uid, a life', () => {
  const metadata = (verb: string, code = 200) => ({ verb, level: 'Metadata', responseStatus: { code } });

  test('begins with a create, and with a patch that creates', async () => {
    const events = [metadata('create', 201), metadata('patch'), metadata('patch', 201), metadata('create', 201)];
    expect((await told(events)).map((life) => life.length)).toEqual([2, 1, 1]);
  });

  test('that ended is not ended again: another was there', async () => {
    expect((await told([metadata('delete'), metadata('delete')])).map((life) => life.length)).toEqual([1, 1]);
  });
});

describe('a deletion of many', () => {
  const { name: _, ...objectRef } = REF;
  const list = (...names: string[]) => ({
    kind: 'NetworkPolicyList',
    items: names.map((name) => ({ metadata: { name, uid: 'uid-1' } })),
  });
  const collection = (over: object = {}) => ({ verb: 'deletecollection', objectRef, ...over });

  test('ends the life of what its list names', async () => {
    const events = [created(), collection({ responseObject: list('other', 'allow-web') })];
    expect(await told(events)).toEqual([
      ['version: created', 'deleted with a collection: deleted together with all of its kind in the namespace'],
    ]);
  });

  test('is none of the object where its list does not name it', async () => {
    expect(kinds(await told([created(), collection({ responseObject: list('other') })]))).toEqual([['version']]);
  });

  test('may have been its end where no list was recorded', async () => {
    expect(kinds(await told([created(), collection()]))).toEqual([['version', 'may have been deleted']]);
  });

  test('was not its end where a later event shows the same uid', async () => {
    const events = [created(), collection(), { responseObject: version('11', CIDR) }];
    expect(kinds(await told(events))).toEqual([['version', 'may have been deleted', 'version']]);
  });

  test('of another namespace or kind, refused or rehearsed, is none of the object', async () => {
    const events = [
      created(),
      collection({ objectRef: { ...objectRef, namespace: 'other' } }),
      collection({ objectRef: { ...objectRef, resource: 'pods' } }),
      collection(FORBIDDEN),
      collection({ requestURI: '/apis/x?dryRun=All' }),
    ];
    expect(kinds(await told(events))).toEqual([['version']]);
  });

  test('ends nothing where nothing was there', async () => {
    const gone = { verb: 'delete', responseObject: STATUS };
    expect(kinds(await told([created(), gone, collection()]))).toEqual([['version', 'deleted']]);
  });
});

describe('the deletion of the namespace', () => {
  const namespace = {
    verb: 'delete',
    objectRef: { resource: 'namespaces', name: 'shop', namespace: 'shop', apiVersion: 'v1' },
  };

  test('may have ended the life', async () => {
    expect(kinds(await told([created(), namespace]))).toEqual([['version', 'may have been deleted']]);
  });

  test('did not where it was refused, or of another namespace', async () => {
    const other = { ...namespace, objectRef: { ...namespace.objectRef, name: 'other', namespace: 'other' } };
    expect(kinds(await told([created(), { ...namespace, ...FORBIDDEN }, other]))).toEqual([['version']]);
  });
});

describe('what was recorded in part', () => {
  const body = version('10');

  test('at level Request is the version as sent', async () => {
    const [life = []] = await lives([
      { verb: 'create', level: 'Request', requestObject: body, responseStatus: { code: 201 } },
      { verb: 'update', level: 'Request', requestObject: version('10', CIDR) },
    ]);
    expect(life).toMatchObject([
      { kind: 'version', isAsSent: true, summary: 'created' },
      { kind: 'version', isAsSent: true, summary: 'ingress from 10.0.0.0/8 added' },
    ]);
    expect(life[0]?.notes).toEqual([expect.stringContaining('As sent')]);
  });

  test('is no version where only the request is there, though the level asks for the answer', async () => {
    expect(kinds(await told([{ verb: 'update', requestObject: body }]))).toEqual([['unknown change']]);
  });

  test('of a patch at level Request is no version', async () => {
    const [life = []] = await lives([created(), { level: 'Request', requestObject: { spec: CIDR } }]);
    expect(life[1]).toMatchObject({ kind: 'unknown change', isAsSent: false });
    expect(life[1]?.notes).toEqual([expect.stringContaining('Only the patch was recorded')]);
  });

  test('at level Metadata says so and why, and the next version says what else is in its comparison', async () => {
    const later = ['12', '13'].map((each) => ({ responseObject: version(each, CIDR) }));
    const [life = []] = await lives([created(), { level: 'Metadata' }, ...later]);
    expect(life.map(({ kind }) => kind)).toEqual(['version', 'unknown change', 'version', 'version']);
    expect(life[1]?.notes).toEqual([expect.stringContaining('No body was recorded')]);
    expect(life[2]?.notes).toEqual([expect.stringContaining('One change in between')]);
    expect(life[3]?.notes).toEqual([]);
  });
});

describe('an object of Calico', () => {
  const key = { ...POLICY, group: 'projectcalico.org', resource: 'globalnetworkpolicies', name: 'default.deny' };
  const { namespace: _, ...global } = key;
  const ref = (apiGroup: string, name: string) => ({
    resource: 'globalnetworkpolicies',
    name,
    apiGroup,
    apiVersion: 'v3',
  });
  const of = (verb: string, apiGroup: string, name: string) => ({
    verb,
    level: 'Metadata',
    objectRef: ref(apiGroup, name),
  });

  test('is one under both groups, and with its tier before its name or not', async () => {
    const events = [
      of('create', 'crd.projectcalico.org', 'default.deny'),
      of('patch', 'projectcalico.org', 'deny'),
      of('update', 'crd.projectcalico.org', 'default.deny'),
    ];
    const told = await lives(events, global);
    expect(told.map((life) => life.map(({ kind }) => kind))).toEqual([
      ['unknown change', 'unknown change', 'unknown change'],
    ]);
  });

  test('whose making and end are told twice has one life', async () => {
    const events = ['create', 'delete'].flatMap((verb) => [
      of(verb, 'crd.projectcalico.org', 'default.deny'),
      of(verb, 'projectcalico.org', 'default.deny'),
    ]);
    const told = await lives([...events, of('create', 'crd.projectcalico.org', 'default.deny')], global);
    expect(told.map((life) => life.length)).toEqual([4, 1]);
  });
});

describe('a page of the log', () => {
  test('goes on where it ended, and knows the version before its oldest', async () => {
    const documents = stored(
      ...Array.from({ length: 8 }, (_, at) => ({ responseObject: version(String(at + 10), { order: at }) })),
    );
    const log = await changeLog(new ListedSearch(documents), POLICY, { size: 3 });
    const entries = log.lives.flatMap((life) => life.entries);
    expect(entries.map(({ row }) => row.id)).toEqual(['event-7', 'event-6', 'event-5']);
    expect(entries[2]?.before?.id).toBe('event-4');
    expect(log.next?.[2]).toBe('event-5');
  });

  const lines = (count: number) =>
    Array.from({ length: count }, () => ({ verb: 'update', objectRef: { ...REF, subresource: 'status' } }));

  test('finds the version before its oldest behind however many lines of a controller', async () => {
    const events = [created(), ...lines(30), { responseObject: version('11', CIDR) }];
    const log = await changeLog(new OlderSearch(stored(...events)), POLICY, { size: 1 });
    expect(log.lives.flatMap(({ entries }) => entries)).toMatchObject([
      { summary: 'ingress from 10.0.0.0/8 added', before: { id: 'event-0' } },
    ]);
  });

  test('says that it did not look further where there is more than it looks at', async () => {
    const unknown = Array.from({ length: 50 }, () => ({ level: 'Metadata' }));
    const events = [created(), ...unknown, { responseObject: version('11', CIDR) }];
    const log = await changeLog(new OlderSearch(stored(...events)), POLICY, { size: 1 });
    expect(log.lives[0]?.entries[0]?.summary).toBe('changed; the version before is further back than was looked for');
  });
});

/** Goes on behind `search_after` with what has no subresource, as it is then asked for. */
class OlderSearch extends ListedSearch {
  override async search(body: object): Promise<unknown> {
    const [after] = [at(body, 'search_after')].flat();
    if (after === undefined) return super.search(body);
    const older = this.documents.filter(({ source }) => Date.parse(String(source['@timestamp'])) < Number(after));
    const isLine = ({ source }: Stored) => JSON.stringify(source).includes('"subresource":"status"');
    return new ListedSearch(older.filter((each) => !isLine(each))).search(body);
  }
}

describe('large events', () => {
  const BODY = 'x'.repeat(1_000_000);
  const large = Array.from({ length: 40 }, (_, at) => ({
    responseObject: version(String(100 + at), CIDR, { annotations: { blob: BODY, version: String(at) } }),
  }));

  test('end a page early, which then says so and goes on with the next', async () => {
    const search = new OlderSearch(stored(...large));
    const log = await changeLog(search, POLICY);
    const entries = log.lives.flatMap((life) => life.entries);
    expect(entries.length).toBe(log.largeAfter);
    expect(linesAskedOf(search).length).toBeLessThan(20);
    expect(log.next?.[2]).toBe(entries.at(-1)?.row.id);
    // The one before the last is behind the end of the page.
    expect(entries.at(-2)?.before?.id).toBe(entries.at(-1)?.row.id);
  });

  test('of a page that is whole are not mentioned', async () => {
    expect((await changeLog(new ListedSearch(stored(...large.slice(0, 5))), POLICY)).largeAfter).toBeUndefined();
  });
});

const linesAskedOf = (search: ListedSearch) =>
  search.asked.flatMap((body) => at(body, 'query', 'terms', 'event.id') ?? []);

test('the line of an event is read once, also where a version is looked for behind the page', async () => {
  const older = Array.from({ length: 30 }, () => ({ level: 'Metadata' }));
  const search = new ListedSearch(stored(...older, { responseObject: version('11', CIDR) }));
  await changeLog(search, POLICY, { size: 1 });
  const asked = linesAskedOf(search);
  expect(search.asked.filter((body) => at(body, 'search_after') !== undefined)).toHaveLength(1);
  expect(asked.toSorted()).toEqual([...new Set(asked)].toSorted());
});

test('a body that is nested very deeply is a version, and its change is told', async () => {
  const nested: unknown = JSON.parse(`${'['.repeat(4000)}${']'.repeat(4000)}`);
  const [life = []] = await lives([created(), { responseObject: { ...version('11'), data: { nested, big: 1 } } }]);
  expect(life.map(({ kind }) => kind)).toEqual(['version', 'version']);
  expect(life[1]?.summary).toContain('nested too deeply to be told here');
});
