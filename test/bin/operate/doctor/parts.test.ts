import { describe, expect, test } from 'vitest';
import { clockVerdict } from '../../../../bin/operate/doctor/clock.ts';
import { leastFree } from '../../../../bin/operate/doctor/disk.ts';
import { reachVerdict, versionVerdict } from '../../../../bin/operate/doctor/elasticsearch.ts';
import { differences } from '../../../../bin/operate/doctor/mapping.ts';
import { type Check, carryOut, once } from '../../../../bin/operate/reach/carry-out.ts';
import { ok } from '../../../../bin/operate/reach/verdict.ts';
import { DEFAULT_INDEX } from '../../../../lambda/contract.ts';
import { auditTemplate } from '../../../../lib/elasticsearch/template.ts';
import { NOON } from '../../../support/builders.ts';

describe('checks carried out together', () => {
  const good: Check = { name: 'good', look: async () => ok('here') };

  test('hide none of each other, and keep their order', async () => {
    const failing = { name: 'failing', look: () => Promise.reject(new Error('two\nlines')) };
    const hanging = { name: 'hanging', look: () => new Promise<never>(() => {}) };
    const findings = await carryOut([failing, hanging, good], 20);
    expect(findings.map(({ check, state }) => [check, state])).toEqual([
      ['failing', 'wrong'],
      ['hanging', 'wrong'],
      ['good', 'ok'],
    ]);
    expect(findings[0]?.message).not.toContain('\n');
    expect(findings[1]?.message).toMatch(/^No answer in 0.02 s/);
  });

  test('end what is under way when its time is over', async () => {
    let aborted = false;
    const look: Check['look'] = (signal) =>
      new Promise(() => {
        signal.addEventListener('abort', () => {
          aborted = true;
        });
      });
    await carryOut([{ name: 'hanging', look }], 10);
    expect(aborted).toBe(true);
  });

  test('share an answer that is asked for once', async () => {
    let asked = 0;
    const answer = once(async () => {
      asked += 1;
      return asked;
    });
    expect(await Promise.all([answer(), answer()])).toEqual([1, 1]);
  });
});

test.each([
  [0, 'ok'],
  [30_000, 'ok'],
  [-30_000, 'ok'],
  [31_000, 'wrong'],
  [-31_000, 'wrong'],
])('a clock %i ms ahead is %s', (ahead, state) => {
  expect(clockVerdict('AWS', NOON, NOON + ahead).state).toBe(state);
});

test('a server that tells no time is no reason to complain', () => {
  expect(clockVerdict('Elasticsearch', undefined, NOON).state).toBe('not checked');
});

const GB = 2 ** 30;
test.each([
  ['90%', undefined, 100 * GB, 10 * GB],
  ['90%', '150GB', 100 * GB, 10 * GB],
  ['90%', '150GB', 10_000 * GB, 150 * GB],
  ['90%', '-1', 10_000 * GB, 1000 * GB],
  ['0.9', undefined, 100 * GB, 10 * GB],
  ['20gb', undefined, 100 * GB, 20 * GB],
])('a high watermark of %s with a headroom of %s leaves of %i bytes %i free', (watermark, headroom, total, free) => {
  expect(leastFree(watermark, headroom, total)).toBeCloseTo(free, 0);
});

describe('a mapping', () => {
  const template = auditTemplate(DEFAULT_INDEX);
  const { mappings } = template.body.template;

  test('that is the template’s differs in nothing', () => {
    expect(differences(mappings, template)).toEqual([]);
  });

  test('with a dot in a name is the same as one with an object', () => {
    const flat = { properties: { 'orchestrator.type': { type: 'keyword' } } };
    const nested = { properties: { orchestrator: { properties: { type: { type: 'keyword' } } } } };
    expect(differences(flat, template)).toEqual(differences(nested, template));
    expect(differences(flat, template)).not.toContain('orchestrator.type is missing');
  });

  test('with nothing in it misses every field', () => {
    expect(differences({}, template)).toContain('@timestamp is missing');
    expect(differences(undefined, template).length).toBe(differences({}, template).length);
  });

  test('is told what another type is', () => {
    const properties = { '@timestamp': { type: 'date_nanos' } };
    expect(differences({ properties }, template)).toContain('@timestamp is date_nanos, not date');
  });

  test('may have a runtime field of the right type in place of one that is missing, and not before one', () => {
    const runtime = { '@timestamp': { type: 'date' } };
    const about = (found: readonly string[]) => found.filter((each) => each.startsWith('@timestamp'));
    expect(about(differences({ runtime }, template))).toEqual([]);
    expect(about(differences({ ...mappings, runtime }, template))).toEqual(['@timestamp is hidden by a runtime field']);
  });
});

const answered = (status: number, body: unknown = {}) => ({ kind: 'answered', status, body, date: undefined }) as const;
const nothing = answered(403);

test.each([
  [answered(200), 'ok'],
  [answered(403), 'ok'],
  [answered(405), 'ok'],
  [answered(401), 'wrong'],
  [answered(503), 'wrong'],
  [{ kind: 'unreachable', why: 'connect ECONNREFUSED' } as const, 'wrong'],
  [{ kind: 'not Elasticsearch' } as const, 'wrong'],
])('%o is %s', (answer, state) => {
  expect(reachVerdict('https://es.example', answer).state).toBe(state);
});

test.each([
  ['7.17.28', 'wrong'],
  ['8.0.0', 'ok'],
  ['9.5.3', 'ok'],
  ['10.0.0', 'ok'],
])('version %s is %s', (number, state) => {
  expect(versionVerdict(answered(200, { version: { number } }), nothing).state).toBe(state);
});

test('a server that tells its version to nobody is not checked, but serverless has none', () => {
  expect(versionVerdict(nothing, nothing)).toEqual({ state: 'not checked', message: 'needs monitor' });
  const serverless = answered(200, { version: { number: '8.11.0', build_flavor: 'serverless' } });
  expect(versionVerdict(serverless, nothing)).toEqual({ state: 'ok', message: 'Elasticsearch Serverless.' });
});
