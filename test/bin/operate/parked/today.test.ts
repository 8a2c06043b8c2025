import { expect, test } from 'vitest';
import { Intake } from '../../../../bin/operate/intake/intake.ts';
import { sameRules } from '../../../../bin/operate/intake/rules-for.ts';
import { decide } from '../../../../bin/operate/parked/decide.ts';
import { linesOf, type ParkedLine } from '../../../../bin/operate/parked/lines.ts';
import { redrive } from '../../../../bin/operate/parked/redrive.ts';
import { decidingByToday } from '../../../../bin/operate/parked/today.ts';
import { lineId } from '../../../../lambda/core/document/identity.ts';
import { MINUTE } from '../../../../lambda/core/time.ts';
import { Sender } from '../../../../lambda/sender.ts';
import { CLUSTER, EVERYTHING, event, fileLine, line, NOON, rule, rules, settings } from '../../../support/builders.ts';
import { VirtualClock } from '../../../support/fakes/clock.ts';
import { MemoryDocuments } from '../../../support/fakes/documents.ts';
import { MemoryParked } from '../../../support/fakes/parked.ts';
import { MemorySink, PickySink } from '../../../support/fakes/sink.ts';
import { documentsIn, saying } from './parked-world.ts';

const REFUSAL = { status: 400, type: 'document_parsing_exception', reason: 'failed to parse field [x]' };
const { name, indexName } = CLUSTER;
const clock = new VirtualClock(NOON);

/** Passes lines of a cluster that is not EKS on, as `follow` does. */
async function passedOn<S extends MemorySink>(sink: S, lines = [0, 1, 2].map(lineOf)): Promise<S> {
  const sender = new Sender({ sink, clock, deadline: () => clock.now() + 5 * MINUTE, indices: new Set() });
  await new Intake({ sender, clock, rulesFor: sameRules(rules({ cluster: { name, indexName } })) }).take(lines);
  return sink;
}

function lineOf(offset: number) {
  return fileLine({ offset, message: JSON.stringify(event({ auditID: `id-${offset}` })) });
}

const byId = (sink: MemorySink) => new Map(documentsIn(sink, 'audit_logs').map((item) => [item.id, saying(item)]));

function redriven(sink: MemorySink, policy = EVERYTHING) {
  return redrive({
    ...decidingByToday(settings({ policy })),
    parked: new MemoryParked(sink),
    documents: new MemoryDocuments(sink),
    sending: { sink, clock },
    marking: { sink, clock },
    selection: {},
    dryRun: false,
    report: () => {},
    signal: new AbortController().signal,
  });
}

test('parked lines of a cluster that is not EKS become the documents that they would have been', async () => {
  const state = { isMended: false };
  const sink = new PickySink(({ index }) => (!state.isMended && index.includes('audit_logs') ? REFUSAL : undefined));
  await passedOn(sink);
  expect(documentsIn(sink, 'audit_logs')).toEqual([]);
  state.isMended = true;
  expect(await redriven(sink)).toMatchObject({ numbers: { lines: 3, indexed: 3, left: 0 }, failure: undefined });
  const straight = await passedOn(new MemorySink());
  const documents = byId(sink);
  expect(documents).toEqual(byId(straight));
  expect(JSON.stringify([...documents])).not.toContain(CLUSTER.source.account);
  expect((await redriven(sink)).numbers).toMatchObject({ indexed: 0, marked: 3 });
});

test('what no policy had judged is judged by that of forwarder.yaml', async () => {
  const text = JSON.stringify(event());
  const parked = { ...(await parkedLine()), id: lineId(name, NOON, text) };
  const nothing = { ...EVERYTHING, rules: [rule({ level: 'None' })] };
  const decision = await decide(decidingByToday(settings({ policy: nothing })), parked, text, NOON);
  expect(decision).toEqual({ kind: 'dropped', by: 'rules[0]' });
});

test('a line that is not parked whole is left with what to do, also one of an export of CloudWatch Logs', async () => {
  const { origin } = line();
  const parked = { ...(await parkedLine()), origin, id: 'another' };
  expect(await decide(decidingByToday(settings()), parked, 'a part', NOON)).toEqual({
    kind: 'left',
    why: 'What is parked is not the whole line, and prod has no log group that it could be read from: import it again.',
  });
});

/** One that no policy has judged. */
async function parkedLine(): Promise<ParkedLine> {
  const sink = await passedOn(new MemorySink(), [fileLine({ message: 'no JSON' })]);
  for await (const parked of linesOf(new MemoryParked(sink).search({}))) return parked;
  throw new Error('Nothing is parked.');
}
