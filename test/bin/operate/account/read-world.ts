import { TABLE } from '../../../../bin/operate/account/columns.ts';
import type { Inspection } from '../../../../bin/operate/account/inspection.ts';
import { verify } from '../../../../bin/operate/account/verify.ts';
import { patientReader } from '../../../../bin/operate/reach/patient-reader.ts';
import type { CloudWatchLine } from '../../../../lambda/core/line.ts';
import { MINUTE } from '../../../../lambda/core/time.ts';
import { MinuteRules } from '../../../../lambda/minute-rules.ts';
import { NOON, settings } from '../../../support/builders.ts';
import { MemoryDocuments } from '../../../support/fakes/documents.ts';
import { places, world } from '../../../support/world.ts';

/** What a verification says that finds nothing. */
export const clean = {
  contents: true,
  upTo: '2026-11-21T12:05:00.000Z',
  missing: [],
  missingCount: 0,
  missingIn: [],
  altered: [],
  alteredCount: 0,
  alteredIn: [],
  extra: [],
  extraCount: 0,
  both: [],
  bothCount: 0,
  awaited: 0,
  notVerifiable: [],
  changed: [],
};

/** A world in which the function has run, and its verification. */
export async function readWorld(fed: readonly CloudWatchLine[], made = world(fed)) {
  await made.go();
  const documents = new MemoryDocuments(made.sink);
  const check = (overrides: Partial<Inspection> = {}) => {
    return verify({
      minutes: { from: NOON - 10 * MINUTE, to: NOON + 5 * MINUTE },
      ledger: made.ledger,
      reader: patientReader(made.source, made.clock, 5),
      documents,
      rules: new MinuteRules(made.ledger, settings()),
      checkpoint: made.store.checkpoint,
      contents: true,
      table: TABLE,
      report: () => {},
      signal: new AbortController().signal,
      ...overrides,
    });
  };
  return { ...made, documents, check };
}

export function remove({ sink }: Pick<Awaited<ReturnType<typeof readWorld>>, 'sink'>, at: number): string {
  const found = places(sink)[at];
  sink.documents.delete(`${found?.index}/${found?.id}`);
  return found?.id ?? '';
}
