import { describe, expect, test } from 'vitest';
import { lineById } from '../../../../bin/operate/parked/lines.ts';
import { namingOf, PROFILES } from '../../../../lambda/contract.ts';
import { judge } from '../../../../lambda/core/document/judge.ts';
import type { Policy } from '../../../../lambda/core/policy/policy.ts';
import { isoTime, MINUTE } from '../../../../lambda/core/time.ts';
import { MinuteRules } from '../../../../lambda/minute-rules.ts';
import { EVERYTHING, event, fileLine, line, lines, NOON, rule, rules, settings } from '../../../support/builders.ts';
import { MemorySink, PickySink } from '../../../support/fakes/sink.ts';
import { world } from '../../../support/world.ts';
import { clean, readWorld } from '../account/read-world.ts';
import { documentsIn, parkedWorld, saying } from './parked-world.ts';

const REFUSAL = { status: 400, type: 'document_parsing_exception', reason: 'failed to parse field [x]' };

/** Refuses audit events until it is mended. */
function refusing(isRefused: (body: string) => boolean) {
  const state = { isMended: false };
  const sink = new PickySink(({ index, body }) =>
    !state.isMended && index.includes('audit_logs') && isRefused(body) ? REFUSAL : undefined,
  );
  const mend = () => {
    state.isMended = true;
  };
  return { sink, mend };
}

const POLICY: Policy = { ...EVERYTHING, rules: [rule({ level: 'Metadata' })] };

