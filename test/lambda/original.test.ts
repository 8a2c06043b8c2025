import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { judge } from '../../lambda/core/document/judge.ts';
import { at, parseJson, textAt } from '../../lambda/core/json.ts';
import type { Policy } from '../../lambda/core/policy/policy.ts';
import { ElasticsearchBulk } from '../../lambda/edges/elasticsearch.ts';
import { Sender } from '../../lambda/sender.ts';
import { line, NOON, rules } from '../support/builders.ts';
import { VirtualClock } from '../support/fakes/clock.ts';
import { type Recorded, type RecordingServer, type Said, startRecording } from '../support/fakes/elasticsearch.ts';
import { array, type Member, object, value } from './core/json/texts.ts';
import { policy } from './core/policy/builders.ts';
import { eventTexts } from './core/policy/events.ts';

/** What the requests to Elasticsearch hold of lines: all of their bytes, in audit indices and in the parked one. */

const AUDIT = 'audit_logs';
const REFUSED = { type: 'document_parsing_exception', reason: 'failed to parse field [x]' };

/** The server's answers: all documents are taken, or those of audit indices are refused and so parked. */
let refuses = false;
let server: RecordingServer;
beforeAll(async () => {
  server = await startRecording(answer);
});
afterAll(() => server.close());

function answer({ text }: Recorded): Said {
  const items = rowsOf(text).map(({ action }) => {
    const _index = textAt(action, 'create', '_index') ?? '';
    const isRefused = refuses && _index.includes(AUDIT);
    return { create: isRefused ? { _index, status: 400, error: REFUSED } : { _index, status: 201 } };
  });
  return { body: { took: 1, errors: refuses, items } };
}

function rowsOf(text: string) {
  const all = text.trimEnd().split('\n').map(parseJson);
  return all.flatMap((action, at) => (at % 2 === 0 ? [{ action, document: all[at + 1] }] : []));
}

/** All that goes over the wire for these lines. */
async function sent(messages: readonly string[], by: Policy): Promise<string> {
  const from = server.requests.length;
  const parcels = messages.flatMap((message) => {
    const judgement = judge(line({ message }), rules({ policy: by }), NOON);
    return judgement.kind === 'send' ? [judgement.parcel] : [];
  });
  const sink = new ElasticsearchBulk({ url: server.url, secret: null, ca: null, index: '' }, async () => undefined);
  const deadline = () => NOON + 60_000;
  const sender = new Sender({ sink, clock: new VirtualClock(NOON), deadline, indices: new Set() });
  await sender.send(parcels, () => {});
  return server.requests
    .slice(from)
    .map(({ text }) => text)
    .join('');
}

type Texts = fc.Arbitrary<string>;

/** A key of this name, plainly or with its last letter as an escape. */
function keyed(name: string, inner: Texts): fc.Arbitrary<Member> {
  const code = name.charCodeAt(name.length - 1).toString(16);
  return fc.tuple(fc.constantFrom(`"${name}"`, `"${name.slice(0, -1)}\\u00${code}"`), inner);
}

/** Some of these members, in any order and some of them twice. */
const some = (...members: readonly fc.Arbitrary<Member>[]) =>
  object(fc.array(fc.oneof(...members), { minLength: 1, maxLength: members.length + 2 }));

/** With a word in it that is looked for by its end: its first letter may be an escape. */
const word = (name: string) =>
  fc.constantFrom(`"${name}"`, `"\\u00${name.charCodeAt(0).toString(16)}${name.slice(1)}"`);
const KEPT = 'KEPT-word';
const GONE = 'REMOVED-word';
const REST = GONE.slice(1);

/** A body with a word wherever the table, the sentence or nobody looks. */
function body(name: string): Texts {
  const metadata = some(
    keyed('name', word(name)),
    keyed('uid', word(name)),
    keyed('labels', object(fc.constant([[`"${name}"`, '1']]))),
  );
  const containers = array(fc.array(some(keyed('image', word(name)), keyed('command', word(name))), { maxLength: 2 }));
  const thing = some(
    keyed('metadata', metadata),
    keyed('spec', some(keyed('type', word(name)), keyed('containers', containers))),
    keyed('roleRef', some(keyed('name', word(name)))),
    keyed('data', word(name)),
  );
  return fc.oneof({ weight: 4, arbitrary: thing }, { weight: 1, arbitrary: word(name) });
}

