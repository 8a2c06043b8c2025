import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { CALICO_INDEX, DEFAULT_INDEX, type Profile } from '../../lambda/contract.ts';
import { CALICO, IndexPattern, PARKED } from '../../lambda/core/index-pattern.ts';
import { at, isObject, type JsonObject } from '../../lambda/core/json.ts';
import { floorMinute, isoTime, MINUTE } from '../../lambda/core/time.ts';
import { setUp } from '../../lib/elasticsearch/setup.ts';
import { sourceOf, TABLE } from '../../local/aws.ts';
import { event } from '../support/builders.ts';
import { preparedClient } from '../support/client.ts';
import { startCommand } from '../support/command.ts';
import { newFolder } from '../support/folder.ts';
import { type Pipe, startPipe } from './pipe.ts';

const urls = inject('elasticsearch');
/** Over long enough to have come to both ages. */
const FED_AT = floorMinute(Date.now()) - 5 * MINUTE;
const BOTH: readonly Profile[] = ['ecs', 'calico'];
const stageTimestamp = isoTime(FED_AT);

let count = 0;
/** An event of its own, with more members as they are written. */
function eventText(overrides: JsonObject = {}, members = ''): string {
  count += 1;
  const text = JSON.stringify(event({ auditID: `calico-${count}`, stageTimestamp, ...overrides }));
  return members === '' ? text : `${text.slice(0, -1)},${members}}`;
}

/** What a caller may have in an event: none of it may keep the event out. */
const HOSTILE: readonly (readonly [string, string])[] = [
  ['a key twice in a patch', eventText({}, '"requestObject":{"a":1,"b":[{"c":1,"c":2}]}')],
  ['a body of 1,000 levels', eventText({}, `"requestObject":${'{"a":['.repeat(500)}1${']}'.repeat(500)}`)],
  ['a body of 480 levels', eventText({}, `"requestObject":${'{"a":['.repeat(240)}1${']}'.repeat(240)}`)],
  ['a number of 5,000 digits', eventText({}, `"requestObject":{"n":${'7'.repeat(5000)}}`)],
  ['a number that no double holds', eventText({}, '"requestObject":{"n":1e400,"m":-1e-400,"i":1234567890123456789}')],
  ['a key of 60,000 characters', eventText({}, `"responseObject":{"${'k'.repeat(60_000)}":1}`)],
  ['a key of 25,000 characters', eventText({}, `"responseObject":{"${'k'.repeat(25_000)}":1}`)],
  [
    'keys with dots, and empty ones',
    eventText({ requestObject: { '': 1, '.': 2, 'a..b': { '': [1] }, ' ': 0, 'a.': 1 } }),
  ],
  [
    'such keys in what a caller impersonates',
    eventText({ user: { username: 'a', extra: { '': ['x'], 'a..b': ['y'] } } }),
  ],
  ['a list for a body', eventText({ requestObject: [{ op: 'add', path: '/a', value: { a: 1 } }, 1, 'x'] })],
  ['a text for a body', eventText({ requestObject: 'x', responseObject: null })],
  ['objects that clash', eventText({ requestObject: { spec: { a: 1 } } })],
  ['objects that clash with these', eventText({ requestObject: { spec: { a: { b: 'x' } } } })],
  [
    'a URI and an agent of 40,000 characters',
    eventText({ requestURI: `/${'ä'.repeat(40_000)}`, userAgent: '😀'.repeat(20_000) }),
  ],
  ['half characters and NUL', eventText({ userAgent: '\ud800\u0000\u2028"]}', requestObject: { '\udfff': '\ud800' } })],
  [
    '__proto__',
    eventText(
      { annotations: undefined },
      '"requestObject":{"__proto__":{"a":1}},"annotations":{"__proto__":"x","a.b/c":"d"}',
    ),
  ],
  ['line ends between its tokens', JSON.stringify(JSON.parse(eventText()), null, 1)],
];

