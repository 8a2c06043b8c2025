import type { Minutes } from '../../../lambda/core/minutes/minutes.ts';
import { oldestShape } from './columns.ts';
import { Contents } from './contents.ts';
import type { Expected } from './expected.ts';
import { Findings, type Suspect } from './findings.ts';
import { runsOf } from './groups.ts';
import type { Day, Inspection } from './inspection.ts';
import { awaitedAmong, notIndexed, stillMissing } from './missing.ts';
import { clearByOtherLines } from './other-lines.ts';
import { deviationsOf, type Reread, reread } from './reread.ts';
import { explained, isMarkedOnly, isSeen, isSeenTwice, type Scanned, scan, unmadeAmong } from './strangers.ts';
import type { Strays } from './strays.ts';
import { type Altered, type Missing, NAMED, NOTHING, type Range, rangeOf, type Verification } from './verification.ts';

/**
 * Compares minutes that are read at once; undefined: it was ended. The snapshot is older than the read, so a line that
 * came in between is no document too many.
 */
export async function verifyGroup(
  inspection: Inspection,
  group: Minutes,
  day: Day,
  strays: Strays,
): Promise<Verification | undefined> {
  const { documents } = inspection;
  const snapshot = await documents.snapshot();
  try {
    const found = await readTwice(inspection, group, day);
    if (found === undefined) return undefined;
    const whole = found.compared.filter(({ kind }) => kind !== 'fewer').map(({ minute }) => minute);
    const scanned = await scan(snapshot, runsOf(whole), found.judged);
    if (found.findings !== undefined) await clearByOtherLines(inspection, found.findings);
    strays.take(scanned.astray, found.judged);
    const unmade = await unmadeAmong(documents, scanned.rejudged, found.judged);
    const strangers = [...scanned.strangers, ...unmade].slice(0, NAMED);
    const extra = await explained(documents, strangers, found.judged);
    const both = [...found.judged.expected.values()].filter((each) => isSeenTwice(each, scanned.seen));
    if (inspection.signal.aborted) return undefined;
    return {
      ...NOTHING,
      ...(await presence(inspection, found, scanned, day)),
      minutes: whole.length,
      extra,
      extraCount: scanned.strangerCount + unmade.length,
      both: both.slice(0, NAMED).map(named),
      bothCount: both.length,
      notVerifiable: deviationsOf(found.compared, 'fewer'),
      changed: deviationsOf(found.compared, 'more'),
    };
  } finally {
    await snapshot.close();
  }
}

interface FoundGroup extends Reread {
  /** undefined: contents are not compared. */
  readonly findings: Findings | undefined;
}

/** CloudWatch Logs has been seen to leave a line out of one answer: where lines are gone it is asked twice. */
async function readTwice(inspection: Inspection, group: Minutes, day: Day): Promise<FoundGroup | undefined> {
  const first = await read(inspection, group, day);
  const gone = first === undefined ? 0 : deviationsOf(first.compared, 'fewer').length;
  if (gone === 0) return first;
  const second = await read(inspection, group, day);
  return second === undefined || deviationsOf(second.compared, 'fewer').length < gone ? second : first;
}

async function read(inspection: Inspection, group: Minutes, { rows, rules }: Day): Promise<FoundGroup | undefined> {
  const { reader, signal, documents, table } = inspection;
  const findings = inspection.contents ? new Findings() : undefined;
  const contents = new Contents(
    documents,
    table,
    (minute) => oldestShape(rows, minute),
    (inspected) => findings?.note(inspected),
  );
  const found = await reread({ reader, rows, rules, signal }, group, async (taken) => {
    if (findings !== undefined) await contents.inspect(taken);
  });
  return found === undefined ? undefined : { ...found, findings };
}

/** Which documents are there, and as they must be. */
async function presence({ documents, checkpoint }: Inspection, found: FoundGroup, scanned: Scanned, { rows }: Day) {
  const { judged, findings } = found;
  const all = [...judged.expected.values()];
  const marked = all.filter((each) => isMarkedOnly(each, scanned.seen));
  const markedOnly = new Set(marked);
  const unmarked = (each: Expected) => !markedOnly.has(each);
  const lost = [
    ...(await notIndexed(documents, marked)),
    ...(findings === undefined
      ? await stillMissing(
          documents,
          all.filter((each) => unmarked(each) && !isSeen(each, scanned.seen)),
        )
      : all.filter((each) => unmarked(each) && !findings.isThere(each))),
  ];
  const awaited = awaitedAmong(lost, found.compared, rows, checkpoint);
  const missing = lost.filter((each) => !awaited.has(each));
  const altered = [...(findings?.suspects.values() ?? [])];
  return {
    present: all.length - lost.length - altered.length,
    missing: missing.slice(0, NAMED).map(named),
    missingCount: missing.length,
    missingIn: rangesOf(missing),
    altered: altered.slice(0, NAMED).map(namedAltered),
    alteredCount: altered.length,
    alteredIn: rangesOf(altered.map(({ expected }) => expected)),
    awaited: awaited.size,
  };
}

function named({ id, time, stream, eventId, index, profile }: Expected): Missing {
  return { id, time, stream, eventId, index, ...(profile && { profile }) };
}

function namedAltered({ expected, place, altered: { fields, count } }: Suspect): Altered {
  return { ...named(expected), ...place, fields, count };
}

function rangesOf(documents: readonly Expected[]): readonly Range[] {
  const minutes = [...new Set(documents.map(({ minute }) => minute))];
  return runsOf(minutes.toSorted((a, b) => a - b)).map(rangeOf);
}