/** Bodies of which the managed fields alone are to go: those of an object, of a list's items, of a table's rows. */
function managed(): Readonly<Record<'object' | 'list' | 'table', Texts>> {
  const gone = some(keyed('manager', word(GONE)), keyed('fieldsV1', object(fc.constant([[`"${GONE}"`, '{}']]))));
  const fields = keyed('managedFields', fc.oneof(array(fc.tuple(gone)), word(GONE)));
  const metadata = object(fc.tuple(fields, keyed('name', word(KEPT)), fields));
  const thing = object(fc.tuple(keyed('metadata', metadata), keyed('data', word(KEPT))));
  const rows = array(fc.array(object(fc.tuple(keyed('object', thing))), { minLength: 1, maxLength: 3 }));
  const isTable = ['kind', 'apiVersion'].map((key, at) =>
    keyed(key, fc.constant(['"Table"', '"meta.k8s.io/v1"'][at] ?? '')),
  );
  return {
    object: thing,
    list: object(fc.tuple(keyed('items', array(fc.array(thing, { minLength: 1, maxLength: 3 }))))),
    table: object(fc.tuple(...isTable, keyed('rows', rows))),
  };
}

const { object: managedObject, list, table } = managed();

/** Lines of events with such bodies, each body up to three times. */
function linesOf(request: Texts, response: Texts): fc.Arbitrary<readonly string[]> {
  const bodies = fc.array(fc.oneof(keyed('requestObject', request), keyed('responseObject', response)), {
    maxLength: 5,
  });
  const fixed = ['"kind":"Event"', '"apiVersion":"audit.k8s.io/v1"', '"level":"RequestResponse"', '"verb":"update"'];
  const events = fc.tuple(bodies, fc.nat(), value).map(([all, place, odd]) => {
    const members = [...fixed, `"odd":${odd}`];
    members.splice(place % members.length, 0, ...all.map(([key, inner]) => `${key}:${inner}`));
    return `{${members.join(',')},"stage":"ResponseComplete","auditID":"${KEPT}"}`;
  });
  return fc.array(events, { minLength: 1, maxLength: 12 });
}

const WITHOUT_MANAGED_FIELDS = policy([{}], { omitManagedFields: true });
/** No loader makes it. */
const BROKEN: Policy = { omitStages: [], omitManagedFields: false, rules: [Object.create(null)] };

describe.each([
  ['are indexed', false],
  ['are refused and parked', true],
] as const)('of events that %s', (_, isRefusing) => {
  test.each<[string, Policy, Texts, Texts]>([
    ['the bodies at Metadata', policy([{ level: 'Metadata' }]), body(GONE), body(GONE)],
    ['the response at Request', policy([{ level: 'Request' }]), body(KEPT), body(GONE)],
    ['managed fields of objects', WITHOUT_MANAGED_FIELDS, managedObject, managedObject],
    ['managed fields of lists', WITHOUT_MANAGED_FIELDS, list, list],
    ['managed fields of tables', WITHOUT_MANAGED_FIELDS, table, table],
    ['the bodies of what could not be judged', BROKEN, body(GONE), body(GONE)],
  ])('no byte of what the policy removes is sent: %s', async (__, by, request, response) => {
    refuses = isRefusing;
    await fc.assert(
      fc.asyncProperty(linesOf(request, response), async (messages) => {
        const text = await sent(messages, by);
        expect(text).not.toContain(REST);
        expect(text).toContain(KEPT);
      }),
      { numRuns: 30 },
    );
  });

  test('every byte is sent where the policy removes nothing', async () => {
    refuses = isRefusing;
    const events = eventTexts.map((text) =>
      text.replace('{', '{"apiVersion":"audit.k8s.io/v1","level":"RequestResponse",'),
    );
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(events, { minLength: 1, maxLength: 12 }), async (messages) => {
        const documents = rowsOf(await sent(messages, policy([{}]))).map(({ document }) => document);
        const originals = new Set(documents.map((document) => at(document, 'event', 'original')));
        for (const message of messages) {
          const isWhole = parseJson(message) !== undefined && at(parseJson(message), 'level') === 'RequestResponse';
          if (isWhole) expect(originals).toContain(message);
        }
      }),
      { numRuns: 30 },
    );
  });
});
