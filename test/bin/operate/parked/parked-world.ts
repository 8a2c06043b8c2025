import { linesOf, type ParkedLine } from '../../../../bin/operate/parked/lines.ts';
import { type Redriving, redrive } from '../../../../bin/operate/parked/redrive.ts';
import { patientReader } from '../../../../bin/operate/reach/patient-reader.ts';
import { namingOf } from '../../../../lambda/contract.ts';
import type { BulkItem } from '../../../../lambda/core/bulk/bulk.ts';
import type { CloudWatchLine } from '../../../../lambda/core/line.ts';
import { MinuteRules } from '../../../../lambda/minute-rules.ts';
import { settings } from '../../../support/builders.ts';
import { MemoryDocuments } from '../../../support/fakes/documents.ts';
import { MemoryParked } from '../../../support/fakes/parked.ts';
import type { MemorySink } from '../../../support/fakes/sink.ts';
import { world } from '../../../support/world.ts';
import { readWorld } from '../account/read-world.ts';

/** A world in which the function has run on a sink that refuses some, and the redrive of what is parked. */
export async function parkedWorld(fed: readonly CloudWatchLine[], sink: MemorySink, made = world(fed, sink)) {
  const read = await readWorld(fed, made);
  const parked = new MemoryParked(sink);
  const again = (overrides: Partial<Redriving> = {}) => {
    const of = settings();
    return redrive({
      settings: of,
      namings: [namingOf(of)],
      ledger: read.ledger,
      rules: new MinuteRules(read.ledger, of),
      checkpoint: read.store.checkpoint,
      reader: patientReader(read.source, read.clock, 5),
      parked,
      documents: new MemoryDocuments(sink),
      sending: { sink, clock: read.clock },
      marking: { sink, clock: read.clock },
      selection: {},
      dryRun: false,
      report: () => {},
      signal: new AbortController().signal,
      ...overrides,
    });
  };
  const lines = async (): Promise<readonly ParkedLine[]> => {
    const found: ParkedLine[] = [];
    for await (const line of linesOf(parked.search({}))) found.push(line);
    return found;
  };
  return { ...read, parked, lines, redrive: again };
}

export const documentsIn = (sink: MemorySink, kind: 'audit_logs' | 'audit_parked'): readonly BulkItem[] =>
  [...sink.documents.values()].filter(({ index }) => index.includes(kind));

/** Without what differs whenever it is sent. */
export function saying({ index, id, body }: BulkItem) {
  const { event, ...document } = JSON.parse(body);
  return { index, id, document: { ...document, event: { ...event, ingested: '' } } };
}
