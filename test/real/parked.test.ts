import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, inject, test } from 'vitest';
import { judge } from '../../lambda/core/document/judge.ts';
import { isObject } from '../../lambda/core/json.ts';
import { DAY, floorMinute, isoTime, MINUTE } from '../../lambda/core/time.ts';
import { sourceOf, TABLE } from '../../local/aws.ts';
import { event, line, rules } from '../support/builders.ts';
import { preparedClient } from '../support/client.ts';
import { type Ended, eventually, type Running, startCommand } from '../support/command.ts';
import { newFolder } from '../support/folder.ts';
import { type Pipe, startPipe } from './pipe.ts';

const urls = inject('elasticsearch');
const clients = { 9: preparedClient(urls[9]), 8: preparedClient(urls[8]) };
/** Over long enough to have come to both ages, and within what a first run reads. */
const FED_AT = floorMinute(Date.now()) - 5 * MINUTE;
/** Its index may be closed. */
const LONG_AGO = FED_AT - 4 * DAY;

const dayOf = (time: number) => isoTime(time).slice(0, 10).replaceAll('-', '.');
const indexOf = ({ cluster }: Pipe, time = FED_AT) => `logs-kubernetes.audit_logs-${cluster}-${dayOf(time)}`;
const parkedOf = ({ cluster }: Pipe) => `logs-kubernetes.audit_parked-${cluster}-*`;

const messageOf = (at: number, time = FED_AT, more: object = {}) =>
  JSON.stringify(event({ auditID: `event-${at}`, stageTimestamp: isoTime(time + at), ...more }));

function start({ cluster, aws, elasticsearch }: Pipe, ...args: readonly string[]): Running {
  const file = join(newFolder(), 'forwarder.yaml');
  const { group, region, account } = sourceOf(cluster);
  const text = [
    `table: ${TABLE}`,
    `elasticsearch: { url: '${elasticsearch.url}' }`,
    'clusters:',
    `  - name: ${cluster}`,
    '    policy: everything',
    '    completeness: { ages: [2m] }',
    `    eksCloudwatchLog: { groupName: ${group}, region: ${region} }`,
  ];
  writeFileSync(file, text.join('\n'));
  return startCommand([...args, '--config', file], { ...aws.environment, AWS_ACCOUNT_ID: account });
}

const command = (pipe: Pipe, ...args: readonly string[]): Promise<Ended> => start(pipe, ...args).ended;

/** What a command says with `--json`, and its exit code. */
async function json(pipe: Pipe, ...args: readonly string[]) {
  const { code, stdout, stderr } = await command(pipe, ...args, '--json');
  const said: unknown = stdout === '' ? undefined : JSON.parse(stdout);
  if (!isObject(said)) throw new Error(`Exit ${code} without an answer: ${stderr}`);
  return { code, said };
}

const PROVEN = { missingCount: 0, alteredCount: 0, extraCount: 0, bothCount: 0, awaited: 0 };
const REDRIVE = ['parked', 'redrive', '--since', '2h'];