describe('what Elasticsearch refused', () => {
  test('is indexed as it would have been, marked, and proven', async () => {
    const { sink, mend } = refusing((body) => body.includes(`${NOON}-1"`));
    const made = await parkedWorld(lines(3), sink);
    mend();
    const { numbers, left, failure } = await made.redrive();
    expect({ numbers, left, failure }).toEqual({
      numbers: { lines: 1, indexed: 1, alreadyIndexed: 0, dropped: 0, left: 0, marked: 0 },
      left: [],
      failure: undefined,
    });
    const straight = await readWorld(lines(3));
    const own = documentsIn(sink, 'audit_logs').map(saying);
    expect(own).toEqual(expect.arrayContaining(documentsIn(straight.sink, 'audit_logs').map(saying)));
    const [parked] = await made.lines();
    expect(parked?.redriven).toMatchObject({ outcome: 'indexed', id: parked?.id, index: parked?.meant?.index });
    expect(await made.check()).toMatchObject({ ...clean, present: 3 });
    expect(await made.check({ contents: false })).toMatchObject({ ...clean, contents: false, present: 3 });
  });

  test('stays parked in its reduced form: what the policy removed does not come back', async () => {
    const requestObject = { data: { password: 'hidden' } };
    const message = JSON.stringify(event({ requestObject, more: 12345678901234567890n.toString() }));
    const { sink, mend } = refusing(() => true);
    const fed = [line({ message })];
    const reduced = world(fed, sink);
    await reduced.go({ policy: POLICY });
    const made = await parkedWorld(fed, sink, reduced);
    mend();
    await made.redrive();
    const direct = world(fed);
    await direct.go({ policy: POLICY });
    expect(documentsIn(sink, 'audit_logs').map(saying)).toEqual(documentsIn(direct.sink, 'audit_logs').map(saying));
    expect(JSON.stringify([...sink.documents.values()])).not.toContain('hidden');
  });

  test('and is refused again stays as it is, with what Elasticsearch says, and holds up no other', async () => {
    const { sink } = refusing((body) => body.includes(`${NOON}-1"`));
    const made = await parkedWorld(lines(3), sink);
    const before = sink.documents.size;
    const { numbers, left } = await made.redrive();
    expect(numbers).toMatchObject({ lines: 1, indexed: 0, left: 1 });
    expect(left).toEqual([
      {
        id: (await made.lines())[0]?.id,
        reason: 'refused by the mapping',
        why: 'Elasticsearch’s mapping refuses it still: document_parsing_exception: failed to parse field [x]',
      },
    ]);
    expect(sink.documents.size).toBe(before);
  });

  test('and is there already is only marked', async () => {
    const { sink, mend } = refusing((body) => body.includes(`${NOON}-1"`));
    const made = await parkedWorld(lines(3), sink);
    mend();
    await sink.bulk(documentsIn((await readWorld(lines(3))).sink, 'audit_logs'));
    expect(await made.check()).toMatchObject({ bothCount: 1, present: 3 });
    expect((await made.redrive()).numbers).toMatchObject({ indexed: 0, alreadyIndexed: 1, left: 0 });
    expect(await made.check()).toMatchObject({ ...clean, present: 3 });
  });

  test('a second time is told as redriven before, and nothing is sent', async () => {
    const { sink, mend } = refusing(() => true);
    const made = await parkedWorld(lines(3), sink);
    mend();
    await made.redrive();
    const requests = sink.requests.length;
    expect((await made.redrive()).numbers).toMatchObject({ lines: 3, marked: 3, indexed: 0 });
    expect(sink.requests).toHaveLength(requests);
  });

  test('in a dry run is told, and nothing is written', async () => {
    const { sink, mend } = refusing(() => true);
    const made = await parkedWorld(lines(3), sink);
    mend();
    const before = sink.requests.length;
    expect((await made.redrive({ dryRun: true })).numbers).toMatchObject({ lines: 3, indexed: 3, left: 0 });
    expect(sink.requests).toHaveLength(before);
  });

  test('is marked as far as it is confirmed when something stops it, and goes on from there', async () => {
    const { sink, mend } = refusing((body) => new RegExp(`"auditID":"${NOON}-\\d*[05]"`).test(body));
    const made = await parkedWorld(lines(750), sink);
    mend();
    let sent = 0;
    const dying = {
      bulk: async (items: Parameters<typeof sink.bulk>[0]) => {
        sent += items.length;
        return sent > 120 ? { kind: 'refused' as const, status: 401 } : sink.bulk(items);
      },
      renew: async () => false,
    };
    const { numbers, failure } = await made.redrive({ sending: { sink: dying, clock: made.clock } });
    expect(failure).toContain('401');
    const marks = documentsIn(sink, 'audit_parked').filter(({ id }) => id.endsWith('.redriven'));
    expect(marks).toHaveLength(numbers.indexed);
    expect(numbers.indexed).toBeGreaterThan(50);
    const rest = await made.redrive();
    expect(rest.numbers).toMatchObject({ lines: 150, marked: numbers.indexed, indexed: 150 - numbers.indexed });
    expect(await made.check()).toMatchObject({ ...clean, present: 750 });
  });

  test('is chosen by its id, its reason or its time; an id under which nothing is parked is told', async () => {
    const { sink, mend } = refusing(() => true);
    const made = await parkedWorld([...lines(2), ...lines(2, NOON + MINUTE)], sink);
    mend();
    const [first] = await made.lines();
    const range = { startTime: NOON + MINUTE, endTime: NOON + 2 * MINUTE };
    expect((await made.redrive({ selection: { reason: 'too large' } })).numbers.lines).toBe(0);
    const byId = await made.redrive({ selection: { ids: [first?.id ?? '', 'unknown'] } });
    expect(byId).toMatchObject({ numbers: { lines: 1, indexed: 1 }, unknown: ['unknown'] });
    expect((await made.redrive({ selection: { range } })).numbers).toMatchObject({ lines: 2, indexed: 2 });
    expect((await made.redrive({ selection: {} })).numbers).toMatchObject({ lines: 4, indexed: 1, marked: 3 });
  });
});

