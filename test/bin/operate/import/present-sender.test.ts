import { expect, test } from 'vitest';
import { PresentSender } from '../../../../bin/operate/import/present-sender.ts';
import { Intake } from '../../../../bin/operate/intake/intake.ts';
import { sameRules } from '../../../../bin/operate/intake/rules-for.ts';
import { MINUTE } from '../../../../lambda/core/time.ts';
import { Sender } from '../../../../lambda/sender.ts';
import { BOTH, event, fileLine, NOON, rules } from '../../../support/builders.ts';
import { VirtualClock } from '../../../support/fakes/clock.ts';
import { MemoryDocuments } from '../../../support/fakes/documents.ts';
import { PickySink } from '../../../support/fakes/sink.ts';

const clock = new VirtualClock(NOON);
const LARGE = { requestObject: { x: 'x'.repeat(400_000) } };
const lines = [{}, { auditID: 'b' }, { auditID: 'refused' }, { auditID: 'refused, and in parts', ...LARGE }].map(
  (members, offset) => fileLine({ offset, message: JSON.stringify(event(members)) }),
);
const all = [...lines, fileLine({ offset: 9, message: 'no JSON' })];

/** What was sent, and an intake that only looks. */
async function sent() {
  const sink = new PickySink(({ index, body }) =>
    !index.includes('parked') && body.includes('refused')
      ? { status: 400, type: 'document_parsing_exception' }
      : undefined,
  );
  const rulesFor = sameRules(rules({ profiles: BOTH }));
  const sender = new Sender({ sink, clock, deadline: () => NOON + 5 * MINUTE, indices: new Set() });
  await new Intake({ sender, clock, rulesFor }).take(all);
  const present = new PresentSender(new MemoryDocuments(sink));
  return { sink, present, looking: new Intake({ sender: present, clock, rulesFor }) };
}

test('each document that should be there is asked for, or what is parked in its place', async () => {
  const { present, looking, sink } = await sent();
  const requests = sink.requests.length;
  const { totals } = await looking.take(all);
  expect(totals).toMatchObject({ read: 5, alreadyIndexed: 2, parked: 3, unaccounted: 0 });
  expect(present).toMatchObject({ asked: 9, missing: [] });
  expect(sink.requests).toHaveLength(requests);
});

test.each([
  ['of one profile', 'tigera', 1],
  ['of the other', 'audit_logs', 0],
  ['that is parked', 'audit_parked', 9],
  ['part of one that is parked', 'audit_parked', 3],
])('a document %s that is missing is named, with the line that makes it', async (_, index, offset) => {
  const { present, looking, sink } = await sent();
  const { totals: before } = await looking.take(all);
  const id =
    before.read && [...sink.documents.values()].find((each) => each.index.includes(index) && isOf(each.body, offset));
  if (!id) throw new Error('nothing to delete');
  sink.documents.delete(`${id.index}/${id.id}`);
  const { totals } = await looking.take(all);
  expect(totals.unaccounted).toBe(1);
  expect(present.missing.length).toBeGreaterThan(0);
  expect(present.missing[0]).toMatchObject({ path: '/var/log/kube-audit.log', offset });
});

/** A document of the line at this offset; Calico's say none. */
function isOf(body: string, offset: number): boolean {
  return body.startsWith('{"@timestamp"') && !body.includes('"log":')
    ? body.includes('"auditID":"b"')
    : body.includes(`"offset":${offset}`);
}
