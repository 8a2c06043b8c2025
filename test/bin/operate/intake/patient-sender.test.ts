import { expect, test } from 'vitest';
import { PatientSender } from '../../../../bin/operate/intake/patient-sender.ts';
import type { BulkAnswer } from '../../../../lambda/core/bulk/bulk.ts';
import { judge, type Parcel } from '../../../../lambda/core/document/judge.ts';
import { Sender } from '../../../../lambda/sender.ts';
import { lines, NOON, rules } from '../../../support/builders.ts';
import { VirtualClock } from '../../../support/fakes/clock.ts';
import { FlakySink } from '../../../support/fakes/sink.ts';

const UNREACHABLE: BulkAnswer = { kind: 'unreachable', why: 'connect ECONNREFUSED' };
const REFUSED: BulkAnswer = { kind: 'refused', status: 500, type: 'something_new_exception', reason: 'new' };

function parcels(count: number): Parcel[] {
  return lines(count).flatMap((line) => {
    const routed = judge(line, rules(), NOON);
    return routed.kind === 'send' ? [routed.parcel] : [];
  });
}

/** Sends ten documents while Elasticsearch answers so, and so often; then it takes them. */
async function send(answer: BulkAnswer, times: number) {
  const sink = new FlakySink(...Array(times).fill(() => answer));
  const clock = new VirtualClock(NOON);
  const said: (string | undefined)[] = [];
  const settled: string[] = [];
  const sender = new Sender({ sink, clock, deadline: () => clock.now() + 30_000, indices: new Set() });
  const patient = new PatientSender({
    sender,
    ports: { sink, clock },
    signal: new AbortController().signal,
    waiting: (why) => said.push(why),
  });
  await patient.send(parcels(10), ({ id }) => settled.push(id));
  return { said, settled, documents: sink.documents.size };
}

test('sends until all is confirmed, settles each once, and says that it goes on', async () => {
  const { said, settled, documents } = await send(UNREACHABLE, 300);
  expect([documents, settled.length, new Set(settled).size]).toEqual([10, 10, 10]);
  expect([said.length > 2, said.indexOf(undefined)]).toEqual([true, said.length - 1]);
});

test('says of what passes by itself no more than what it is, since it has time', async () => {
  const { said } = await send(UNREACHABLE, 300);
  expect(said[0]).toBe('Elasticsearch does not answer (connect ECONNREFUSED).');
});

test('speaks of no run where somebody has to mend something', async () => {
  const { said } = await send(REFUSED, 1);
  expect(said).toEqual([expect.stringMatching(/^Elasticsearch refuses with 500 .* Nothing was given up/), undefined]);
  expect(said[0]).not.toMatch(/\brun\b/);
});