describe('a line in parts', () => {
  const large = line({ message: JSON.stringify(event({ more: 'ä😀'.repeat(100_000) })) });

  test('is put together and indexed', async () => {
    const { sink, mend } = refusing(() => true);
    const made = await parkedWorld([large], sink);
    mend();
    expect(documentsIn(sink, 'audit_parked').length).toBeGreaterThan(1);
    expect((await made.redrive()).numbers).toMatchObject({ lines: 1, indexed: 1 });
    expect(await made.check()).toMatchObject({ ...clean, present: 1 });
  });

  test('is found whole, and marked, also where its parts are filed under two times', async () => {
    const { sink, mend } = refusing(() => true);
    const made = await parkedWorld([large], sink);
    mend();
    const parts = documentsIn(sink, 'audit_parked');
    const later = `"@timestamp":"${isoTime(NOON + MINUTE)}"`;
    for (const part of parts.slice(1))
      sink.documents.set(`${part.index}/${part.id}`, {
        ...part,
        body: part.body.replace(/"@timestamp":"[^"]*"/, later),
      });
    const id = (await made.lines())[0]?.id ?? '';
    expect((await lineById(made.parked.search({ ids: [id] }), id))?.documents).toHaveLength(parts.length);
    expect((await made.redrive()).numbers).toMatchObject({ lines: 2, indexed: 1, alreadyIndexed: 1 });
    const requests = sink.requests.length;
    expect((await made.redrive()).numbers).toMatchObject({ lines: 2, marked: 2 });
    expect(sink.requests).toHaveLength(requests);
    expect((await lineById(made.parked.search({ ids: [id] }), id))?.redriven).toMatchObject({ outcome: 'indexed' });
  });

  test('of which one is missing stays as it is', async () => {
    const { sink, mend } = refusing(() => true);
    const made = await parkedWorld([large], sink);
    mend();
    const [part] = documentsIn(sink, 'audit_parked').filter(({ id }) => id.endsWith('.2'));
    sink.documents.delete(`${part?.index}/${part?.id}`);
    const { numbers, left } = await made.redrive();
    expect(numbers).toMatchObject({ lines: 1, indexed: 0, left: 1 });
    expect(left[0]?.why).toMatch(/^Parts of it are not there \(1 of \d\)/);
  });

  test('that somebody altered stays as it is', async () => {
    const { sink, mend } = refusing(() => true);
    const made = await parkedWorld([large], sink);
    mend();
    for (const item of documentsIn(sink, 'audit_parked'))
      sink.documents.set(`${item.index}/${item.id}`, { ...item, body: item.body.replace('more', 'most of it') });
    expect((await made.redrive()).left[0]?.why).toContain('somebody altered it');
  });

  test('that was to go where no name of the cluster leads is not sent there', async () => {
    const { sink, mend } = refusing(() => true);
    const made = await parkedWorld(lines(1), sink);
    mend();
    for (const item of documentsIn(sink, 'audit_parked'))
      sink.documents.set(`${item.index}/${item.id}`, {
        ...item,
        body: item.body.replace('logs-kubernetes.audit_logs-prod-', 'somebody-elses-'),
      });
    expect((await made.redrive()).left[0]?.why).toMatch(/^It was to go to somebody-elses-2026\.11\.21, which no name/);
    expect(sink.ids('audit_logs')).toEqual([]);
  });
});

test('what was refused before the indices were renamed says the name of then', async () => {
  const of = settings({ elasticsearch: { ...settings().elasticsearch, index: 'audit-{yyyy.MM.dd}' } });
  const state = { isMended: false };
  const sink = new PickySink(({ index }) => (!state.isMended && index.startsWith('audit-') ? REFUSAL : undefined));
  const made = world(lines(1), sink);
  const read = await parkedWorld(lines(1), sink, { ...made, go: async () => made.go(of) });
  state.isMended = true;
  const renamed = { ...namingOf(of), indexName: 'renamed' };
  expect((await read.redrive({ namings: [renamed, namingOf(of)] })).numbers).toMatchObject({ indexed: 1 });
  const direct = world(lines(1));
  await direct.go(of);
  const indexed = [...sink.documents.values()].filter(({ index }) => index.startsWith('audit-'));
  expect(indexed.map(saying)).toEqual([...direct.sink.documents.values()].map(saying));
});