describe.each([9, 8] as const)('both profiles, with Elasticsearch %i:', (major) => {
  const url = urls[major];
  const client = preparedClient(url);
  beforeAll(async () => {
    const indices = [DEFAULT_INDEX, CALICO_INDEX];
    await setUp(client, { url, indices, former: [], indexClusters: ['any'], retentionDays: null }, Date.now());
  });

  /** A cluster whose lines of some minutes ago were all read. */
  async function readCluster(messages: readonly string[], before = async (_: Pipe) => {}) {
    const pipe = await startPipe({ elasticsearch: { url }, profiles: BOTH });
    await before(pipe);
    await pipe.feed(messages, FED_AT);
    const { outcome, totals } = await pipe.invoke();
    expect(outcome).toMatchObject({ ok: true, payload: { caughtUp: true } });
    return { pipe, totals };
  }

  const calicoIn = ({ cluster }: Pipe) => CALICO.name(cluster, FED_AT);
  const parkedIn = ({ cluster }: Pipe) => PARKED.name(cluster, FED_AT);
  const ecsIn = ({ cluster }: Pipe) => IndexPattern.of(DEFAULT_INDEX).name(cluster, FED_AT);

  async function documentsIn(index: string) {
    await client.indices.refresh({ index });
    const { hits } = await client.search<JsonObject>({ index, size: 1000 });
    return hits.hits.map(({ _id = '', _source = {} }) => ({ id: _id, source: _source }));
  }

  async function verification(pipe: Pipe) {
    const file = join(newFolder(), 'forwarder.yaml');
    const { group, region, account } = sourceOf(pipe.cluster);
    const text = [
      `table: ${TABLE}`,
      `elasticsearch: { url: '${url}', profiles: [calico, ecs] }`,
      'clusters:',
      `  - name: ${pipe.cluster}`,
      '    policy: everything',
      '    completeness: { ages: [2m] }',
      `    eksCloudwatchLog: { groupName: ${group}, region: ${region} }`,
    ];
    writeFileSync(file, text.join('\n'));
    const environment = { ...pipe.aws.environment, AWS_ACCOUNT_ID: account };
    const flags = ['account', '--verify', '--since', '20m', '--json', '--config', file];
    const { code, stdout, stderr } = await startCommand(flags, environment).ended;
    const parsed: unknown = stdout === '' ? undefined : JSON.parse(stdout);
    if (!isObject(parsed)) throw new Error(`Exit ${code} without an account: ${stderr}`);
    return { code, found: parsed.verification };
  }

  test('whatever a caller has in an event is indexed in each, and --verify finds every byte', async () => {
    const { pipe, totals } = await readCluster(HOSTILE.map(([, text]) => text));
    const parked = await documentsIn(parkedIn(pipe)).catch(() => []);
    expect(parked.map(({ source }) => source.parked)).toEqual([]);
    expect(totals).toMatchObject({ indexed: HOSTILE.length, parked: 0 });
    expect(await documentsIn(calicoIn(pipe))).toHaveLength(HOSTILE.length);
    const { code, found } = await verification(pipe);
    expect(found).toMatchObject({ missingCount: 0, alteredCount: 0, extraCount: 0, present: 2 * HOSTILE.length });
    expect(code).toBe(0);
  });

  test('Calico’s queries find its documents, by name, object and stage, in the order of time', async () => {
    const later = isoTime(FED_AT + 1);
    const { pipe } = await readCluster([eventText({ stageTimestamp: later }), eventText(), eventText({ verb: 'get' })]);
    const index = calicoIn(pipe);
    await client.indices.refresh({ index });
    const bool = {
      must: [{ match: { stage: 'ResponseComplete' } }, { terms: { verb: ['patch'] } }],
      filter: [
        { term: { 'objectRef.resource': 'networkpolicies' } },
        { term: { name: 'allow-web' } },
        { terms: { 'user.username': ['ana'] } },
        { terms: { 'responseStatus.code': [200] } },
        { range: { requestReceivedTimestamp: { gte: '2026-11-21T00:00:00Z' } } },
      ],
    };
    const found = await client.search<JsonObject>({ index, query: { bool }, sort: [{ stageTimestamp: 'desc' }] });
    expect(found.hits.hits.map(({ _source }) => _source?.timestamp)).toEqual([later, stageTimestamp]);
  });

  test.each([
    ['that Calico’s index maps otherwise', eventText({ annotations: { a: 'x' } })],
    ['with a key twice, as no server writes it', `${eventText().slice(0, -1)},"verb":"get"}`],
    ['with an object for a text', eventText({ verb: { a: 1 } })],
    ['of 1,001 levels where no caller writes', eventText({}, `"more":${'['.repeat(1001)}${']'.repeat(1001)}`)],
  ])('an event %s is parked for calico alone', async (_, text) => {
    const { pipe, totals } = await readCluster([text, eventText({ annotations: undefined })], async (made) => {
      await client.indices.create({
        index: calicoIn(made),
        mappings: { dynamic: true, properties: { annotations: { properties: { a: { type: 'long' } } } } },
      });
    });
    expect(totals).toMatchObject({ indexed: 1, parked: 1 });
    expect(await documentsIn(ecsIn(pipe))).toHaveLength(2);
    expect(await documentsIn(calicoIn(pipe))).toHaveLength(1);
    const [parked, ...others] = await documentsIn(parkedIn(pipe));
    expect(others).toEqual([]);
    expect(parked?.id).toBe(`${at(parked?.source, 'parked', 'id')}.calico`);
    expect(parked?.source.parked).toMatchObject({ index: calicoIn(pipe), reason: 'refused by the mapping' });
    const { code, found } = await verification(pipe);
    expect(found).toMatchObject({ missingCount: 0, alteredCount: 0, extraCount: 0, bothCount: 0, present: 4 });
    expect(code).toBe(0);
  });

  test('--verify names a document of one profile that was deleted, one that was changed, and one that no line makes', async () => {
    const { pipe } = await readCluster(Array.from({ length: 10 }, () => eventText()));
    expect((await verification(pipe)).code).toBe(0);
    const index = calicoIn(pipe);
    const [a, b, c] = await documentsIn(index);
    await client.delete({ index, id: a?.id ?? '', refresh: true });
    await client.index({ index, id: b?.id ?? '', document: { ...b?.source, verb: 'get', more: 1 }, refresh: true });
    await client.index({ index, id: 'foreign', document: c?.source ?? {}, refresh: true });
    const { code, found } = await verification(pipe);
    expect(found).toMatchObject({
      missingCount: 1,
      missing: [{ id: a?.id, index, profile: 'calico' }],
      alteredCount: 1,
      altered: [{ id: b?.id, index, profile: 'calico', fields: ['verb', 'more'] }],
      extraCount: 1,
      extra: [{ id: 'foreign', index }],
      present: 18,
    });
    expect(code).toBe(1);
  });
});