describe.each([9, 8] as const)('parked lines, with Elasticsearch %i,', (major) => {
  const client = clients[major];

  async function read(messages: readonly string[], prepare: (pipe: Pipe) => Promise<unknown>): Promise<Pipe> {
    const pipe = await startPipe({ elasticsearch: { url: urls[major] } });
    await prepare(pipe);
    await pipe.feed(messages, FED_AT);
    expect((await pipe.invoke()).outcome).toMatchObject({ ok: true, payload: { caughtUp: true } });
    await client.indices.refresh({ index: parkedOf(pipe) });
    return pipe;
  }

  /** No user agent is a number, and no question that another test asks of all audit indices looks for one. */
  const refusing = (pipe: Pipe) =>
    client.indices.create({
      index: indexOf(pipe),
      mappings: { properties: { user_agent: { properties: { original: { type: 'integer' } } } } },
    });

  const closed = async (pipe: Pipe) => {
    const index = indexOf(pipe, LONG_AGO);
    await client.indices.create({ index });
    await client.indices.close({ index });
  };

  async function verification(pipe: Pipe) {
    const { code, said } = await json(pipe, 'account', '--verify', '--since', '20m');
    return { code, total: said.total, found: said.verification };
  }

  test('that a mapping refused are indexed as they would have been, once the index is made anew', async () => {
    const large = messageOf(5, FED_AT, { requestObject: { data: { text: '"ä'.repeat(90_000) } } });
    const messages = [...[0, 1, 2, 3, 4].map((at) => messageOf(at)), large];
    const pipe = await read(messages, refusing);
    const { code, said: listed } = await json(pipe, 'parked', 'list');
    expect({ code, listed }).toMatchObject({
      code: 0,
      listed: { reasons: { 'refused by the mapping': { parked: 6 } } },
    });

    const early = await json(pipe, ...REDRIVE);
    expect(early).toMatchObject({ code: 1, said: { lines: 6, indexed: 0, left: 6 } });
    expect(JSON.stringify(early.said.leftLines)).toContain('failed to parse field [user_agent.original]');

    await client.indices.delete({ index: indexOf(pipe) });
    expect((await json(pipe, ...REDRIVE, '--dry-run')).said).toMatchObject({ lines: 6, indexed: 6, dryRun: true });
    expect(await json(pipe, ...REDRIVE)).toMatchObject({ code: 0, said: { lines: 6, indexed: 6, left: 0 } });
    await client.indices.refresh({ index: [indexOf(pipe), parkedOf(pipe)] });
    await sameAsSent(pipe, messages);
    expect(await verification(pipe)).toMatchObject({
      code: 0,
      total: { parked: 6, redriven: 6 },
      found: { ...PROVEN, present: 6 },
    });
    expect(await json(pipe, ...REDRIVE)).toMatchObject({ code: 0, said: { lines: 6, indexed: 0, marked: 6 } });
    expect((await json(pipe, 'parked', 'list')).said.lines).toEqual([]);
    expect((await json(pipe, 'parked', 'list', '--all')).said.lines).toHaveLength(6);
  });

  /** But for when it was handled. */
  async function sameAsSent(pipe: Pipe, messages: readonly string[]): Promise<void> {
    const source = sourceOf(pipe.cluster);
    const of = rules({ cluster: { name: pipe.cluster, indexName: pipe.cluster, source } });
    const { hits } = await client.search<Record<string, unknown>>({ index: indexOf(pipe), size: 100 });
    const found = new Map(hits.hits.map(({ _id, _source }) => [_id, _source]));
    for (const message of messages) {
      const judgement = judge(line({ message, timestamp: FED_AT, group: source.group }), of, FED_AT);
      const parcel = judgement.kind === 'send' ? judgement.parcel : undefined;
      const { aws: _, ...made } = JSON.parse(parcel?.items[0]?.body ?? '{}');
      const { aws, ...document } = found.get(parcel?.id ?? '') ?? {};
      expect(document).toEqual({ ...made, event: { ...made.event, ingested: expect.any(String) } });
      expect(aws).toMatchObject({ cloudwatch: { log_group: source.group, timestamp: isoTime(FED_AT) } });
    }
    expect(found.size).toBe(messages.length);
  }

  test('are shown: the text exactly, also of one in parts, and what to do', async () => {
    const text = messageOf(0, FED_AT, { requestObject: { data: { text: '"ä\u001b[2J'.repeat(60_000) } } });
    const pipe = await read([text, 'no JSON'], refusing);
    const { said } = await json(pipe, 'parked', 'list', '--reason', 'refused by the mapping');
    const [one] = said.lines as readonly { readonly id: string }[];
    const raw = await command(pipe, 'parked', 'show', one?.id ?? '', '--raw');
    expect({ code: raw.code, isExact: raw.stdout === text }).toEqual({ code: 0, isExact: true });
    const shown = await command(pipe, 'parked', 'show', one?.id ?? '');
    expect(shown.code).toBe(0);
    expect(shown.stdout).toContain('elasticsearch setup');
    expect(shown.stdout).not.toContain('\u001b');
    expect(await command(pipe, 'parked', 'show', 'nothing')).toMatchObject({ code: 1, stdout: '' });
  });

  test('of a closed index are told, and indexed once it is open; also when the redrive was killed in between', {
    timeout: 300_000,
  }, async () => {
    const messages = Array.from({ length: 1500 }, (_, at) => messageOf(at, at % 6 === 0 ? LONG_AGO : FED_AT));
    const pipe = await read(messages, closed);
    const told = await json(pipe, ...REDRIVE);
    expect(told).toMatchObject({ code: 1, said: { lines: 250, left: 250 } });
    expect(JSON.stringify(told.said.leftLines)).toContain('takes no more writes: open it');
    await client.indices.open({ index: indexOf(pipe, LONG_AGO) });

    const running = start(pipe, ...REDRIVE);
    await eventually(() => (/\b100 lines looked at/.test(running.said()) ? true : undefined));
    running.child.kill('SIGKILL');
    await running.ended;
    expect(await json(pipe, ...REDRIVE)).toMatchObject({ code: 0, said: { lines: 250, left: 0 } });
    await client.indices.refresh({ index: [indexOf(pipe, LONG_AGO), parkedOf(pipe)] });
    expect((await client.count({ index: indexOf(pipe, LONG_AGO) })).count).toBe(250);
    expect(await json(pipe, ...REDRIVE)).toMatchObject({ code: 0, said: { lines: 250, indexed: 0, marked: 250 } });
    expect(await verification(pipe)).toMatchObject({
      code: 0,
      total: { parked: 250, redriven: 250 },
      found: { ...PROVEN, present: 1500 },
    });
  });

  test('and indexed too by a backfill are named, and the command that is told marks them', async () => {
    const pipe = await read(
      [0, 1].map((at) => messageOf(at)),
      refusing,
    );
    await client.indices.delete({ index: indexOf(pipe) });
    expect((await command(pipe, 'backfill', '--since', '20m')).code).toBe(0);
    await client.indices.refresh({ index: [indexOf(pipe), parkedOf(pipe)] });
    const { code, stdout } = await command(pipe, 'account', '--verify', '--since', '20m');
    expect(code).toBe(1);
    const [, ids = ''] = /^npx eks-audit parked redrive --config \S+ (.+)$/m.exec(stdout) ?? [];
    expect(ids.split(' ')).toHaveLength(2);
    const marked = await json(pipe, 'parked', 'redrive', ...ids.split(' '));
    expect(marked).toMatchObject({ code: 0, said: { lines: 2, indexed: 0, alreadyIndexed: 2 } });
    await client.indices.refresh({ index: parkedOf(pipe) });
    expect(await verification(pipe)).toMatchObject({ code: 0, found: { ...PROVEN, present: 2 } });
  });
});