describe('a line that CloudWatch cut and Elasticsearch refused', () => {
  const body = { requestObject: { data: 'ä'.repeat(150_000) } };
  const inOrder = { requestReceivedTimestamp: undefined, stageTimestamp: undefined, annotations: undefined };
  const cut = line({ message: `${JSON.stringify(event({ ...inOrder, ...body })).slice(0, -9)}[Truncated...]` });
  const reader = { readInFull: async () => 'in full' as const };

  async function refused(policy: Policy) {
    const { sink, mend } = refusing(() => true);
    const made = world([cut], sink);
    await made.go({ policy });
    const read = await parkedWorld([cut], sink, { ...made, go: async () => made.go({ policy }) });
    mend();
    return read;
  }

  test('is judged again by what is parked where that is the whole line', async () => {
    const made = await refused(EVERYTHING);
    expect((await made.redrive({ reader })).numbers).toMatchObject({ indexed: 1, left: 0 });
    const direct = await readWorld([cut]);
    expect(documentsIn(made.sink, 'audit_logs').map(saying)).toEqual(
      documentsIn(direct.sink, 'audit_logs').map(saying),
    );
    expect(await made.check()).toMatchObject({ ...clean, present: 1 });
  });

  test('and of which the policy took something is read from CloudWatch Logs again', async () => {
    const made = await refused(POLICY);
    expect((await made.redrive({ reader })).left[0]?.why).toMatch(/^What is parked is not the whole line, and CloudW/);
    expect((await made.redrive()).numbers).toMatchObject({ indexed: 1, left: 0 });
  });
});

describe('what no policy had judged', () => {
  const good = line({ message: JSON.stringify(event({ auditID: 'a' })), eventId: 'the-line' });

  /** As a version parked it that could not judge it. */
  async function notJudged(policy = EVERYTHING, message = good.message) {
    const fed = [{ ...good, message }];
    const made = world(fed);
    await made.go({ policy });
    made.sink.documents.clear();
    const broken = rules();
    Object.defineProperty(broken, 'policy', { get: () => raise() });
    const judgement = judge({ ...good, message }, broken, NOON);
    if (judgement.kind !== 'send') throw new Error('dropped');
    await made.sink.bulk(judgement.parcel.items);
    return { judgement, ...(await parkedWorld(fed, made.sink, made)) };
  }

  const raise = () => {
    throw new Error('a fault of ours');
  };

  test('is read from CloudWatch Logs again where its bodies are not parked, and judged as its minute was', async () => {
    const message = JSON.stringify(event({ requestObject: { spec: { replicas: 3 } } }));
    const made = await notJudged(EVERYTHING, message);
    made.sink.documents.delete([...made.sink.documents.keys()].find((key) => key.includes('audit_logs')) ?? '');
    expect((await made.redrive()).numbers).toMatchObject({ indexed: 1, left: 0 });
    const [document] = documentsIn(made.sink, 'audit_logs');
    expect(JSON.parse(document?.body ?? '').event.original).toBe(message);
    expect(await made.check()).toMatchObject({ ...clean, present: 1 });
  });

  test('stays parked where CloudWatch Logs has it no more', async () => {
    const made = await notJudged(EVERYTHING, JSON.stringify(event({ requestObject: {} })));
    const reader = { readInFull: async () => 'in full' as const };
    const { left } = await made.redrive({ reader });
    expect(left[0]).toMatchObject({
      reason: 'not judged',
      why: 'What is parked is not the whole line, and CloudWatch Logs has it no more.',
    });
  });

  test('of a file is imported again, since that is not read here', async () => {
    const made = await parkedWorld([], new MemorySink());
    const broken = rules();
    Object.defineProperty(broken, 'policy', { get: () => raise() });
    const judgement = judge(
      fileLine({ message: JSON.stringify(event({ requestObject: {} })), offset: 7 }),
      broken,
      NOON,
    );
    if (judgement.kind === 'send') await made.sink.bulk(judgement.parcel.items);
    const { left } = await made.redrive();
    const why =
      'What is parked is not the whole line: import /var/log/kube-audit.log again, where it begins at byte 7.';
    expect(left).toMatchObject([{ reason: 'not judged', why }]);
  });

  test('and its minute’s policy drops gets a mark and no document', async () => {
    const made = await notJudged({ ...EVERYTHING, rules: [rule({ level: 'None' })] });
    expect((await made.redrive()).numbers).toMatchObject({ indexed: 0, dropped: 1, left: 0 });
    expect((await made.lines())[0]?.redriven).toMatchObject({ outcome: 'dropped', by: 'rules[0]' });
    expect(made.sink.ids('audit_logs')).toEqual([]);
    expect(await made.check()).toMatchObject(clean);
  });

  test('and Elasticsearch refuses for both profiles is left once, however many there are', async () => {
    const fed = lines(120);
    const of = settings({ elasticsearch: { ...settings().elasticsearch, profiles: PROFILES } });
    const state = { refuses: false };
    const sink = new PickySink(({ index }) => (state.refuses && !index.includes('audit_parked') ? REFUSAL : undefined));
    const made = world(fed, sink);
    await made.go(of);
    sink.documents.clear();
    const broken = rules();
    Object.defineProperty(broken, 'policy', { get: () => raise() });
    for (const each of fed) {
      const judgement = judge(each, broken, NOON);
      if (judgement.kind === 'send') await sink.bulk(judgement.parcel.items);
    }
    const read = await parkedWorld(fed, sink, { ...made, go: async () => made.go(of) });
    state.refuses = true;
    const { numbers, left, failure } = await read.redrive({
      settings: of,
      namings: [namingOf(of)],
      rules: new MinuteRules(read.ledger, of),
    });
    expect(failure).toBeUndefined();
    expect(numbers).toMatchObject({ lines: 120, indexed: 0, left: 120 });
    expect(new Set(left.map(({ id }) => id)).size).toBe(left.length);
  });

  test('and nobody can decode stays parked', async () => {
    const made = await parkedWorld([line({ message: 'no JSON\n' })], new MemorySink());
    const { numbers, left } = await made.redrive();
    expect(numbers).toMatchObject({ lines: 1, left: 1 });
    expect(left[0]?.why).toBe('It would be parked again: not JSON.');
  });

  test('by a policy that is not known any more is not judged by another', async () => {
    const made = await parkedWorld([line({ message: 'no JSON' })], new MemorySink());
    const ledger = { rows: (from: number, to: number) => made.ledger.rows(from, to) };
    const [row] = (await ledger.rows(NOON, NOON + MINUTE)).values();
    if (row === undefined) throw new Error('no row');
    made.ledger.stored.set(NOON, { ...row, policy: 'forgotten' });
    expect((await made.redrive()).left[0]?.why).toContain('The policy forgotten that judged its minute is not in the');
  });
});

