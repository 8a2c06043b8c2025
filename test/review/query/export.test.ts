import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { at } from '../../../lambda/core/json.ts';
import type { AuditSearch } from '../../../lib/elasticsearch/search.ts';
import { exportName, type Format, startExport } from '../../../review/query/export.ts';
import { ALL } from '../../../review/query/filter.ts';
import { NOON } from '../../support/builders.ts';
import { POLICY, stored, version } from './history.ts';

/** Documents in their order, behind `search_after` and a point in time. */
class PagedSearch implements AuditSearch {
  closed = 0;
  readonly sizes: number[] = [];
  readonly #documents: readonly { readonly source: object }[];

  constructor(documents: readonly { readonly source: object }[]) {
    this.#documents = documents;
  }

  async search(body: object): Promise<unknown> {
    const [from] = [at(body, 'search_after')].flat();
    const first = from === undefined ? 0 : Number(from) + 1;
    const size = Number(at(body, 'size'));
    this.sizes.push(size);
    const hits = this.#documents
      .slice(first, first + size)
      .map(({ source }, index) => ({ _source: source, sort: [first + index] }));
    return { pit_id: 'next', hits: { hits } };
  }

  async open(): Promise<string> {
    return 'pit';
  }

  async close(): Promise<void> {
    this.closed += 1;
  }
}

async function exported(
  format: Format,
  documents: readonly { readonly source: object }[],
  search = new PagedSearch(documents),
) {
  const running = startExport(search, {
    selection: { kind: 'filter', filter: { ...ALL, from: '1h' } },
    format,
    now: NOON,
  });
  const chunks: Buffer[] = [];
  for await (const chunk of running.chunks) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  return { text: bytes.toString(), bytes, manifest: running.manifest(), search };
}

const events = stored({ auditID: 'one' }, { auditID: 'two', responseObject: version('9007199254740993') });
const cut = {
  source: {
    '@timestamp': '2026-11-21T12:00:05.000Z',
    tags: ['truncated'],
    event: { id: 'cut', original: '{"kind":"Ev[Truncated...]' },
  },
};
const ids = (records: readonly unknown[]) => records.map((each) => at(each, 'event', 'auditID') ?? at(each, 'line'));

describe('an export', () => {
  test('as JSON is one list', async () => {
    const { text } = await exported('json', [...events, cut]);
    expect(ids(JSON.parse(text))).toEqual(['one', 'two', '{"kind":"Ev[Truncated...]']);
    expect(JSON.parse(text)[0]).toMatchObject({ id: 'event-0', cluster: 'prod', time: '2026-11-21T12:00:00.000Z' });
  });

  test('as NDJSON has an event a line, byte for byte as it was kept', async () => {
    const original = '{"auditID":"a","n":9223372036854775807,"f":1.0,"n":1}';
    const broken = { source: { event: { original: '{"auditID":\r\n"b"}' } } };
    const { text } = await exported('ndjson', [{ source: { event: { original } } }, broken]);
    expect(text.split('\n')).toEqual([
      `{"id":"","cluster":"","time":"","event":${original}}`,
      '{"id":"","cluster":"","time":"","event":{"auditID":"b"}}',
      '',
    ]);
  });

  test('as YAML has a document for each', async () => {
    const { text } = await exported('yaml', [...events, cut]);
    expect(ids(parseAllDocuments(text).map((each) => each.toJS()))).toEqual([
      'one',
      'two',
      '{"kind":"Ev[Truncated...]',
    ]);
  });

  test('as YAML has what no reader could read back as text, and counts it', async () => {
    const original = `{"a":${'['.repeat(5000)}9223372036854775807${']'.repeat(5000)}}`;
    const deep = { source: { event: { original } } };
    const { text, manifest } = await exported('yaml', [deep, ...events, cut]);
    const [first, ...others] = parseAllDocuments(text).map((each): unknown => each.toJS());
    expect(at(first, 'line')).toBe(original);
    expect(others).toHaveLength(3);
    expect(manifest).toMatchObject({ events: 4, truncated: 1, asText: 1 });
    expect((await exported('json', [deep])).manifest).toMatchObject({ truncated: 0, asText: 0 });
  });

  test.each(['json', 'ndjson', 'yaml'] as const)('of nothing, as %s, is empty and can be read', async (format) => {
    const { text, manifest } = await exported(format, []);
    expect(text).toBe(format === 'json' ? '[\n\n]\n' : '');
    expect(manifest).toMatchObject({ events: 0 });
    expect(manifest).not.toHaveProperty('oldest');
  });

  test('has a manifest that says what was asked, how much there is, and its hash', async () => {
    const { manifest, bytes } = await exported('json', [...events, cut]);
    expect(manifest).toEqual({
      createdAt: '2026-11-21T12:00:00.000Z',
      format: 'json',
      selection: { kind: 'filter', filter: { ...ALL, from: '2026-11-21T11:00:00.000Z' } },
      query: { bool: { filter: [{ range: { '@timestamp': { gte: NOON - 3_600_000, format: 'epoch_millis' } } }] } },
      events: 3,
      truncated: 1,
      asText: 0,
      oldest: '2026-11-21T12:00:00.000Z',
      newest: '2026-11-21T12:00:05.000Z',
      bytes: bytes.length,
      sha256: createHash('sha256').update(bytes).digest('hex'),
    });
  });

  test('has no manifest before it is whole', () => {
    const running = startExport(new PagedSearch(events), {
      selection: { kind: 'object', key: POLICY },
      format: 'json',
      now: NOON,
    });
    expect(() => running.manifest()).toThrow('Expected all chunks to be taken');
  });

  test('asks page by page, for less where events are large, and closes its point in time', async () => {
    const large = Array.from({ length: 120 }, (_, index) => ({
      source: { event: { original: JSON.stringify({ auditID: index, pad: 'x'.repeat(400_000) }) } },
    }));
    const { text, search } = await exported('ndjson', large);
    expect(text.split('\n')).toHaveLength(121);
    expect(search.sizes.slice(0, 2)).toEqual([50, 10]);
    expect(search.closed).toBe(1);
  });

  test('asks for more and more where events are small', async () => {
    const small = Array.from({ length: 400 }, () => ({ source: { event: { original: '{}' } } }));
    expect((await exported('ndjson', small)).search.sizes).toEqual([50, 100, 200, 400]);
  });

  test('that nobody takes to its end closes its point in time, too', async () => {
    const search = new PagedSearch(events);
    const running = startExport(search, { selection: { kind: 'filter', filter: ALL }, format: 'json', now: NOON });
    let count = 0;
    for await (const _ of running.chunks) {
      count += 1;
      if (count === 2) break;
    }
    expect(search.closed).toBe(1);
  });

  test('has a name that tells its time', () => {
    expect(exportName('yaml', NOON)).toBe('eks-audit-20261121T120000Z.yaml');
  });
});
