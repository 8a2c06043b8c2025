import { describe, expect, test } from 'vitest';
import { PART_SIZES, type Parking, parkedItems, wholeId } from '../../../../lambda/core/document/parked.ts';
import { at } from '../../../../lambda/core/json.ts';
import { CLUSTER, event, fileLine, line, NOON } from '../../../support/builders.ts';

function parking(overrides: Partial<Parking> = {}): Parking {
  return {
    reason: 'not JSON',
    detail: '',
    line: line({ message: 'no JSON' }),
    cluster: CLUSTER,
    id: 'an-id',
    ingested: NOON,
    text: 'no JSON',
    ...overrides,
  };
}

const bodies = (items: ReturnType<typeof parkedItems>) => items.map(({ body }) => JSON.parse(body));

test('a line is parked exactly, with the reason and where it came from, in its month’s index', () => {
  const [item] = parkedItems(parking());
  expect(item).toMatchObject({ index: 'logs-kubernetes.audit_parked-prod-2026.11.01', id: 'an-id' });
  expect(JSON.parse(item?.body ?? '')).toMatchObject({
    event: { original: 'no JSON' },
    parked: { reason: 'not JSON' },
    aws: { cloudwatch: { log_group: CLUSTER.source.group, event_id: line().origin.eventId } },
  });
});

test('a line of a file is parked with its place there, and its message says so', () => {
  const [body] = bodies(parkedItems(parking({ line: fileLine({ message: 'no JSON', offset: 7 }) })));
  expect(body.log).toEqual({ file: { path: '/var/log/kube-audit.log' }, offset: 7 });
  expect(body.aws).toBeUndefined();
  expect(body.message).toContain('log.file says where its line is');
});

test('what is parked after the policy names the document it would have been', () => {
  const meant = { id: 'an-id', index: 'logs-kubernetes.audit_logs-prod-2026.11.21' };
  const [body] = bodies(parkedItems(parking({ meant })));
  expect(body.parked).toMatchObject(meant);
});

test('what is over 256 KiB is parked in numbered parts that join to the exact text', () => {
  const text = 'ä😀'.repeat(150_000);
  const items = parkedItems(parking({ text }));
  const parts = bodies(items);
  expect(new Set(items.map(({ id }) => id)).size).toBe(items.length);
  expect(parts.map(({ parked }) => parked.part)).toEqual(items.map((_, index) => index + 1));
  expect(parts.map((part) => at(part, 'event', 'original')).join('')).toBe(text);
  for (const part of parts) expect(Buffer.byteLength(part.event.original)).toBeLessThanOrEqual(256 * 1024);
});

test('what is just 256 KiB is one document', () => {
  expect(parkedItems(parking({ text: 'x'.repeat(256 * 1024) }))).toHaveLength(1);
});

test('parts of another size have other ids, carry their size, and join to the same text', () => {
  const text = 'x'.repeat(300_000);
  const [usual, small] = [undefined, PART_SIZES.small].map((size) => parkedItems(parking({ text }), size));
  const idsOf = (items: typeof usual = []) => items.map(({ id }) => id);
  expect(idsOf(small).filter((id) => idsOf(usual).includes(id))).toEqual([]);
  expect(new Set([...idsOf(usual), ...idsOf(small)].map(wholeId))).toEqual(new Set(['an-id']));
  expect(bodies(small ?? []).map(({ parked }) => parked.bytes)).toEqual(small?.map(() => 16_384));
  expect(
    bodies(small ?? [])
      .map((part) => at(part, 'event', 'original'))
      .join(''),
  ).toBe(text);
});

describe('the message of what is parked', () => {
  const messageOf = (overrides: Partial<Parking>) =>
    bodies(parkedItems(parking(overrides))).map(({ message }) => message);
  const meant = { id: 'an-id', index: 'logs-kubernetes.audit_logs-prod-2026.11.21' };
  const where = 'event.original holds it, aws.cloudwatch says where its line is';

  test('says of what is no event what it is, why it is parked and where the line is, and quotes nothing of it', () => {
    const secret = 'token=a-secret';
    expect(messageOf({ text: secret, line: line({ message: secret }) })).toEqual([
      `A line of prod's audit log is parked, since it is no JSON; ${where}.`,
    ]);
  });

  test('says of an event also what that says, as the policy keeps it', () => {
    const [message] = messageOf({ reason: 'refused by the mapping', text: JSON.stringify(event()), meant });
    expect(message).toMatch(/^An audit event of prod is parked, since Elasticsearch did not take its document/);
    expect(message).toContain(`${where}: ana patch networkpolicies.networking.k8s.io shop/allow-web → 200; `);
  });

  test('says of an event that is cut what it is, and no more', () => {
    const [message] = messageOf({ reason: 'too large', text: '{"kind":"Event","verb":"get', meant });
    expect(message).toBe(
      `An audit event of prod is parked, since Elasticsearch did not take its document (parked.reason and parked.detail say why); ${where}.`,
    );
  });

  test('is the same whatever Elasticsearch answered', () => {
    const reasons = ['refused by the mapping', 'too large', 'index closed'] as const;
    expect(new Set(reasons.flatMap((reason) => messageOf({ reason, text: '{}', meant }))).size).toBe(1);
  });

  test('numbers parts', () => {
    const messages = messageOf({ text: 'x'.repeat(300_000) });
    expect(messages).toEqual(
      [1, 2, 3, 4].map((number) => expect.stringContaining(`in 4 parts, of which this is number ${number}, since`)),
    );
  });

  test('is no longer than a term, whatever the event', () => {
    const [message] = messageOf({ text: JSON.stringify(event({ userAgent: 'x'.repeat(9000) })), meant });
    expect(message).toHaveLength(8191);
  });
});