describe('account --verify', () => {
  test('misses a document that is marked as redriven and is not there', async () => {
    const { sink, mend } = refusing(() => true);
    const made = await parkedWorld(lines(2), sink);
    mend();
    await made.redrive();
    const [one] = documentsIn(sink, 'audit_logs');
    sink.documents.delete(`${one?.index}/${one?.id}`);
    for (const contents of [true, false])
      expect(await made.check({ contents })).toMatchObject({ missingCount: 1, missing: [{ id: one?.id }], present: 1 });
  });

  test('calls a mark extra that stands beside what nobody can decode', async () => {
    const made = await parkedWorld([line({ message: 'no JSON' })], new MemorySink());
    const [parked] = documentsIn(made.sink, 'audit_parked');
    if (parked === undefined) throw new Error('nothing is parked');
    await made.sink.bulk([{ ...parked, id: `${parked.id}.redriven` }]);
    const why = 'nothing is parked beside it that was redriven';
    for (const contents of [true, false])
      expect(await made.check({ contents })).toMatchObject({
        ...{ missingCount: 0, alteredCount: 0, extraCount: 1, present: 1 },
        extra: [{ id: `${parked.id}.redriven`, why }],
      });
  });

  test('calls a mark extra beside which nothing is parked, and what only a mark speaks for', async () => {
    const { sink, mend } = refusing(() => true);
    const made = await parkedWorld(lines(2), sink);
    mend();
    await made.redrive();
    const [first] = documentsIn(sink, 'audit_parked').filter(({ id }) => !id.endsWith('.redriven'));
    sink.documents.delete(`${first?.index}/${first?.id}`);
    const forged = JSON.stringify({
      ...JSON.parse(first?.body ?? ''),
      aws: { cloudwatch: { timestamp: '2026-11-21T12:00:00.000Z', event_id: 'none' } },
    });
    const index = first?.index ?? '';
    await sink.bulk([
      { index, id: 'forged', body: forged },
      { index, id: 'forged.redriven', body: forged },
    ]);
    const { extra } = await made.check();
    expect(extra.map(({ id }) => id).toSorted()).toEqual([`${first?.id}.redriven`, 'forged', 'forged.redriven']);
  });
});
